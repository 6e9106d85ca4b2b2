/*
 * Components in another order and with names. A mixture is the same under any order; what must
 * move together is whatever is indexed by component: weights, means, covariances, classes,
 * names, and in a report its standard errors and its sentences. Rejected: an order that fits
 * themselves keep to, which every start, move and saved state would have to know.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gmix/components.h>

#include "base/names.h"
#include "base/structs.h"
#include "model/mixture.h"
#include "model/posterior.h"
#include "record/record.h"

/* What components are compared by; `at` keeps equal ones in their order. */
typedef struct rank {
    const double *values; /* n, compared one after the other */
    size_t n, at;
} rank;

static int compare_ranks(const void *a, const void *b) {
    const rank *const x = a, *const y = b;
    for (size_t i = 0; i < x->n; i++) {
        if (x->values[i] != y->values[i]) {
            return x->values[i] < y->values[i] ? -1 : 1;
        }
    }
    return x->at < y->at ? -1 : 1;
}

/* D for "mean", the number of the feature otherwise. */
static gmix_status find_feature(gmix_ctx *ctx, const gmix_model *model, const char *by,
                                size_t *out) {
    char *end;
    *out = model->d;
    for (size_t j = 0; model->names && j < model->d; j++) {
        if (strcmp(model->names[j], by) == 0) {
            *out = j;
            return GMIX_OK;
        }
    }
    if (strcmp(by, "mean") == 0) {
        return GMIX_OK;
    }
    const unsigned long long number = strtoull(by, &end, 10);
    if (by[0] >= '0' && by[0] <= '9' && *end == '\0' && number < model->d) {
        *out = (size_t)number;
        return GMIX_OK;
    }
    return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                       "components are ordered by size, by mean, or by the mean of a "
                       "feature, and no feature is called '%.60s'",
                       by);
}

gmix_status gmix_components_order(gmix_ctx *ctx, const gmix_model *model, const char *by,
                                  size_t *order) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    rank *ranks = NULL;
    double *sizes = NULL;
    size_t j;
    if (!model || !by || !order) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "model, by and order must not be NULL");
    }
    const size_t k = model->k, d = model->d;
    const bool by_size = strcmp(by, "size") == 0;
    GMIX_TRY(by_size ? GMIX_OK : find_feature(ctx, model, by, &j));
    GMIX_TRY(gmix_i_calloc(ctx, "an order", k, sizeof *ranks, &ranks));
    GMIX_TRY(gmix_i_calloc(ctx, "an order", k, sizeof *sizes, &sizes));
    for (size_t c = 0; c < k; c++) {
        sizes[c] = -model->weights[c];
        const double *const mean = model->means + c * d;
        ranks[c] = by_size  ? (rank){sizes + c, 1, c}
                   : j == d ? (rank){mean, d, c}
                            : (rank){mean + j, 1, c};
    }
    qsort(ranks, k, sizeof *ranks, compare_ranks);
    for (size_t c = 0; c < k; c++) {
        order[c] = ranks[c].at;
    }
done:
    gmix_i_free(ctx, ranks);
    gmix_i_free(ctx, sizes);
    return status;
}

/* *place: where each component goes; of the components as they are if order is NULL. */
static gmix_status invert(gmix_ctx *ctx, size_t k, const size_t *order, size_t **place) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(gmix_i_calloc(ctx, "an order", k, sizeof **place, place));
    for (size_t i = 0; i < k; i++) {
        (*place)[i] = k;
    }
    for (size_t i = 0; i < k; i++) {
        const size_t from = order ? order[i] : i;
        if (from >= k || (*place)[from] < k) {
            GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                      "an order names each of the components 0 to %zu once; place %zu "
                      "has %zu",
                      k - 1, i, from);
        }
        (*place)[from] = i;
    }
done:
    return status;
}

/* Of n numbers, k parts of the same length, part c to place[c]. One matrix for all components
 * has no parts. */
static void move_parts(size_t k, const size_t *place, size_t n, bool shared,
                       const double *from, double *to) {
    const size_t length = shared ? n : n / k;
    for (size_t c = 0; c < (shared ? 1 : k); c++) {
        memcpy(to + (shared ? 0 : place[c]) * length, from + c * length,
               length * sizeof *to);
    }
}

static size_t part_len(const gmix_family_part *part) {
    size_t n = 1;
    for (size_t i = 0; i < part->n_dims; i++) {
        n *= part->dims[i];
    }
    return n;
}

