/*
 * Nested fits. A component c is split by doubling it and moving the halves' means apart along
 * the longest axis of its covariance, mu_c +- sqrt(lambda_1) v_1 / 2, with the covariance as
 * it is: whatever the family shares stays shared, so the split is one of its mixtures, too.
 * Every split goes through a few EM steps, and the best of them to the end.
 */
#include "uncertainty/nested_pair.h"

#include <math.h>
#include <string.h>

#include "em/em.h"
#include "linalg/linalg.h"
#include "model/mixture.h"

enum { SHORT_RUN = 25 };

gmix_status gmix_i_fit_k(gmix_ctx *ctx, const gmix_table *x, const gmix_fit_options *opts,
                         size_t k, bool strict, gmix_i_fitted *out) {
    gmix_status status = GMIX_OK;
    gmix_report report = {0};
    gmix_model *model = NULL;
    gmix_fit_options own = *opts;
    own.n_components = k;
    own.singular = strict ? "error" : "repair";
    own.time_limit = 0.0;
    const bool replicates = ctx->replicates;
    ctx->replicates =
        true; /* and the data for them to be compared with, which are fitted alike */
    status = gmix_fit(ctx, x, &own, &model, &report);
    ctx->replicates = replicates;
    GMIX_TRY(status);
    if (!gmix_i_may_go_on(report.stop)) { /* not what the same data always lead to */
        GMIX_TRY(gmix_i_end_of(ctx, report.stop));
    }
    *out = (gmix_i_fitted){model, report.log_likelihood, report.sound != 0};
    model = NULL;
done:
    gmix_model_free(&model);
    gmix_report_free(&report);
    return status;
}

/* Parameters of K + 1 components on their way to a model. */
typedef struct doubled {
    size_t k, d, n_cov; /* K before; doubles of covariances for K + 1 */
    double *weights, *means, *cov;
    double *matrix, *values, *vectors, *work; /* D^2 and D, for eigenvectors */
} doubled;

static gmix_status doubled_new(gmix_ctx *ctx, const gmix_model *from, doubled *out) {
    gmix_status status = GMIX_OK;
    const size_t k = from->k, d = from->d;
    *out = (doubled){
        .k = k, .d = d, .n_cov = gmix_i_family_layout_len(from->family, k + 1, d)};
    GMIX_TRY(gmix_i_calloc(ctx, "a split", (k + 1) * (d + 1) + out->n_cov + 3 * d * d + d,
                           sizeof(double), &out->weights));
    out->means = out->weights + k + 1;
    out->cov = out->means + (k + 1) * d;
    out->matrix = out->cov + out->n_cov;
    out->vectors = out->matrix + d * d;
    out->work = out->vectors + d * d;
    out->values = out->work + d * d;
done:
    return status;
}

/* The longest axis of component c, half a standard deviation long. step: D. */
static void half_axis(const gmix_model *from, size_t c, doubled *s, double *step) {
    const size_t d = s->d;
    size_t used = 0;
    gmix_model_covariance(from, c, s->matrix);
    for (size_t i = 0; i < d; i++) { /* packed in place, in units of the features */
        for (size_t j = 0; j <= i; j++) {
            s->matrix[used++] =
                s->matrix[i * d + j] / from->frame.scale[i] / from->frame.scale[j];
        }
    }
    gmix_i_eigen_sorted(NULL, d, s->matrix, s->values, s->vectors, s->work);
    for (size_t j = 0; j < d; j++) {
        step[j] = 0.5 * sqrt(fmax(s->values[d - 1], 0.0)) * s->vectors[j * d + d - 1] *
                  from->frame.scale[j];
    }
}

/* The layout's parts with that of component c behind the others', where each has its own. */
static void double_parts(const gmix_model *from, size_t c, const doubled *s) {
    gmix_family_part before[2], after[2];
    const char *const name = from->family->name;
    const size_t n = gmix_family_parts(name, s->k, s->d, before);
    (void)gmix_family_parts(name, s->k + 1, s->d, after);
    for (size_t p = 0; p < n; p++) {
        const bool last = p + 1 == n;
        const size_t all = gmix_i_family_layout_len(from->family, s->k, s->d);
        const size_t len = (last ? all : before[p + 1].offset) - before[p].offset;
        const size_t more =
            (last ? s->n_cov : after[p + 1].offset) - after[p].offset - len;
        const double *const own = from->covariances + before[p].offset;
        double *const to = s->cov + after[p].offset;
        memcpy(to, own, len * sizeof *to);
        memcpy(to + len, own + c * more, more * sizeof *to); /* none if it is shared */
    }
}

