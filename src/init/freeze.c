/*
 * What the option `freeze` names:
 *
 *     what[:component,component-component,...][,what...],  what = weights | means |
 *     covariances
 *
 * without numbers for all components. The values are those of the start model.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "init/init.h"
#include "init/rules.h"

static const char *const WHATS[] = {"weights", "means", "covariances"};
enum { N_WHATS = sizeof WHATS / sizeof *WHATS, WORD = 40 };

typedef struct parser {
    gmix_ctx *ctx;
    const char *at;
    size_t k;
    bool *flags[N_WHATS]; /* K each */
} parser;

static gmix_status fail_syntax(const parser *p) {
    return gmix_i_fail(
        p->ctx, GMIX_ERR_OPTION,
        "freeze: '%.40s' is not understood: name weights, means or "
        "covariances, each for all components or, after a colon, for some, as "
        "in weights,means:0,2-4",
        p->at);
}

/* "weights", ...: which, or N_WHATS. */
static size_t parse_what(parser *p) {
    const size_t length = strspn(p->at, "abcdefghijklmnopqrstuvwxyz");
    for (size_t w = 0; w < N_WHATS; w++) {
        if (strlen(WHATS[w]) == length && strncmp(p->at, WHATS[w], length) == 0) {
            p->at += length;
            return w;
        }
    }
    return N_WHATS;
}

/* "3" or "2-4". */
static gmix_status parse_numbers(parser *p, bool *flags) {
    const char *const word = p->at;
    char *end;
    if (!isdigit((unsigned char)*p->at)) {
        return fail_syntax(p);
    }
    const unsigned long first = strtoul(p->at, &end, 10);
    unsigned long last = first;
    p->at = end;
    if (*p->at == '-' && isdigit((unsigned char)p->at[1])) {
        last = strtoul(p->at + 1, &end, 10);
        p->at = end;
    }
    if (first > last) {
        return gmix_i_fail(p->ctx, GMIX_ERR_OPTION,
                           "freeze: '%.*s': the first of a range is the smaller number",
                           (int)(p->at - word), word);
    }
    if (last >= p->k) {
        return gmix_i_fail(p->ctx, GMIX_ERR_OPTION,
                           "freeze: '%.*s': components are 0 to %zu", (int)(p->at - word),
                           word, p->k - 1);
    }
    for (size_t c = first; c <= last; c++) {
        flags[c] = true;
    }
    return GMIX_OK;
}

static gmix_status parse(parser *p) {
    gmix_status status = GMIX_OK;
    for (bool more = true; more;) {
        const size_t what = parse_what(p);
        if (what == N_WHATS) {
            return fail_syntax(p);
        }
        if (*p->at == ':') {
            do {
                p->at++;
                GMIX_TRY(parse_numbers(p, p->flags[what]));
            } while (*p->at == ',' && isdigit((unsigned char)p->at[1]));
        } else {
            memset(p->flags[what], true, p->k * sizeof(bool));
        }
        more = *p->at == ',';
        p->at += more;
    }
    if (*p->at) {
        return fail_syntax(p);
    }
done:
    return status;
}

static size_t count(const bool *flags, size_t k) {
    size_t n = 0;
    for (size_t c = 0; c < k; c++) {
        n += flags[c];
    }
    return n;
}

size_t gmix_i_rules_n_frozen(const gmix_i_rules *rules, const gmix_i_family *family,
                             size_t d) {
    const gmix_i_frozen *const frozen = &rules->frozen;
    const size_t k = frozen->values.k;
    if (!rules->has_frozen) {
        return 0;
    }
    const size_t weights = count(frozen->weights, k);
    const bool noise = rules->noise > 0.0 || frozen->values.weights[k] > 0.0;
    const size_t covariances =
        frozen->all_covariances
            ? gmix_i_family_n_free(family, k, d)
            : count(frozen->covariances, k) * gmix_i_family_n_free(family, 1, d);
    return (weights == k && !noise ? k - 1 : weights) + count(frozen->means, k) * d +
           covariances;
}

/* What cannot be: part of a shared covariance, or weights that leave nothing for noise. */
static gmix_status check(gmix_ctx *ctx, const gmix_i_family *family, size_t k, size_t d,
                         const gmix_i_rules *rules) {
    const gmix_i_frozen *const frozen = &rules->frozen;
    const size_t n = count(frozen->covariances, k);
    if (n > 0 && n < k && !gmix_i_family_is_separable(family, k, d)) {
        return gmix_i_fail(
            ctx, GMIX_ERR_OPTION,
            "freeze: components of the family '%s' share their covariances: "
            "freeze those of all or of none",
            family->name);
    }
    if (rules->noise > 0.0 && count(frozen->weights, k) == k &&
        !(frozen->values.weights[k] > 0.0)) {
        return gmix_i_fail(
            ctx, GMIX_ERR_OPTION,
            "freeze: all weights are frozen, which leaves none for the noise "
            "component");
    }
    return GMIX_OK;
}

gmix_status gmix_i_frozen_new(gmix_ctx *ctx, const gmix_i_start_task *task,
                              const gmix_i_family *family, gmix_i_rules *out) {
    gmix_status status = GMIX_OK;
    const gmix_fit_options *const opts = task->opts;
    const size_t k = opts->n_components, d = task->survey->d;
    gmix_i_frozen *const frozen = &out->frozen;
    if (opts->freeze[0] == '\0') {
        return GMIX_OK;
    }
    if (!opts->init_model || strcmp(opts->init, "model") != 0) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION,
                  "freeze keeps parameters of a start model: it needs init = model and "
                  "init_model");
    }
    GMIX_TRY(gmix_i_calloc(ctx, "frozen parameters", N_WHATS * k, sizeof(bool),
                           &frozen->weights));
    frozen->means = frozen->weights + k;
    frozen->covariances = frozen->means + k;
    parser p = {.ctx = ctx,
                .at = opts->freeze,
                .k = k,
                .flags = {frozen->weights, frozen->means, frozen->covariances}};
    GMIX_TRY(parse(&p));
    GMIX_TRY(gmix_i_params_new(ctx, family, k, d, &frozen->values));
    GMIX_TRY(gmix_i_params_of_model(ctx, opts->init_model, task->frame, NULL,
                                    &frozen->values));
    frozen->all_covariances = count(frozen->covariances, k) == k;
    out->has_frozen = true;
    GMIX_TRY(check(ctx, family, k, d, out));
done:
    return status;
}
