/* The registry of covariance families: the only list. A new family is a file and a line.
 */
#include <string.h>

#include <gmix/model.h>

#include "family/family.h"

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
const char *const gmix_i_family_names[] = {FAMILIES(NAME) ALIASES(OTHER_NAME) NULL};

static const char *const own_names[] = {FAMILIES(NAME) NULL};

#define QUOTED(family) " " #family
#define OTHER_QUOTED(alias, family, one_feature) " " #alias
static const char all_names[] = FAMILIES(QUOTED) ALIASES(OTHER_QUOTED);

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
    return alias ? alias->family : NULL;
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
    return NULL;
}

/* I < E < V: what is equal for all components may well be the identity, and what varies may
 * be equal. */
static size_t freedom(char letter) {
    return letter == 'I' ? 0 : letter == 'E' ? 1 : 2;
}

bool gmix_i_family_contains(const gmix_i_family *rich, const gmix_i_family *simple) {
    bool all = rich != simple;
    for (size_t i = 0; i < 3; i++) {
        all = all && freedom(simple->form[i]) <= freedom(rich->form[i]);
    }
    return all;
}

bool gmix_i_family_is_shared(const gmix_i_family *family) {
    return strchr(family->form, 'V') == NULL;
}

size_t gmix_i_family_rank(const gmix_i_family *family) {
    const char *const form = family->form;
    return 9 * freedom(form[2]) + 3 * freedom(form[1]) + freedom(form[0]);
}

bool gmix_i_family_equals(const gmix_i_family *a, const gmix_i_family *b, size_t d) {
    return a == b || (d == 1 && a->form[0] == b->form[0]); /* one feature: volume alone */
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
    return family ? family->layout_len(n_components, n_features) : 0;
}

size_t gmix_family_dims(const char *covariance, size_t n_components, size_t n_features,
                        size_t dims[3]) {
    const gmix_i_family *const family = gmix_i_family_find(covariance);
    dims[0] = dims[1] = dims[2] = 0;
    return family ? family->layout_dims(n_components, n_features, dims) : 0;
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