/* A model in which c is there twice: its covariance, where each has its own, too. */
static gmix_status split(gmix_ctx *ctx, const gmix_model *from, size_t c, doubled *s,
                         gmix_model **out) {
    const size_t k = s->k, d = s->d;
    gmix_model_extras extras;
    gmix_model_extras_init(&extras);
    extras.noise_weight = from->weights[k];
    extras.noise_lower = from->noise.lower;
    extras.noise_upper = from->noise.upper;
    memcpy(s->weights, from->weights, k * sizeof *s->weights);
    memcpy(s->means, from->means, k * d * sizeof *s->means);
    double_parts(from, c, s);
    s->weights[k] = s->weights[c] = 0.5 * from->weights[c];
    half_axis(from, c, s, s->means + k * d);
    for (size_t j = 0; j < d; j++) {
        const double step = s->means[k * d + j];
        s->means[c * d + j] = from->means[c * d + j] - step;
        s->means[k * d + j] = from->means[c * d + j] + step;
    }
    return gmix_model_new_with(ctx, from->family->name, k + 1, d, s->weights, s->means,
                               s->cov, NULL, &extras, out);
}

/* Takes what a fit made if it is better than the best; the other is freed. Sound ones come
 * first, unless what they compete with is not sound either. Passes on what ends all work; a
 * fit that the data do not allow is no loss. */
static gmix_status keep_better(gmix_status status, bool sound_first, gmix_i_fitted *made,
                               gmix_i_fitted *best) {
    const bool better =
        !best->model || (sound_first && made->sound != best->sound
                             ? made->sound
                             : made->log_likelihood > best->log_likelihood);
    if (status == GMIX_OK && better) {
        gmix_model_free(&best->model);
        *best = *made;
        made->model = NULL;
    }
    gmix_model_free(&made->model);
    return status == GMIX_ERR_NOMEM || gmix_i_was_cut(status) ? status : GMIX_OK;
}

/* The best of short runs from all splits; none if none is allowed. */
static gmix_status best_split(gmix_ctx *ctx, const gmix_table *x,
                              const gmix_fit_options *opts, const gmix_i_fitted *fewer,
                              bool strict, gmix_i_fitted *best) {
    gmix_status status = GMIX_OK;
    doubled s = {0};
    gmix_model *start = NULL;
    gmix_fit_options brief = *opts;
    brief.init = "model";
    brief.max_iter = opts->max_iter < SHORT_RUN ? opts->max_iter : SHORT_RUN;
    GMIX_TRY(doubled_new(ctx, fewer->model, &s));
    for (size_t c = 0; c < s.k; c++) {
        gmix_i_fitted made = {0};
        if (!(fewer->model->weights[c] > 0.0)) {
            continue;
        }
        GMIX_TRY(split(ctx, fewer->model, c, &s, &start));
        brief.init_model = start;
        status = gmix_i_fit_k(ctx, x, &brief, s.k + 1, strict, &made);
        GMIX_TRY(keep_better(status, fewer->sound, &made, best));
        gmix_model_free(&start);
    }
done:
    gmix_i_free(ctx, s.weights);
    gmix_model_free(&start);
    return status;
}

gmix_status gmix_i_fit_one_more(gmix_ctx *ctx, const gmix_table *x,
                                const gmix_fit_options *opts, const gmix_i_fitted *fewer,
                                bool strict, gmix_i_fitted *out) {
    const size_t k = fewer->model->k + 1;
    gmix_i_fitted made = {0}, best = {0}, start = {0};
    gmix_fit_options on = *opts;
    gmix_status status = gmix_i_fit_k(ctx, x, opts, k, strict, &made);
    const gmix_status searched = status;
    GMIX_TRY(keep_better(status, fewer->sound, &made, &best));
    if (opts->restarts == 0) {
        GMIX_TRY(best_split(ctx, x, opts, fewer, strict, &start));
    }
    if (start.model) {
        on.init = "model";
        on.init_model = start.model;
        status = gmix_i_fit_k(ctx, x, &on, k, strict, &made);
        GMIX_TRY(keep_better(status, fewer->sound, &made, &best));
    }
    status = best.model ? GMIX_OK : searched;
    if (best.model) {
        *out = best;
        best.model = NULL;
    }
done:
    gmix_model_free(&start.model);
    gmix_model_free(&best.model);
    return status;
}
