/* Where online fits begin: at a model, or with the fit of the first rows. See batches.h. */
#include <math.h>

#include "em/setup.h"
#include "init/init.h"
#include "online/batches.h"

/* Means and spreads of a mixture stand for those of rows. */
gmix_status gmix_i_online_survey(gmix_ctx *ctx, gmix_online *o, const gmix_model *m) {
    gmix_status status = GMIX_OK;
    gmix_i_survey *const s = &o->survey;
    const size_t d = o->d;
    double *cov = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "a covariance", d * d, sizeof *cov, &cov));
    GMIX_TRY(gmix_i_calloc(ctx, "the survey", 4 * d, sizeof(double), &s->mean));
    GMIX_TRY(gmix_i_calloc(ctx, "the survey", d, sizeof *s->grain, &s->grain));
    s->d = d;
    s->sd = s->mean + d;
    s->lowest = s->mean + 2 * d;
    s->highest = s->mean + 3 * d;
    s->n_rows = 1;
    s->total_weight = 1.0;
    const double parts = 1.0 - m->weights[m->k];
    for (size_t c = 0; c < m->k; c++) {
        for (size_t j = 0; j < d; j++) {
            s->mean[j] += m->weights[c] / parts * m->means[c * d + j];
        }
    }
    for (size_t c = 0; c < m->k; c++) {
        gmix_model_covariance(m, c, cov);
        for (size_t j = 0; j < d; j++) {
            const double off = m->means[c * d + j] - s->mean[j];
            s->sd[j] += m->weights[c] / parts * (cov[j * d + j] + off * off);
        }
    }
    for (size_t j = 0; j < d; j++) {
        s->sd[j] = sqrt(s->sd[j]);
        s->lowest[j] = s->highest[j] = s->mean[j];
    }
done:
    gmix_i_free(ctx, cov);
    return status;
}

/* Parameters of a model become the start; its noise keeps its box. */
gmix_status gmix_i_online_model(gmix_ctx *ctx, gmix_online *o, const gmix_model *m) {
    gmix_status status = GMIX_OK;
    gmix_i_params *const p = &o->em.current;
    GMIX_TRY(gmix_i_params_of_model(ctx, m, &o->frame, &o->em.bounds, p));
    p->noise = NULL;
    if (p->weights[o->k] > 0.0) {
        GMIX_TRY(
            gmix_i_noise_box_new(ctx, o->d, m->noise.lower, m->noise.upper, &o->box));
        p->noise = &o->box;
        p->log_volume = o->box.log_volume - o->frame.log_det;
    }
    o->has_begun = true;
done:
    return status;
}

/* Rows from a model on, which counts for some. */
gmix_status gmix_i_online_begin_at(gmix_ctx *ctx, gmix_online *o, const gmix_model *m,
                                   double rows) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(gmix_i_online_survey(ctx, o, m));
    GMIX_TRY(gmix_i_online_prepare(ctx, o));
    GMIX_TRY(gmix_i_online_model(ctx, o, m));
    GMIX_TRY(gmix_i_online_start(ctx, o, rows, rows));
done:
    return status;
}

/* The start is that of the first rows. */
gmix_status gmix_i_online_begin_rows(gmix_ctx *ctx, gmix_online *o) {
    gmix_status status = GMIX_OK;
    gmix_model *model = NULL;
    gmix_i_input input;
    gmix_i_patterns patterns = {0};
    gmix_i_limit limit;
    gmix_table first = gmix_table_f64(o->x, o->n_first, o->d);
    first.weights = o->w;
    first.names = (const char *const *)o->set.names;
    gmix_i_limit_begin_whole(ctx, &limit);
    GMIX_TRY(gmix_fit(ctx, &first, &o->set.opts, &model, NULL));
    GMIX_TRY(gmix_i_input_table(ctx, &first, &input));
    o->failed = true;
    o->k = model->k; /* singular = drop may leave fewer */
    GMIX_TRY(gmix_i_setup_survey(ctx, &o->set.opts, o->family->shape, &input, &o->survey,
                                 &patterns));
    GMIX_TRY(gmix_i_online_prepare(ctx, o));
    GMIX_TRY(gmix_i_online_model(ctx, o, model));
    GMIX_TRY(gmix_i_online_start(ctx, o, (double)o->n_first, o->survey.total_weight));
    o->n_first = 0;
    o->failed = false;
done:
    gmix_i_limit_end(ctx, &limit);
    gmix_i_patterns_free(ctx, &patterns);
    gmix_model_free(&model);
    return status;
}
