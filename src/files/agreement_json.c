/* The comparison of two labellings as JSON: docs/cli-json.md says what each member means. */
#include <stdio.h>

#include <gmix/files.h>

#include "files/json_out.h"

static void put_names(struct gmix_i_json *json, const char *member,
                      const char *const *names, size_t n) {
    gmix_i_json_open(json, member, '[');
    for (size_t i = 0; i < n; i++) {
        char number[24];
        snprintf(number, sizeof number, "%zu", i);
        gmix_i_json_text(json, NULL, names ? names[i] : number);
    }
    gmix_i_json_close(json, ']');
}

/* The name of the match of every a, or null. */
static void put_match(struct gmix_i_json *json, const gmix_agreement *a,
                      const char *const *names_b) {
    gmix_i_json_open(json, "match", '[');
    for (size_t i = 0; i < a->n_a; i++) {
        char number[24];
        snprintf(number, sizeof number, "%d", (int)a->match[i]);
        gmix_i_json_text(json, NULL,
                         a->match[i] < 0 ? NULL
                         : names_b       ? names_b[a->match[i]]
                                         : number);
    }
    gmix_i_json_close(json, ']');
}

gmix_status gmix_agreement_to_json(gmix_ctx *ctx, const gmix_agreement *agreement,
                                   const char *const *names_a, const char *const *names_b,
                                   char **text) {
    GMIX_I_CTX(ctx);
    if (!agreement || !agreement->counts || !text) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "a comparison and a place for the text are needed");
    }
    const gmix_agreement *const a = agreement;
    const size_t dims[2] = {a->n_a, a->n_b};
    struct gmix_i_json json = {.ctx = ctx};
    gmix_i_json_open(&json, NULL, '{');
    gmix_i_json_count(&json, "n_rows", a->n_rows);
    gmix_i_json_count(&json, "n_unknown", a->n_unknown);
    gmix_i_json_real(&json, "adjusted_rand", a->adjusted_rand);
    gmix_i_json_real(&json, "rand", a->rand);
    gmix_i_json_real(&json, "error_rate", a->error_rate);
    gmix_i_json_real(&json, "mutual_information", a->mutual_information);
    gmix_i_json_real(&json, "normalised_mutual_information",
                     a->normalised_mutual_information);
    put_names(&json, "labels_a", names_a, a->n_a);
    put_names(&json, "labels_b", names_b, a->n_b);
    put_match(&json, a, names_b);
    gmix_i_json_reals(&json, "counts", a->counts, dims, 2);
    gmix_i_json_close(&json, '}');
    return gmix_i_json_take(&json, text);
}
