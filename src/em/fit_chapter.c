/* Titles of chapters about fits. See fit_chapter.h. */
#include "em/fit_chapter.h"

#include "data/pass.h"
#include "model/mixture.h"

static uint64_t digest_of_reals(const double *x, size_t n) {
    return x ? gmix_i_digest_reals(GMIX_I_DIGEST, x, n) : 0;
}

static uint64_t digest_of_ints(const int32_t *x, size_t n) {
    uint64_t digest = x ? GMIX_I_DIGEST : 0;
    for (size_t i = 0; x && i < n; i++) {
        digest = gmix_i_digest_word(digest, (uint32_t)x[i]);
    }
    return digest;
}

/* Cells in the order of rows, whatever the layout. */
static uint64_t digest_of_cells(const gmix_table *x) {
    const gmix_i_block all = gmix_i_table_rows(x, 0, x->n_rows);
    uint64_t digest = gmix_i_digest_word(GMIX_I_DIGEST, x->n_rows);
    for (size_t i = 0; x->data && i < x->n_rows; i++) {
        for (size_t j = 0; j < x->n_cols; j++) {
            const double cell = gmix_i_cell(&all.rows, i, j);
            digest = gmix_i_digest_reals(digest, &cell, 1);
        }
    }
    return digest;
}

static void put_rows(gmix_i_wire *title, const gmix_table *x) {
    const size_t cells = x->n_rows * x->n_cols;
    uint64_t digest = digest_of_cells(x);
    digest = gmix_i_digest_word(digest, digest_of_reals(x->weights, x->n_rows));
    digest = gmix_i_digest_word(digest, digest_of_ints(x->labels, x->n_rows));
    digest =
        gmix_i_digest_word(digest, digest_of_reals(x->errors, x->n_rows * x->errors_len));
    digest = gmix_i_digest_word(digest, digest_of_reals(x->lower, cells));
    digest = gmix_i_digest_word(digest, digest_of_reals(x->upper, cells));
    digest = gmix_i_digest_word(digest, digest_of_reals(x->truncation, 2));
    if (x->projections) {
        const gmix_projections *const p = x->projections;
        const size_t n = x->n_rows * p->n_measured;
        digest = gmix_i_digest_word(digest, digest_of_reals(p->values, n));
        digest = gmix_i_digest_word(digest, digest_of_reals(p->matrices, n * x->n_cols));
        digest = gmix_i_digest_word(
            digest, digest_of_reals(p->errors, x->n_rows * p->errors_len));
    }
    gmix_i_title_number(title, "rows", digest);
}

uint64_t gmix_i_digest_of_model(const gmix_model *m) {
    if (!m) {
        return 0;
    }
    const size_t n_cov = gmix_i_family_layout_len(m->family, m->k, m->d);
    uint64_t digest = digest_of_reals(m->weights, m->k + 1);
    digest = gmix_i_digest_reals(digest, m->means, m->k * m->d);
    return gmix_i_digest_reals(digest, m->covariances, n_cov);
}

/* What options point to. */
static void put_pointed(gmix_i_wire *title, const gmix_table *x,
                        const gmix_fit_options *opts) {
    const size_t d = x->n_cols;
    const gmix_i_family *const family = gmix_i_family_find(opts->covariance);
    const size_t n_cov = family ? gmix_i_family_layout_len(family, 1, d) : 0;
    gmix_i_title_number(title, "init_model", gmix_i_digest_of_model(opts->init_model));
    gmix_i_title_number(title, "init_labels",
                        digest_of_ints(opts->init_labels, x->n_rows));
    gmix_i_title_number(
        title, "init_memberships",
        digest_of_reals(opts->init_memberships, x->n_rows * opts->n_components));
    gmix_i_title_number(title, "prior_mean", digest_of_reals(opts->prior_mean, d));
    gmix_i_title_number(title, "prior_covariance",
                        digest_of_reals(opts->prior_covariance, n_cov));
}

gmix_status gmix_i_fit_chapter(gmix_ctx *ctx, const char *call, const gmix_table *x,
                               const gmix_fit_options *opts, const gmix_i_asked *asked,
                               gmix_i_chapter *out) {
    *out = (gmix_i_chapter){0};
    if (!gmix_i_keeps_journal(ctx)) {
        return GMIX_OK;
    }
    gmix_i_wire title = gmix_i_title_of(ctx, call);
    gmix_i_title_options(&title, gmix_fit_option_table(), opts);
    if (asked) {
        gmix_i_title_options(&title, asked->table, asked->opts);
        gmix_i_title_number(&title, "number", asked->number);
    }
    put_pointed(&title, x, opts);
    put_rows(&title, x);
    return gmix_i_chapter_begin(ctx, &title, out);
}
