/* Reading what is asked of a choice among models. See request.h. */
#include "select/request.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/option_sets.h"
#include "family/factor_law.h"
#include "record/criterion_table.h"

enum { MOST_COMPONENTS = 100000, NAME_SIZE = 64 };

#define OPTION(...) GMIX_I_OPTION(gmix_select_options, __VA_ARGS__)

static const gmix_option_info table[] = {
    OPTION(components, "text", "auto", 0, 0, NULL,
           "numbers of components: 3, 1-9, 1,2,4, or auto, from 1 on"),
    OPTION(
        covariances, "text", "all", 0, 0, NULL,
        "families, comma-separated, or all; mfa:1-6 and mfa:auto are laws with factors"),
    OPTION(criterion, "name", "bic", 0, 0, gmix_i_criteria,
           "choose among models by this, of which cv is the cross-validated "
           "log-likelihood, evidence that of Bayesian fits, none the highest "
           "log-likelihood"),
    OPTION(folds, "size", "10", 0, 1e15, NULL, "folds of cv"), GMIX_I_OPTIONS_END};

static const gmix_i_option_set set = GMIX_I_OPTION_SET(gmix_select_options, folds, table);

const gmix_option_info *gmix_select_option_table(void) {
    return table;
}

void gmix_select_options_init_sized(gmix_select_options *opts, size_t struct_size) {
    gmix_i_options_init(&set, opts, struct_size);
}

/* The criterion's name as the library has it, which outlives the caller's. */
static void keep_criterion(gmix_select_options *opts) {
    for (const char *const *name = gmix_i_criteria; *name; name++) {
        if (strcmp(*name, opts->criterion) == 0) {
            opts->criterion = *name;
        }
    }
}

/* A whole number at *text, which moves on; 0 if there is none in range. */
static size_t read_number(const char **text) {
    char *end = NULL;
    if (!isdigit((unsigned char)**text)) {
        return 0;
    }
    const unsigned long n = strtoul(*text, &end, 10);
    *text = end;
    return n <= MOST_COMPONENTS ? (size_t)n : 0;
}

static gmix_status bad_components(gmix_ctx *ctx, const char *text) {
    return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                       "components '%.40s' are no list of numbers from 1 to %d, such as "
                       "3, 1-9 or 1,2,4, and not auto",
                       text, MOST_COMPONENTS);
}

/* Marks the numbers of a list. wanted: MOST_COMPONENTS + 1. */
static gmix_status mark_components(gmix_ctx *ctx, const char *text, bool *wanted) {
    const char *at = text;
    for (bool more = true; more;) {
        const size_t first = read_number(&at);
        size_t last = first;
        if (*at == '-') {
            at++;
            last = read_number(&at);
        }
        more = *at == ',';
        at += more;
        if (first == 0 || last < first || (!more && *at != '\0')) {
            return bad_components(ctx, text);
        }
        for (size_t k = first; k <= last; k++) {
            wanted[k] = true;
        }
    }
    return GMIX_OK;
}

static gmix_status read_components(gmix_ctx *ctx, gmix_i_request *out) {
    gmix_status status = GMIX_OK;
    bool *wanted = NULL;
    out->grows = strcmp(out->opts.components, "auto") == 0;
    if (out->grows) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_calloc(ctx, "numbers of components", MOST_COMPONENTS + 1,
                           sizeof *wanted, &wanted));
    GMIX_TRY(mark_components(ctx, out->opts.components, wanted));
    size_t n = 0;
    for (size_t k = 1; k <= MOST_COMPONENTS; k++) {
        n += wanted[k];
    }
    GMIX_TRY(gmix_i_calloc(ctx, "numbers of components", n, sizeof *out->components,
                           &out->components));
    for (size_t k = 1; k <= MOST_COMPONENTS; k++) {
        if (wanted[k]) {
            out->components[out->n_components++] = k;
        }
    }
done:
    gmix_i_free(ctx, wanted);
    return status;
}