/* Every part of the layout; one that does not grow with the components is shared by all. */
static void move_covariances(const gmix_model *model, const size_t *place,
                             const double *from, double *to) {
    gmix_family_part parts[2], more[2];
    const char *const name = model->family->name;
    const size_t k = model->k, n = gmix_family_parts(name, k, model->d, parts);
    gmix_family_parts(name, k + 1, model->d, more);
    for (size_t i = 0; i < n; i++) {
        const size_t length = part_len(&parts[i]), offset = parts[i].offset;
        move_parts(k, place, length, part_len(&more[i]) == length, from + offset,
                   to + offset);
    }
}

/* The names in their new places; NULL for none. */
static void move_names(const gmix_model *model, const size_t *place,
                       const char *const *given, const char **to,
                       gmix_model_extras *extras) {
    const bool drops = given && given[0] && !given[0][0];
    for (size_t c = 0; c < model->k && !given && model->component_names; c++) {
        to[place[c]] = model->component_names[c];
    }
    extras->component_names = drops                    ? NULL
                              : given                  ? given
                              : model->component_names ? to
                                                       : NULL;
}

/* The posterior in the new order; *room is to be released. Sticks are in the order that they were broken in:
 * names may change. */
static gmix_status move_posterior(gmix_ctx *ctx, const gmix_model *model,
                                  const size_t *place, double **room,
                                  gmix_posterior *out) {
    gmix_status status = GMIX_OK;
    const size_t k = model->k;
    *out = model->posterior->said;
    for (size_t c = 0; c < k && out->beta; c++) {
        if (place[c] != c) {
            GMIX_FAIL(ctx, GMIX_ERR_MODEL,
                      "the weights are sticks of a process, which have an order of their "
                      "own: 'gmix rename MODEL --points' has components that can be "
                      "put in another");
        }
    }
    GMIX_TRY(gmix_i_calloc(ctx, "the posterior", 3 * k, sizeof **room, room));
    if (out->alpha) {
        move_parts(k, place, k, false, out->alpha, *room);
        out->alpha = *room;
    }
    move_parts(k, place, k, false, out->kappa, *room + k);
    move_parts(k, place, k, false, out->dof, *room + 2 * k);
    out->kappa = *room + k;
    out->dof = *room + 2 * k;
done:
    return status;
}

gmix_status gmix_model_arrange(gmix_ctx *ctx, const gmix_model *model,
                               const size_t *order, const char *const *names,
                               gmix_model **out) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    if (!model || !out) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "model and out must not be NULL");
    }
    const size_t k = model->k, d = model->d;
    const size_t len = gmix_i_family_layout_len(model->family, k, d);
    size_t *place = NULL;
    double *parts = NULL; /* weights, means, covariances */
    double *of_posterior = NULL;
    gmix_posterior posterior;
    int32_t *class_of = NULL;
    const char **moved = NULL;
    gmix_model_extras extras;
    gmix_model_extras_init(&extras);
    GMIX_TRY(invert(ctx, k, order, &place));
    GMIX_TRY(gmix_i_calloc(ctx, "components", k + k * d + len, sizeof *parts, &parts));
    GMIX_TRY(gmix_i_calloc(ctx, "components", k, sizeof *class_of, &class_of));
    GMIX_TRY(gmix_i_calloc(ctx, "components", k, sizeof *moved, &moved));
    double *const means = parts + k, *const covariances = means + k * d;
    move_parts(k, place, k, false, model->weights, parts);
    move_parts(k, place, k * d, false, model->means, means);
    move_covariances(model, place, model->covariances, covariances);
    for (size_t c = 0; c < k && model->classes.n > 0; c++) {
        class_of[place[c]] = model->classes.of_component[c];
    }
    extras.noise_weight = model->weights[k];
    extras.noise_lower = model->noise.lower;
    extras.noise_upper = model->noise.upper;
    extras.n_classes = model->classes.n;
    extras.class_names = (const char *const *)model->classes.names;
    extras.component_classes = class_of;
    move_names(model, place, names, moved, &extras);
    if (model->posterior) {
        GMIX_TRY(move_posterior(ctx, model, place, &of_posterior, &posterior));
        extras.posterior = &posterior;
    }
    GMIX_TRY(gmix_model_new_with(ctx, model->family->name, k, d, parts, means,
                                 covariances, (const char *const *)model->names, &extras,
                                 out));
