/*
 * What a double cannot hold: a mean in the data's units, 1e12 and more standard deviations from 0,
 * is rounded to a part of the component's own width. The model is what it says in those units, so
 * its log-likelihood is that of the rounded means, and the report says so.
 */
#include <math.h>

#include <gmix/infer.h>

#include "record/record.h"
#include "search/findings.h"

/* The largest error of a mean of feature j, in standard deviations of its component. */
static double largest_error(const gmix_model *model, const gmix_i_params *p,
                            const gmix_i_frame *frame, size_t j) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = p->d, len = shape->cov_len(d);
    double largest = 0.0;
    for (size_t c = 0; c < p->k; c++) {
        const double held =
            (gmix_model_means(model)[c * d + j] - frame->shift[j]) * frame->inv_scale[j];
        const double sd = sqrt(shape->variance(p->cov + c * len, j));
        largest = fmax(largest, fabs(held - p->means[c * d + j]) / sd);
    }
    return largest;
}

/* The log-likelihood of the model, and what follows from it, in place of the solution's. */
static gmix_status score_model(gmix_ctx *ctx, const gmix_i_input *input,
                               const gmix_model *model, gmix_report *report) {
    gmix_status status = GMIX_OK;
    gmix_criteria held;
    GMIX_TRY(gmix_score(ctx, model, input->table, &held));
    const double change = held.log_likelihood - report->log_likelihood;
    report->log_likelihood += change;
    report->log_posterior += change;
    report->bic -= 2.0 * change;
    report->icl -= 2.0 * change;
    report->aic -= 2.0 * change;
done:
    return status;
}

gmix_status gmix_i_say_what_is_held(gmix_ctx *ctx, const gmix_i_plan *plan,
                                    const gmix_model *model, const gmix_i_params *p,
                                    gmix_report *report) {
    gmix_status status = GMIX_OK;
    const double much = 1e-4; /* of a standard deviation: 5e-9 of a row's log-density */
    const gmix_i_input *const input = plan->input;
    size_t worst = 0;
    double most = 0.0;
    char label[96];
    if (plan->rules->prior.hyper) { /* the density is that of the model, rounded or not */
        return GMIX_OK;
    }
    for (size_t j = 0; j < p->d; j++) {
        const double error = largest_error(model, p, plan->frame, j);
        worst = error > most ? j : worst;
        most = fmax(most, error);
    }
    if (most <= much) {
        return GMIX_OK;
    }
    const bool same_rows = input->table && !input->table->labels &&
                           plan->opts->trim == 0.0 && !input->drop_incomplete &&
                           !input->errors && !input->between && !input->truncation;
    if (same_rows) {
        GMIX_TRY(score_model(ctx, input, model, report));
    }
    GMIX_TRY(gmix_i_report_warn(
        ctx, report,
        "%s lies so far from 0, beside its spread, that its means are rounded by up to "
        "%.2g "
        "standard deviations: doubles end there; subtract a constant from it",
        gmix_i_column_label(input, worst, label), most));
done:
    return status;
}