/* Adds a family unless there is one that is the same for D features. */
static void add_family(gmix_i_request *out, const gmix_i_family *family, size_t d) {
    for (size_t f = 0; f < out->n_families; f++) {
        if (gmix_i_family_equals(out->families[f], family, d)) {
            return;
        }
    }
    out->families[out->n_families++] = family;
}

/* From the simplest on. */
static void add_all(gmix_i_request *out, size_t d) {
    for (size_t rank = 0; rank < GMIX_I_FAMILY_RANKS; rank++) {
        for (size_t f = 0; gmix_i_families[f]; f++) {
            if (gmix_i_family_rank(gmix_i_families[f]) == rank) {
                add_family(out, gmix_i_families[f], d);
            }
        }
    }
}

/* True if the name is a law's, with a range of factors or auto for their number: from `first` to
 * `last`, of `stem` characters. */
static bool reads_factors(const char *name, size_t d, size_t *stem, size_t *first,
                          size_t *last) {
    *stem = strcspn(name, ":");
    const char *at = name + *stem;
    if (*at++ != ':') {
        return false;
    }
    if (strcmp(at, "auto") == 0) {
        *first = 1;
        *last = gmix_i_factors_told(d);
        return *last > 0;
    }
    *first = read_number(&at);
    const bool range = *first > 0 && *at == '-';
    at += range;
    *last = range ? read_number(&at) : 0;
    return range && *last >= *first && *last <= GMIX_I_MOST_FACTORS && *at == '\0';
}

/* The family of a name, or the law with each of its numbers of factors. */
static gmix_status add_named(gmix_ctx *ctx, const char *name, size_t d,
                             gmix_i_request *out) {
    gmix_status status = GMIX_OK;
    const gmix_i_family *family;
    size_t stem, first, last;
    if (!reads_factors(name, d, &stem, &first, &last)) {
        GMIX_TRY(gmix_i_family_get(ctx, name, d, &family));
        add_family(out, family, d);
        return GMIX_OK;
    }
    for (size_t q = first; q <= last; q++) {
        char one[NAME_SIZE + 24];
        snprintf(one, sizeof one, "%.*s:%zu", (int)stem, name, q);
        GMIX_TRY(gmix_i_family_get(ctx, one, d, &family));
        add_family(out, family, d);
    }
done:
    return status;
}

static gmix_status read_families(gmix_ctx *ctx, size_t d, gmix_i_request *out) {
    gmix_status status = GMIX_OK;
    const char *at = out->opts.covariances;
    size_t most = 1;
    for (size_t f = 0; gmix_i_families[f]; f++) {
        most++;
    }
    for (const char *c = at; *c; c++) {
        most += *c == ',' ? 1 : *c == ':' ? GMIX_I_MOST_FACTORS : 0;
    }
    GMIX_TRY(gmix_i_calloc(ctx, "families", most, sizeof *out->families, &out->families));
    for (bool more = true; more;) {
        char name[NAME_SIZE];
        const size_t length = strcspn(at, ",");
        snprintf(name, sizeof name, "%.*s",
                 (int)(length < NAME_SIZE ? length : NAME_SIZE), at);
        more = at[length] == ',';
        at += length + more;
        if (strcmp(name, "all") == 0) {
            add_all(out, d);
            continue;
        }
        GMIX_TRY(add_named(ctx, name, d, out));
    }
done:
    return status;
}

gmix_status gmix_i_request_new(gmix_ctx *ctx, const gmix_select_options *opts, size_t d,
                               gmix_i_request *out) {
    gmix_status status = GMIX_OK;
    *out = (gmix_i_request){0};
    GMIX_TRY(gmix_i_options_read(ctx, &set, opts, &out->opts));
    keep_criterion(&out->opts);
    GMIX_TRY(read_components(ctx, out));
    GMIX_TRY(read_families(ctx, d, out));
done:
    if (status != GMIX_OK) {
        gmix_i_request_free(ctx, out);
    }
    return status;
}

void gmix_i_request_free(gmix_ctx *ctx, gmix_i_request *request) {
    gmix_i_free(ctx, request->components);
    gmix_i_free(ctx, (void *)(uintptr_t)request->families);
    *request = (gmix_i_request){0};
}
