/* The registry of starts, and what they share. See init.h. */
#include <string.h>

#include "family/gaps.h"
#include "init/init.h"

#define STARTS(X)              \
    X(auto)                    \
    X(kmeans)                  \
    X(random_rows)             \
    X(random_responsibilities) \
    X(hierarchical) X(model) X(labels) X(split) X(merge) X(memberships)

#define DECLARE(start) extern const gmix_i_init gmix_i_init_##start;
STARTS(DECLARE)

#define ADDRESS(start) &gmix_i_init_##start,
static const gmix_i_init *const starts[] = {STARTS(ADDRESS)};

enum { N_STARTS = sizeof starts / sizeof *starts };

const char *const gmix_i_init_names[] = {
    "auto",         "kmeans++",    "random", "responsibilities",
    "hierarchical", "model",       "labels", "split",
    "merge",        "memberships", NULL};

_Static_assert(sizeof gmix_i_init_names / sizeof *gmix_i_init_names == N_STARTS + 1,
               "every start has a name");

const char *const *gmix_init_names(void) {
    return gmix_i_init_names;
}

gmix_status gmix_i_init_get(gmix_ctx *ctx, const char *name, const gmix_i_init **out) {
    for (size_t s = 0; name && s < N_STARTS; s++) {
        if (strcmp(starts[s]->name, name) == 0) {
            *out = starts[s];
            return GMIX_OK;
        }
    }
    const char *const near =
        name ? gmix_i_nearest(name, gmix_i_init_names, N_STARTS) : NULL;
    return gmix_i_fail(ctx, GMIX_ERR_OPTION, "there is no start '%.40s'%s%s%s",
                       name ? name : "(null)", near ? "; did you mean '" : "",
                       near ? near : "", near ? "'?" : "");
}

gmix_status gmix_i_start_check(gmix_ctx *ctx, const gmix_i_init *init,
                               const gmix_fit_options *opts, size_t d, size_t n_classes) {
    if (init->from_model && n_classes > 0) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "the start '%s' is not for rows with labels: components of a "
                           "class start from its rows",
                           init->name);
    }
    return init->check ? init->check(ctx, opts, d) : GMIX_OK;
}

/* Puts the noise component beside the others, unless the start has one of its own. */
static void add_noise(const gmix_i_rules *rules, gmix_i_params *out) {
    if (!(rules->noise > 0.0) || out->weights[out->k] > 0.0) {
        return;
    }
    const bool *const frozen = rules->has_frozen ? rules->frozen.weights : NULL;
    double held = 0.0;
    for (size_t c = 0; c < out->k; c++) {
        held += frozen && frozen[c] ? out->weights[c] : 0.0;
    }
    for (size_t c = 0; c < out->k; c++) { /* noise takes its share of the free weights */
        out->weights[c] *= frozen && frozen[c] ? 1.0 : 1.0 - rules->noise;
    }
    out->weights[out->k] = rules->noise * (1.0 - held);
    out->noise = &rules->box;
    out->log_volume = rules->box.log_volume - rules->log_det;
}

gmix_status gmix_i_start(gmix_ctx *ctx, const gmix_i_init *init, gmix_i_start_task *task,
                         size_t run, gmix_i_params *out) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(gmix_i_start_afresh(ctx, task, out));
    if (task->classes->n > 0 && !init->given) {
        GMIX_TRY(gmix_i_start_from_classes(ctx, task, run, out));
    } else {
        GMIX_TRY(init->start(ctx, task, run, out));
    }
    add_noise(task->rules, out);
done:
    return status;
}

bool gmix_i_start_repeats(const gmix_i_init *init, const gmix_i_start_task *task) {
    const gmix_i_classes *const classes = task->classes;
    const bool by_class = classes->n > 0 && !init->given;
    return by_class ? classes->per_class == 1 && classes->n == classes->n_labelled
                    : init->deterministic;
}

void gmix_i_set_centres(gmix_i_prepared *q, const double *centres) {
    const size_t cells = q->k * q->d;
    if (centres) {
        memcpy(q->centre, centres, cells * sizeof *q->centre);
    } else {
        memset(q->centre, 0, cells * sizeof *q->centre);
    }
    q->is_start = true;
    q->any_centred = centres != NULL;
    memset(q->centred, q->any_centred, q->k * sizeof *q->centred);
    gmix_i_to_reals(q, cells, q->centre, q->real_centre);
    if (q->gaps) { /* missing cells are taken for what gmix_i_start_afresh() makes of them */
        (void)gmix_i_gaps_prepare(q->gaps, q->gaps->p,
                                  q->centre); /* the pass fails, too */
    }
}

gmix_status gmix_i_start_from_fill(gmix_ctx *ctx, gmix_i_start_task *task,
                                   gmix_i_fill_fn *fill, void *arg, gmix_i_params *out) {
    double *stats;
    const gmix_status status =
        gmix_i_accumulate(ctx, task->accumulator, task->prepared, fill, arg, &stats);
    if (status == GMIX_OK) {
        gmix_i_m_step(stats, task->prepared->centre, task->constraints, out);
    }
    return status;
}

gmix_status gmix_i_start_afresh(gmix_ctx *ctx, const gmix_i_start_task *task,
                                gmix_i_params *out) {
    const size_t k = out->k, d = out->d, len = out->family->shape->cov_len(d);
    double *variances;
    const gmix_status status =
        gmix_i_calloc(ctx, "variances", d, sizeof *variances, &variances);
    if (status != GMIX_OK) {
        return status;
    }
    for (size_t j = 0; j < d; j++) {
        const double sd = task->survey->sd[j] * task->frame->inv_scale[j];
        variances[j] = sd * sd;
    }
    memset(out->means, 0,
           k * d * sizeof *out->means); /* the frame's origin is the mean */
    out->weights[k] = 0.0;
    for (size_t c = 0; c < k; c++) {
        out->weights[c] = 1.0 / (double)k;
        out->family->shape->from_variances(d, variances, out->cov + c * len);
    }
    if (task->prepared->gaps) {
        task->prepared->gaps->p = out;
    }
    gmix_i_free(ctx, variances);
    return GMIX_OK;
}

void gmix_i_fill_labels(const gmix_i_tile *tile, const int32_t *labels, size_t k,
                        double *resp, size_t *active) {
    memset(resp, 0, k * tile->n * sizeof *resp);
    memset(active, 0, k * sizeof *active);
    for (size_t i = 0; i < tile->n_rows; i++) {
        if (tile->w[i] > 0.0) {
            resp[(size_t)labels[i] * tile->n + i] = tile->w[i];
            active[labels[i]]++;
        }
    }
}
