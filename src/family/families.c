/* The registry of covariance families: the only list, but for laws with factors
 * (factor_registry.c). A new family is a file and a line. */
#include <string.h>

#include <gmix/model.h>

#include "family/factor_law.h"

#define FAMILIES(X) \
    X(full)         \
    X(tied)         \
    X(diag)         \
    X(spherical) X(EII) X(EEI) X(VEI) X(EVI) X(VEE) X(EVE) X(VVE) X(EEV) X(VEV) X(EVV)

/* Other names of families: of mclust, and for one feature alone. */
#define ALIASES(X)      \
    X(VVV, full, false) \
    X(EEE, tied, false) \
    X(VVI, diag, false) X(VII, spherical, false) X(E, EII, true) X(V, spherical, true)

#define DECLARE(family) extern const gmix_i_family gmix_i_family_##family;
FAMILIES(DECLARE)

#define ADDRESS(family) &gmix_i_family_##family,
const gmix_i_family *const gmix_i_families[] = {FAMILIES(ADDRESS) NULL};

#define NAME(family) #family,
#define OTHER_NAME(alias, family, one_feature) #alias,
const char *const gmix_i_family_names[] = {FAMILIES(NAME) ALIASES(OTHER_NAME)
                                               GMIX_I_FACTOR_LAW_NAMES NULL};

static const char *const own_names[] = {FAMILIES(NAME) NULL};

#define QUOTED(family) " " #family
#define OTHER_QUOTED(alias, family, one_feature) " " #alias
static const char all_names[] =
    FAMILIES(QUOTED) ALIASES(OTHER_QUOTED) GMIX_I_FACTOR_LAWS_QUOTED;

typedef struct family_alias {
    const char *name;
    const gmix_i_family *family;
    bool one_feature; /* a name for D = 1 alone */
} family_alias;

#define ENTRY(alias, family, one_feature) {#alias, &gmix_i_family_##family, one_feature},
static const family_alias aliases[] = {ALIASES(ENTRY)};

enum { N_ALIASES = sizeof aliases / sizeof *aliases };

const char *const *gmix_family_names(void) {
    return own_names;
}

static const family_alias *find_alias(const char *name) {
    for (size_t a = 0; name && a < N_ALIASES; a++) {
        if (strcmp(aliases[a].name, name) == 0) {
            return &aliases[a];
        }
    }
    return NULL;
}

const gmix_i_family *gmix_i_family_find(const char *name) {
    for (size_t f = 0; name && gmix_i_families[f]; f++) {
        if (strcmp(gmix_i_families[f]->name, name) == 0) {
            return gmix_i_families[f];
        }
    }
    const family_alias *const alias = find_alias(name);
    return alias ? alias->family : name ? gmix_i_factor_law_find(name) : NULL;
}

const char *gmix_family_name(const char *covariance) {
    const gmix_i_family *const family = gmix_i_family_find(covariance);
    return family ? family->name : NULL;
}

const char *gmix_family_alias(const char *covariance) {
    const gmix_i_family *const family = gmix_i_family_find(covariance);
    for (size_t a = 0; family && a < N_ALIASES; a++) {
        if (aliases[a].family == family && !aliases[a].one_feature) {
            return aliases[a].name;
        }
    }
    return family && family->n_factors && strcmp(family->name, family->other_name) != 0
               ? family->other_name
               : NULL;
}

/* I < E < V: what is equal for all components may well be the identity, and what varies may
 * be equal. */
static size_t freedom(char letter) {
    return letter == 'I' ? 0 : letter == 'E' ? 1 : 2;
}

/* True if each letter of the one leaves at least as much freedom. */
static bool form_contains(const gmix_i_family *rich, const gmix_i_family *simple) {
    bool all = true;
    for (size_t i = 0; i < 3; i++) {
        all = all && freedom(simple->form[i]) <= freedom(rich->form[i]);
    }
    return all;
}

/* Of a family outside the letters: what it says it holds, and what that contains. */
static bool holds(const gmix_i_family *rich, const gmix_i_family *simple) {
    for (size_t i = 0; rich->holds && rich->holds[i]; i++) {
        const gmix_i_family *const held = gmix_i_family_find(rich->holds[i]);
        if (held && (held == simple || gmix_i_family_contains(held, simple))) {
            return true;
        }
    }
    return false;
}

/* Diagonal families are laws with 0 factors; one covariance, or one each, is any law's. */
bool gmix_i_family_contains(const gmix_i_family *rich, const gmix_i_family *simple) {
    if (rich == simple) {
        return false;
    }
    if (rich->outside) {
        return holds(rich, simple);
    }
    if (simple->n_factors && !rich->n_factors) {
        return strcmp(rich->form, "VVV") == 0 ||
               (strcmp(rich->form, "EEE") == 0 && gmix_i_family_is_shared(simple));
    }
    const bool loadings =
        simple->n_factors == 0 || simple->common_loadings || !rich->common_loadings;
    return simple->n_factors <= rich->n_factors && loadings &&
           form_contains(rich, simple);
}