done:
    gmix_i_free(ctx, place);
    gmix_i_free(ctx, parts);
    gmix_i_free(ctx, of_posterior);
    gmix_i_free(ctx, class_of);
    gmix_i_free(ctx, (void *)moved);
    return status;
}

/* The sentence with the numbers of components changed; *out is of the context's allocator. */
static gmix_status renumber(gmix_ctx *ctx, const char *text, size_t k,
                            const size_t *place, char **out) {
    static const char word[] = "component ";
    const size_t room = strlen(text) * 3 + 32; /* a digit may become twenty */
    gmix_status status = GMIX_OK;
    size_t used = 0;
    GMIX_TRY(gmix_i_calloc(ctx, "a warning", room + 24, 1, out));
    while (*text) {
        const bool says = strncmp(text, word, sizeof word - 1) == 0 &&
                          isdigit((unsigned char)text[sizeof word - 1]);
        if (!says) {
            (*out)[used++] = *text++;
            continue;
        }
        char *end;
        const unsigned long long c = strtoull(text + sizeof word - 1, &end, 10);
        used += (size_t)snprintf(*out + used, room + 24 - used, "%s%llu", word,
                                 c < k ? (unsigned long long)place[c] : c);
        text = end;
    }
done:
    return status;
}

/* New texts for all warnings first, so that a failure leaves the old ones. */
static gmix_status move_warnings(gmix_ctx *ctx, size_t k, const size_t *place,
                                 gmix_report *report) {
    gmix_status status = GMIX_OK;
    char **said = NULL;
    const size_t n = report->n_warnings;
    if (n == 0) {
        return GMIX_OK;
    }
    const gmix_allocator *const from = report->owner;
    GMIX_TRY(gmix_i_calloc(ctx, "warnings", n, sizeof *said, &said));
    for (size_t i = 0; i < n; i++) {
        char *text = NULL;
        status = renumber(ctx, report->warnings[i], k, place, &text);
        said[i] = status == GMIX_OK ? gmix_i_strdup(from, text) : NULL;
        gmix_i_free(ctx, text);
        GMIX_TRY(status == GMIX_OK && !said[i] ? gmix_i_fail_nomem(ctx, "warnings", n)
                                               : status);
    }
    for (size_t i = 0; i < n; i++) {
        char *const old = report->warnings[i];
        report->warnings[i] = said[i];
        said[i] = old;
    }
done:
    for (size_t i = 0; said && i < n; i++) {
        gmix_i_release(from, said[i]);
    }
    gmix_i_free(ctx, said);
    return status;
}

/* Values, lower and upper ends: 3 times weights, means, covariances. copy: room for the longest. */
static void move_errors(const gmix_model *model, const size_t *place, double *copy,
                        gmix_standard_errors *e) {
    const size_t k = e->n_components, n_means = k * e->n_features;
    double *const parts[3][3] = {
        {e->weights, e->means, e->covariances},
        {e->weights_lower, e->means_lower, e->covariances_lower},
        {e->weights_upper, e->means_upper, e->covariances_upper}};
    const size_t lengths[3] = {k, n_means, e->n_covariances};
    for (size_t i = 0; i < 9 && k > 0 && k == model->k; i++) {
        double *const part = parts[i / 3][i % 3];
        if (part) {
            memcpy(copy, part, lengths[i % 3] * sizeof *copy);
            if (i % 3 == 2) {
                move_covariances(model, place, copy, part);
            } else {
                move_parts(k, place, lengths[i % 3], false, copy, part);
            }
        }
    }
}

gmix_status gmix_report_arrange(gmix_ctx *ctx, const gmix_model *model,
                                const size_t *order, gmix_report *report) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    size_t *place = NULL;
    double *copy = NULL;
    if (!model || !order || !report) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "model, order and report must not be NULL");
    }
    GMIX_TRY(invert(ctx, model->k, order, &place));
    const gmix_standard_errors *const e = &report->errors;
    GMIX_TRY(gmix_i_calloc(ctx, "standard errors",
                           e->n_components * (1 + e->n_features) + e->n_covariances,
                           sizeof *copy, &copy));
    if (report->owner) {
        GMIX_TRY(move_warnings(ctx, model->k, place, report));
        move_errors(model, place, copy, &report->errors);
    }
done:
    gmix_i_free(ctx, copy);
    gmix_i_free(ctx, place);
    return status;
}
