/* Distances of many mixtures from each other: a line each. See gmix/divergence.h. */
#include <math.h>
#include <string.h>

#include <gmix/divergence.h>

#include "between/compared.h"
#include "model/posterior.h"

typedef struct distance {
    const char *name;
    bool drawn;    /* not a closed form */
    bool directed; /* not the same both ways */
    gmix_estimate (*value)(const gmix_divergences *d);
    gmix_estimate (*back)(const gmix_divergences *d); /* the other way, where directed */
} distance;

static gmix_estimate exactly(double value) {
    return (gmix_estimate){value, 0.0};
}

/* Square root of an estimate. */
static gmix_estimate root_of(gmix_estimate e) {
    const double root = sqrt(e.value);
    return (gmix_estimate){root, root > e.error ? 0.5 * e.error / root : sqrt(e.error)};
}

static gmix_estimate mw2(const gmix_divergences *d) {
    return exactly(sqrt(d->mw2));
}

static gmix_estimate ise(const gmix_divergences *d) {
    return exactly(d->ise);
}

static gmix_estimate cauchy_schwarz(const gmix_divergences *d) {
    return exactly(d->cauchy_schwarz);
}

static gmix_estimate hellinger(const gmix_divergences *d) {
    return root_of(d->hellinger);
}

static gmix_estimate jensen_shannon(const gmix_divergences *d) {
    return d->jensen_shannon;
}

static gmix_estimate total_variation(const gmix_divergences *d) {
    return d->total_variation;
}

static gmix_estimate kl(const gmix_divergences *d) {
    return d->kl_pq;
}

static gmix_estimate kl_back(const gmix_divergences *d) {
    return d->kl_qp;
}

enum { N_DISTANCES = 7 };

static const distance distances[N_DISTANCES] = {
    {"mw2", false, false, mw2, NULL},
    {"ise", false, false, ise, NULL},
    {"cauchy-schwarz", false, false, cauchy_schwarz, NULL},
    {"hellinger", true, false, hellinger, NULL},
    {"jensen-shannon", true, false, jensen_shannon, NULL},
    {"total-variation", true, false, total_variation, NULL},
    {"kl", true, true, kl, kl_back},
};

const char *const *gmix_distance_names(void) {
    static const char *const names[N_DISTANCES + 1] = {
        "mw2", "ise", "cauchy-schwarz", "hellinger", "jensen-shannon", "total-variation",
        "kl",  NULL};
    return names;
}

static gmix_status find_distance(gmix_ctx *ctx, const char *name, const distance **out) {
    for (size_t i = 0; i < N_DISTANCES; i++) {
        if (strcmp(name, distances[i].name) == 0) {
            *out = &distances[i];
            return GMIX_OK;
        }
    }
    const char *const near = gmix_i_nearest(name, gmix_distance_names(), N_DISTANCES);
    return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                       "distance '%.40s' is not one of mw2, ise, cauchy-schwarz, "
                       "hellinger, jensen-shannon, total-variation, kl%s%s%s",
                       name, near ? "; did you mean '" : "", near ? near : "",
                       near ? "'?" : "");
}

static gmix_status put_pair(gmix_ctx *ctx, const distance *which,
                            const gmix_model *const *models, size_t n, size_t i, size_t j,
                            const gmix_divergence_options *opts, gmix_estimate *out) {
    gmix_divergences d = {.k_p = 0};
    const gmix_status status =
        gmix_i_compare_models(ctx, models[i], models[j], opts, which->drawn, &d);
    if (status == GMIX_OK) {
        out[i * n + j] = which->value(&d);
        out[j * n + i] = which->directed ? which->back(&d) : out[i * n + j];
    }
    gmix_divergences_free(&d);
    return status;
}

gmix_status gmix_distances_find(gmix_ctx *ctx, size_t n, const gmix_model *const *models,
                                const char *name, const gmix_divergence_options *opts,
                                double *values, double *errors) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    const distance *which = NULL;
    gmix_estimate *found = NULL;
    bool whole = models && name && values;
    for (size_t i = 0; whole && i < n; i++) {
        whole = models[i] != NULL;
    }
    if (!whole || n == 0) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  "models, the distance's name and a place for the distances are needed");
    }
    for (size_t i = 0; i < n; i++) {
        GMIX_TRY(gmix_i_want_points(ctx, models[i], "distances"));
    }
    GMIX_TRY(find_distance(ctx, name, &which));
    GMIX_TRY(gmix_i_calloc(ctx, "distances", n * n, sizeof *found, &found));
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) {
            GMIX_TRY(put_pair(ctx, which, models, n, i, j, opts, found));
        }
    }
    for (size_t i = 0; i < n * n; i++) {
        values[i] = found[i].value;
        if (errors) {
            errors[i] = found[i].error;
        }
    }
done:
    gmix_i_free(ctx, found);
    return status;
}
