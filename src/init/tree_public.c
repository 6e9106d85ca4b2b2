/* The public side of trees: tables in, merges and labels out. See gmix/hierarchy.h. */
#include <string.h>

#include "base/option_sets.h"
#include "base/structs.h"
#include "data/survey.h"
#include "init/tree.h"

#define OPTION(...) GMIX_I_OPTION(gmix_tree_options, __VA_ARGS__)

/* Names are looked up where they are used, in tables of their own. */
static const gmix_option_info rows[] = {
    OPTION(criterion, "text", "VVV", 0, 0, NULL,
           "what merges minimise: VVV, VII, EEE, EII"),
    OPTION(transform, "text", "svd", 0, 0, NULL,
           "of the features before: svd, std, none"),
    GMIX_I_OPTIONS_END};

static const gmix_i_option_set set =
    GMIX_I_OPTION_SET(gmix_tree_options, transform, rows);

void gmix_tree_options_init_sized(gmix_tree_options *opts, size_t struct_size) {
    gmix_i_options_init(&set, opts, struct_size);
}

const gmix_option_info *gmix_tree_option_table(void) {
    return rows;
}

/* Rows and weights as plain arrays, n x d and n. */
static gmix_status copy_rows(gmix_ctx *ctx, const gmix_table *table, double **x,
                             double **w) {
    gmix_status status = GMIX_OK;
    const size_t n = table->n_rows, d = table->n_cols;
    const gmix_i_block all = gmix_i_table_rows(table, 0, n);
    GMIX_TRY(gmix_i_calloc(ctx, "rows", n * d, sizeof(double), x));
    GMIX_TRY(gmix_i_calloc(ctx, "weights", n, sizeof(double), w));
    for (size_t i = 0; i < n; i++) {
        (*w)[i] = all.weights ? all.weights[i] : 1.0;
        if (!((*w)[i] > 0.0)) {
            GMIX_FAIL(ctx, GMIX_ERR_DATA,
                      "row %zu has the weight %g: rows of a tree weigh more than 0", i,
                      (*w)[i]);
        }
        for (size_t j = 0; j < d; j++) {
            (*x)[i * d + j] = gmix_i_cell(&all.rows, i, j);
        }
    }
done:
    return status;
}

static gmix_status build(gmix_ctx *ctx, const gmix_table *table,
                         const gmix_tree_options *opts, size_t *merges, double *costs) {
    gmix_status status = GMIX_OK;
    const gmix_i_criterion *criterion;
    double *x = NULL, *w = NULL;
    size_t d;
    GMIX_TRY(gmix_i_criterion_get(ctx, opts->criterion, &criterion));
    GMIX_TRY(copy_rows(ctx, table, &x, &w));
    GMIX_TRY(gmix_i_tree_transform(ctx, opts->transform, table->n_rows, table->n_cols, w,
                                   x, &d));
    GMIX_TRY(gmix_i_tree_build(ctx, table->n_rows, d, x, w, criterion, merges, costs));
done:
    gmix_i_free(ctx, x);
    gmix_i_free(ctx, w);
    return status;
}

gmix_status gmix_tree(gmix_ctx *ctx, const gmix_table *x, const gmix_tree_options *opts,
                      size_t *merges, double *costs) {
    GMIX_I_CTX(ctx);
    GMIX_I_TABLE(ctx, x);
    gmix_status status = GMIX_OK;
    gmix_i_input input;
    gmix_i_survey survey = {0};
    gmix_tree_options taken;
    size_t *made = NULL;
    double *prices = NULL;
    GMIX_TRY(gmix_i_input_table(ctx, x, &input));
    if (!merges || x->n_rows < 2) {
        GMIX_FAIL(ctx, !merges ? GMIX_ERR_ARGUMENT : GMIX_ERR_DATA,
                  "a tree needs a place for its merges, and two rows or more");
    }
    GMIX_TRY(gmix_i_options_read(ctx, &set, opts, &taken));
    GMIX_TRY(gmix_i_survey_new(ctx, &input, GMIX_I_MISSING_REFUSE, 0.0, &survey));
    GMIX_TRY(gmix_i_calloc(ctx, "merges", 2 * x->n_rows, sizeof *made, &made));
    GMIX_TRY(gmix_i_calloc(ctx, "merges", x->n_rows, sizeof *prices, &prices));
    GMIX_TRY(build(ctx, x, &taken, made, prices));
    memcpy(merges, made, 2 * (x->n_rows - 1) * sizeof *merges);
    if (costs) {
        memcpy(costs, prices, (x->n_rows - 1) * sizeof *costs);
    }
done:
    gmix_i_survey_free(ctx, &survey);
    gmix_i_free(ctx, made);
    gmix_i_free(ctx, prices);
    return status;
}

gmix_status gmix_tree_cut(gmix_ctx *ctx, size_t n, const size_t *merges, size_t k,
                          int32_t *labels) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    size_t *parent = NULL;
    if (k < 1 || k > n || (n > 1 && !merges) || !labels) {
        GMIX_FAIL(
            ctx, GMIX_ERR_ARGUMENT,
            "%zu clusters of %zu rows: a cut needs a tree, a place for labels, and 1 "
            "to %zu clusters",
            k, n, n);
    }
    GMIX_TRY(gmix_i_calloc(ctx, "labels", n, sizeof *parent, &parent));
    for (size_t i = 0; i < n; i++) {
        parent[i] = i;
    }
    for (size_t t = 0; t < n - k; t++) {
        const size_t a = merges[2 * t], b = merges[2 * t + 1];
        if (b >= n || a >= b || parent[a] != a || parent[b] != b) {
            GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                      "merge %zu, of %zu and %zu, is none of two clusters that are there",
                      t, a, b);
        }
        parent[b] = a;
    }
    int32_t n_labels = 0;
    for (size_t i = 0; i < n; i++) { /* parents come first, and are followed already */
        const size_t root = parent[i] == i ? i : parent[parent[i]];
        parent[i] = root;
        labels[i] = root == i ? n_labels++ : labels[root];
    }
done:
    gmix_i_free(ctx, parent);
    return status;
}
