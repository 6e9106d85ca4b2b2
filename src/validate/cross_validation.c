/*
 * Cross-validation: a fold is left out by giving its rows the weight 0, so no row is copied.
 *
 * Rows of a class are put in a random order, which is a function of the seed and the row's
 * number, and dealt to the folds in turn; the next class goes on where the last one stopped.
 */
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/structs.h"
#include "validate/tabulate.h"

/* A labelled row on its way to a fold. */
typedef struct card {
    int32_t label;
    double key;
    size_t row;
} card;

static int by_class_and_key(const void *a, const void *b) {
    const card *const x = a, *const y = b;
    if (x->label != y->label) {
        return x->label < y->label ? -1 : 1;
    }
    return x->key < y->key ? -1 : x->key > y->key ? 1 : x->row < y->row ? -1 : 1;
}

typedef struct folds {
    size_t n_folds, n_cards;
    size_t *of_row;  /* N: 0-based; n_folds for rows that are in every fit */
    double *weights; /* N: of the fit at hand */
    double *tested;  /* N: of the rows left out of it */
    int32_t *found;  /* N */
} folds;

static void folds_free(gmix_ctx *ctx, folds *f) {
    gmix_i_free(ctx, f->of_row);
    gmix_i_free(ctx, f->weights);
    gmix_i_free(ctx, f->tested);
    gmix_i_free(ctx, f->found);
}

static double weight_of(const gmix_table *x, size_t row) {
    return x->weights ? x->weights[row] : 1.0;
}

/* Cards in their order are dealt; a class of one row cannot be both fitted and tested. */
static gmix_status deal(gmix_ctx *ctx, const gmix_table *x, const card *cards, folds *f) {
    for (size_t i = 0; i < f->n_cards; i++) {
        const bool alone = (i == 0 || cards[i - 1].label != cards[i].label) &&
                           (i + 1 == f->n_cards || cards[i + 1].label != cards[i].label);
        if (alone) {
            const bool named = x->class_names && (size_t)cards[i].label < x->n_classes;
            return gmix_i_fail(ctx, GMIX_ERR_DATA,
                               "class %d%s%.80s%s has one labelled row: cross-validation "
                               "needs two or more of every class",
                               (int)cards[i].label, named ? " ('" : "",
                               named ? x->class_names[cards[i].label] : "",
                               named ? "')" : "");
        }
        f->of_row[cards[i].row] = i % f->n_folds;
    }
    return GMIX_OK;
}

static gmix_status make_folds(gmix_ctx *ctx, const gmix_table *x, uint64_t seed,
                              folds *f) {
    gmix_status status = GMIX_OK;
    const gmix_i_stream stream = gmix_i_stream_open(seed, GMIX_I_RNG_FOLDS, 0);
    card *cards = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "folds", x->n_rows, sizeof *cards, &cards));
    GMIX_TRY(gmix_i_calloc(ctx, "folds", x->n_rows, sizeof *f->of_row, &f->of_row));
    GMIX_TRY(gmix_i_calloc(ctx, "folds", x->n_rows, sizeof *f->weights, &f->weights));
    GMIX_TRY(gmix_i_calloc(ctx, "folds", x->n_rows, sizeof *f->tested, &f->tested));
    GMIX_TRY(gmix_i_calloc(ctx, "folds", x->n_rows, sizeof *f->found, &f->found));
    for (size_t i = 0; i < x->n_rows; i++) {
        double u[2];
        f->of_row[i] = f->n_folds;
        if (x->labels[i] >= 0 && weight_of(x, i) > 0.0) {
            gmix_i_uniform2(&stream, i, u);
            cards[f->n_cards++] = (card){x->labels[i], u[0], i};
        }
    }
    if (f->n_folds < 2 || f->n_folds > f->n_cards) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  "%zu folds asked for: there are %zu labelled rows, and folds are 2 or "
                  "more, none of them empty",
                  f->n_folds, f->n_cards);
    }
    qsort(cards, f->n_cards, sizeof *cards, by_class_and_key);
    GMIX_TRY(deal(ctx, x, cards, f));
done:
    gmix_i_free(ctx, cards);
    return status;
}

/* One fold: fitted without it, tested on it. */
static gmix_status run_fold(gmix_ctx *ctx, const gmix_table *x,
                            const gmix_fit_options *opts, size_t fold, folds *f,
                            gmix_confusion *out) {
    gmix_status status = GMIX_OK;
    gmix_model *model = NULL;
    gmix_table part = *x;
    GMIX_TRY(gmix_i_poll(ctx)); /* or the fit would make the most of no time */
    for (size_t i = 0; i < x->n_rows; i++) {
        const bool left_out = f->of_row[i] == fold;
        f->weights[i] = left_out ? 0.0 : weight_of(x, i);
        f->tested[i] = left_out ? weight_of(x, i) : 0.0;
    }
    part.weights = f->weights;
    GMIX_TRY(gmix_fit(ctx, &part, opts, &model, NULL));
    GMIX_TRY(
        gmix_i_poll(ctx)); /* what an interrupted fit left is not what is asked for */
    GMIX_TRY(gmix_class_labels(ctx, model, x, f->found));
    if (fold == 0) {
        GMIX_TRY(gmix_i_confusion_for(ctx, model, out));
    }
    GMIX_TRY(gmix_i_confusion_add(ctx, model, x, f->tested, f->found, out));
done:
    gmix_model_free(&model);
    return status;
}

gmix_status gmix_cross_validate(gmix_ctx *ctx, const gmix_table *x,
                                const gmix_fit_options *opts, size_t n_folds,
                                gmix_confusion *out) {
    GMIX_I_CTX(ctx);
    GMIX_I_TABLE(ctx, x);
    gmix_status status = GMIX_OK;
    folds f = {.n_folds = n_folds};
    gmix_confusion made = {0};
    gmix_fit_options defaults;
    gmix_fit_options_init(&defaults);
    if (!x || !out) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the table or the output is NULL");
    }
    if (!x->labels) {
        GMIX_FAIL(ctx, GMIX_ERR_DATA, "the table has no labels");
    }
    GMIX_TRY(make_folds(ctx, x, opts ? opts->seed : 0, &f));
    for (size_t fold = 0; fold < n_folds; fold++) {
        GMIX_TRY(run_fold(ctx, x, opts ? opts : &defaults, fold, &f, &made));
    }
    gmix_i_confusion_sum_up(&made);
    made.folds = n_folds;
    *out = made;
    made = (gmix_confusion){0};
done:
    gmix_confusion_free(&made);
    folds_free(ctx, &f);
    return status;
}