bool gmix_i_family_is_shared(const gmix_i_family *family) {
    return strchr(family->form, 'V') == NULL &&
           (family->n_factors == 0 || family->common_loadings);
}

size_t gmix_i_family_level(const gmix_i_family *family) {
    const size_t letters =
        freedom(family->form[0]) + freedom(family->form[1]) + freedom(family->form[2]);
    /* one outside comes before the family of its letters */
    const size_t whole = letters + (family->outside ? 0 : 1);
    if (family->n_factors) {
        return whole + family->n_factors + !family->common_loadings;
    }
    return whole + (family->form[2] == 'I' ? 0 : GMIX_I_MOST_FACTORS + 1);
}

size_t gmix_i_family_rank(const gmix_i_family *family) {
    const char *const form = family->form;
    return 9 * freedom(form[2]) + 3 * freedom(form[1]) + freedom(form[0]);
}

bool gmix_i_family_equals(const gmix_i_family *a, const gmix_i_family *b, size_t d) {
    const bool letters = !a->outside && !b->outside;
    return a == b || (letters && d == 1 &&
                      a->form[0] == b->form[0]); /* one feature: volume alone */
}

gmix_status gmix_i_family_get(gmix_ctx *ctx, const char *name, size_t d,
                              const gmix_i_family **out) {
    *out = gmix_i_family_find(name);
    const family_alias *const alias = find_alias(name);
    if (alias && alias->one_feature && d != 1) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "the covariance family '%s' is for one feature, and there are "
                           "%zu: its relative for more is '%s'",
                           name, d, alias->family->name);
    }
    if (name && (!*out || (*out)->n_factors)) {
        const gmix_status status = gmix_i_factor_law_check(ctx, name, d);
        if (status != GMIX_OK) {
            return status;
        }
    }
    if (*out) {
        return GMIX_OK;
    }
    const size_t n = sizeof gmix_i_family_names / sizeof *gmix_i_family_names - 1;
    const char *const near = name ? gmix_i_nearest(name, gmix_i_family_names, n) : NULL;
    return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                       "there is no covariance family '%.40s'%s%s%s; the families are:%s",
                       name ? name : "(null)", near ? "; did you mean '" : "",
                       near ? near : "", near ? "'?" : "", all_names);
}

size_t gmix_family_layout(const char *covariance, size_t n_components,
                          size_t n_features) {
    const gmix_i_family *const family = gmix_i_family_find(covariance);
    return family ? gmix_i_family_layout_len(family, n_components, n_features) : 0;
}

size_t gmix_family_dims(const char *covariance, size_t n_components, size_t n_features,
                        size_t dims[3]) {
    const gmix_i_family *const family = gmix_i_family_find(covariance);
    dims[0] = dims[1] = dims[2] = 0;
    if (family && family->n_factors) {
        dims[0] = gmix_i_family_layout_len(family, n_components, n_features);
        return 1;
    }
    return family ? family->layout_dims(n_components, n_features, dims) : 0;
}

/* A part of the layout behind those before it. */
static void set_part(gmix_family_part *part, const char *name, size_t n_dims,
                     size_t *offset) {
    part->name = name;
    part->n_dims = n_dims;
    part->offset = *offset;
    size_t length = 1;
    for (size_t i = 0; i < n_dims; i++) {
        length *= part->dims[i];
    }
    *offset += length;
}

size_t gmix_family_parts(const char *covariance, size_t n_components, size_t n_features,
                         gmix_family_part parts[2]) {
    const gmix_i_family *const family = gmix_i_family_find(covariance);
    const size_t k = n_components, d = n_features;
    size_t offset = 0;
    memset(parts, 0, 2 * sizeof *parts);
    if (!family) {
        return 0;
    }
    if (!family->n_factors) {
        const size_t n = family->layout_dims(k, d, parts[0].dims);
        set_part(&parts[0], "covariances", n, &offset);
        return 1;
    }
    const size_t n = gmix_i_loadings_dims(family, k, d, parts[0].dims);
    set_part(&parts[0], "loadings", n, &offset);
    const size_t n_own = gmix_i_uniquenesses_dims(family, k, d, parts[1].dims);
    set_part(&parts[1], "uniquenesses", n_own, &offset);
    return 2;
}

size_t gmix_family_n_factors(const char *covariance) {
    const gmix_i_family *const family = gmix_i_family_find(covariance);
    return family ? family->n_factors : 0;
}

const char *const *gmix_factor_law_names(void) {
    return gmix_i_factor_law_names;
}

int gmix_family_is_diagonal(const char *covariance) {
    const gmix_i_family *const family = gmix_i_family_find(covariance);
    return family && family->shape == &gmix_i_shape_diagonal;
}

void gmix_i_spread_first(size_t k, size_t len, double *cov) {
    for (size_t c = 1; c < k; c++) {
        memcpy(cov + c * len, cov, len * sizeof *cov);
    }
}
