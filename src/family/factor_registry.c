/* The registry of laws with factors: a line each, and every number of factors. See factor_law.h. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "family/factor_law.h"

#define EIGHT(X, a, b, c, d, e, f, g, h, ...)                                   \
    X(a, __VA_ARGS__), X(b, __VA_ARGS__), X(c, __VA_ARGS__), X(d, __VA_ARGS__), \
        X(e, __VA_ARGS__), X(f, __VA_ARGS__), X(g, __VA_ARGS__), X(h, __VA_ARGS__)
#define EACH_NUMBER(X, ...)                                    \
    EIGHT(X, 1, 2, 3, 4, 5, 6, 7, 8, __VA_ARGS__),             \
        EIGHT(X, 9, 10, 11, 12, 13, 14, 15, 16, __VA_ARGS__),  \
        EIGHT(X, 17, 18, 19, 20, 21, 22, 23, 24, __VA_ARGS__), \
        EIGHT(X, 25, 26, 27, 28, 29, 30, 31, 32, __VA_ARGS__)

#define DECLARE(law, other, common, of, letters, isotropic) \
    extern const gmix_i_family gmix_i_family_##of;
GMIX_I_FACTOR_LAWS(DECLARE)

#define INSTANCE(q, law, other, common, of, letters, isotropic)                \
    {                                                                          \
        .name = law ":" #q, .form = letters, .shape = &gmix_i_shape_dense,     \
        .n_factors = q, .other_name = other ":" #q, .common_loadings = common, \
        .uniquenesses = &gmix_i_family_##of, .isotropic_frame = isotropic      \
    }
#define INSTANCES(law, other, common, of, letters, isotropic) \
    {EACH_NUMBER(INSTANCE, #law, #other, common, of, letters, isotropic)},

static const gmix_i_family laws[][GMIX_I_MOST_FACTORS] = {GMIX_I_FACTOR_LAWS(INSTANCES)};

typedef struct law_name {
    const char *name, *other;
} law_name;
#define NAMES(law, other, common, of, letters, isotropic) {#law, #other},
static const law_name names[] = {GMIX_I_FACTOR_LAWS(NAMES)};

enum { N_LAWS = sizeof laws / sizeof *laws };

const char *const gmix_i_factor_law_names[] = {GMIX_I_FACTOR_LAW_NAMES NULL};

/* Which law a name before its colon is of; N_LAWS: of none. */
static size_t find_law(const char *name, size_t length) {
    size_t l = 0;
    while (
        l < N_LAWS &&
        !(strlen(names[l].name) == length && memcmp(names[l].name, name, length) == 0) &&
        !(strlen(names[l].other) == length &&
          memcmp(names[l].other, name, length) == 0)) {
        l++;
    }
    return l;
}

/* The number after the colon; 0: there is none from 1 to the most. */
static size_t number_of(const char *name) {
    const char *const text = name + strcspn(name, ":");
    char *end;
    if (*text != ':' || !isdigit((unsigned char)text[1]) || text[1] == '0') {
        return 0;
    }
    const unsigned long q = strtoul(text + 1, &end, 10);
    return *end == '\0' && q <= GMIX_I_MOST_FACTORS ? q : 0;
}

const gmix_i_family *gmix_i_factor_law_find(const char *name) {
    const size_t l = find_law(name, strcspn(name, ":")), q = number_of(name);
    return l < N_LAWS && q > 0 ? &laws[l][q - 1] : NULL;
}

size_t gmix_i_factors_told(size_t d) {
    enum { WORTH = 8 };
    size_t q = 0;
    while (q < WORTH && q + 1 < d && (d - q - 1) * (d - q - 1) > d + q + 1) {
        q++;
    }
    return q;
}

gmix_status gmix_i_factor_law_check(gmix_ctx *ctx, const char *name, size_t d) {
    const size_t l = find_law(name, strcspn(name, ":")), q = number_of(name);
    if (l == N_LAWS) {
        return GMIX_OK;
    }
    if (q == 0) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "covariance '%.40s': %s takes a number of factors from 1 to "
                           "%d, as in %s:2",
                           name, names[l].name, GMIX_I_MOST_FACTORS, names[l].name);
    }
    return q < d ? GMIX_OK
                 : gmix_i_fail(ctx, GMIX_ERR_OPTION,
                               "covariance '%.40s': %zu factor%s of %zu feature%s: there "
                               "are fewer factors than features",
                               name, q, q == 1 ? "" : "s", d, d == 1 ? "" : "s");
}
