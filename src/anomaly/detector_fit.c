/*
 * Making a detector. See gmix/anomaly.h. Folds are fitted from the solution of all rows: fits that
 * agree in which optimum they describe keep the mean over folds from being more even than one
 * p-value is, which would make it too large (P(p <= .05) = .01 to .03 for four components, from
 * fits that search anew). What they know of the fold by where they start makes it too small only where
 * there are fewer than two rows for a parameter: .07. Rows of a fold have the weight 0, so none is copied.
 *
 * A row out of all proportion is in every fit but that without its fold, which then measures its mates by
 * another scale than all others are: they would look as far out as it does. So rows that alone make a
 * variance 1.4 times as large are left out of all folds' fits, and the folds are done again; twice, since one
 * such row can hide another (1e9 and 1e4). Rejected: leaving out all rows that do not calibrate, which makes
 * tails that are merely heavy, or few rows, look the more anomalous (normal rows of glass flagged,
 * K = 1: 16 instead of 11).
 */
#include <math.h>
#include <stdlib.h>

#include <gmix/model.h>

#include "anomaly/detector.h"
#include "base/option_sets.h"
#include "base/order.h"
#include "base/rng.h"
#include "base/structs.h"
#include "em/em.h"
#include "uncertainty/replicates.h"

static const gmix_option_info rows_of_table[] = {
    GMIX_I_OPTION(gmix_detector_options, n_components, "size", "0", 0, 1e9, NULL,
                  "components K; 0: chosen by BIC"),
    GMIX_I_OPTION(gmix_detector_options, max_components, "size", "20", 1, 100, NULL,
                  "most components to choose"),
    GMIX_I_OPTION(gmix_detector_options, clean, "flag", "0", 0, 1, NULL,
                  "the rows are all normal"),
    GMIX_I_OPTION(
        gmix_detector_options, trim, "real", "-1", -1, 0.5, NULL,
        "fraction of the rows that the fit leaves out; negative: 0.05 where K is "
        "chosen and rows are not clean"),
    GMIX_I_OPTION(
        gmix_detector_options, smallest, "real", "0.05", 0, 0.5, NULL,
        "share of the rows that a component needs, where K is chosen and rows are "
        "not clean"),
    GMIX_I_OPTION(gmix_detector_options, folds, "size", "20", 2, 1000, NULL,
                  "folds whose rows are scored by fits without them"),
    GMIX_I_OPTIONS_END};

static const gmix_i_option_set set =
    GMIX_I_OPTION_SET(gmix_detector_options, folds, rows_of_table);

void gmix_detector_options_init_sized(gmix_detector_options *opts, size_t struct_size) {
    gmix_i_options_init(&set, opts, struct_size);
}

const gmix_option_info *gmix_detector_option_table(void) {
    return rows_of_table;
}

enum { MOST_PASSES = 3 }; /* over the folds */

/* The share of the rows from which a value (no rain, no claim) is a group by itself. */
static const double MAJOR = 0.3;

static const double LEAST_INFLATION =
    0.4; /* of a variance, by a row that no fold's fit has */

typedef struct maker {
    const gmix_table *x;
    gmix_fit_options fit; /* of searches */
    gmix_detector_options opts;
    bool guarded; /* K is chosen, and rows are not clean */
    double trim[GMIX_I_MOST_VIEWS];
    double *least;   /* D: variances of components that rest on single values are below */
    double *square;  /* D x D: a covariance */
    size_t *fold_of; /* N */
    bool *out;       /* N: in no fold's fit */
    double *weights; /* N: of the fit without a fold */
    gmix_detector *made;
} maker;

/* Does a component rest on one of the values that a feature was rounded to? Whole numbers of four values then
 * are up to 16 groups, of which trimming leaves out one and calls its rows anomalous. */
static bool rests_on_value(const maker *m, const gmix_model *model) {
    const size_t d = m->x->n_cols;
    for (size_t c = 0; c < gmix_model_n_components(model); c++) {
        const bool is_minor = gmix_model_weights(model)[c] < MAJOR;
        gmix_model_covariance(model, c, m->square);
        for (size_t j = 0; is_minor && j < d; j++) {
            if (m->square[j * d + j] < m->least[j]) {
                return true;
            }
        }
    }
    return false;
}

/* The least variances, by the steps that a fit of one component finds. */
static gmix_status find_least(gmix_ctx *ctx, maker *m) {
    gmix_status status = GMIX_OK;
    const size_t d = m->x->n_cols;
    gmix_model *model = NULL;
    gmix_report report = {.n_samples = 0};
    gmix_fit_options fit = m->fit;
    fit.n_components = 1;
    fit.resolution = "auto";
    GMIX_TRY(gmix_i_calloc(ctx, "variances", d, sizeof *m->least, &m->least));
    GMIX_TRY(gmix_i_calloc(ctx, "a covariance", d * d, sizeof *m->square, &m->square));
    GMIX_TRY(gmix_fit(ctx, m->x, &fit, &model, &report));
    for (size_t j = 0; report.resolution && j < d; j++) {
        m->least[j] = report.resolution[j] * report.resolution[j] / 16.0;
    }
done:
    gmix_model_free(&model);
    gmix_report_free(&report);
    return status;
}

/* One more K: kept if it is better and no component is what it must not be. */
static gmix_status try_components(gmix_ctx *ctx, maker *m, size_t k, double *best,
                                  size_t *worse, gmix_model **kept) {
    gmix_model *model = NULL;
    gmix_report report = {.n_samples = 0};
    gmix_fit_options fit = m->fit;
    fit.n_components = k;
    gmix_status status = gmix_fit(ctx, m->x, &fit, &model, &report);
    bool better = status == GMIX_OK && (k == 1 || report.sound) && !(report.bic >= *best);
    for (size_t c = 0; better && m->guarded && c < k; c++) {
        better = gmix_model_weights(model)[c] >= fmin(m->opts.smallest, 1.0 / (double)k);
    }
    better = better && (k == 1 || !m->guarded || !rests_on_value(m, model));
    if (status != GMIX_OK && k > 1 && gmix_i_fit_is_impossible(status)) {
        status = GMIX_OK;
    }
    *worse = better ? 0 : *worse + 1;
    if (better) {
        *best = report.bic;
        gmix_model_free(kept);
        *kept = model;
        model = NULL;
    }
    gmix_model_free(&model);
    gmix_report_free(&report);
    return status;
}

static gmix_status choose_components(gmix_ctx *ctx, maker *m, gmix_model **out) {
    gmix_status status = GMIX_OK;
    gmix_model *kept = NULL;
    double best = INFINITY;
    size_t worse = 0;
    for (size_t k = 1; k <= m->opts.max_components && k <= m->x->n_rows && worse < 3;
         k++) {
        GMIX_TRY(try_components(ctx, m, k, &best, &worse, &kept));
        GMIX_TRY(gmix_i_poll(ctx));
    }
    *out = kept;
    kept = NULL;
done:
    gmix_model_free(&kept);
    return status;
}

static gmix_status fit_whole(gmix_ctx *ctx, maker *m) {
    gmix_status status = GMIX_OK;
    gmix_detector *const det = m->made;
    gmix_fit_options single = m->fit;
    single.n_components = 1;
    det->n_views = 1;
    if (m->guarded) {
        GMIX_TRY(find_least(ctx, m));
        GMIX_TRY(gmix_fit(ctx, m->x, &single, &det->whole[0], NULL));
        det->n_views = 2;
    }
    const size_t last = det->n_views - 1;
    m->trim[last] = m->fit.trim = m->opts.trim;
    m->fit.n_components = m->opts.n_components;
    GMIX_TRY(m->opts.n_components > 0
                 ? gmix_fit(ctx, m->x, &m->fit, &det->whole[last], NULL)
                 : choose_components(ctx, m, &det->whole[last]));
    GMIX_TRY(
        gmix_i_poll(ctx)); /* what an interrupted fit left is not what is asked for */
    GMIX_TRY(gmix_i_detector_room(ctx, det->n, sizeof(double), &det->score));
    GMIX_TRY(gmix_i_anomaly_score(ctx, det->n_views, det->whole, m->x, det->score));
done:
    return status;
}

static gmix_status deal(gmix_ctx *ctx, maker *m) {
    gmix_status status = GMIX_OK;
    const size_t n = m->x->n_rows;
    const gmix_i_stream stream = gmix_i_stream_open(m->fit.seed, GMIX_I_RNG_FOLDS, 1);
    gmix_i_card *cards = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "folds", n, sizeof *cards, &cards));
    GMIX_TRY(gmix_i_calloc(ctx, "folds", n, sizeof *m->fold_of, &m->fold_of));
    GMIX_TRY(gmix_i_calloc(ctx, "folds", n, sizeof *m->out, &m->out));
    GMIX_TRY(gmix_i_calloc(ctx, "folds", n, sizeof *m->weights, &m->weights));
    for (size_t i = 0; i < n; i++) {
        double u[2];
        gmix_i_uniform2(&stream, i, u);
        cards[i] = (gmix_i_card){u[0], i};
    }
    gmix_i_sort_cards(cards, n);
    for (size_t i = 0; i < n; i++) {
        m->fold_of[cards[i].row] = i % m->made->folds;
    }
done:
    gmix_i_free(ctx, cards);
    return status;
}

/* The fits without a fold and what is out, and what they make of all rows. Where there are fits and new ones
 * are impossible, they stay: what is out may be all that a feature varies by. */
static gmix_status do_fold(gmix_ctx *ctx, maker *m, size_t fold, double *scores) {
    gmix_status status = GMIX_OK;
    gmix_detector *const det = m->made;
    gmix_model **const part = det->part + fold * det->n_views;
    gmix_model *fresh[GMIX_I_MOST_VIEWS] = {NULL};
    gmix_table rest = *m->x;
    rest.weights = m->weights;
    for (size_t i = 0; i < det->n; i++) {
        m->weights[i] = m->fold_of[i] == fold || m->out[i] ? 0.0 : 1.0;
    }
    for (size_t v = 0; v < det->n_views; v++) {
        gmix_fit_options fit = m->fit;
        fit.n_components = gmix_model_n_components(det->whole[v]);
        fit.init = "model";
        fit.init_model = det->whole[v];
        fit.trim = m->trim[v];
        GMIX_TRY(gmix_fit(ctx, &rest, &fit, &fresh[v], NULL));
    }
    GMIX_TRY(gmix_i_poll(ctx));
    GMIX_TRY(gmix_i_anomaly_score(ctx, det->n_views, fresh, m->x, scores));
    for (size_t i = 0; i < det->n; i++) {
        det->held_out[i] = m->fold_of[i] == fold ? scores[i] : det->held_out[i];
    }
    for (size_t v = 0; v < det->n_views; v++) {
        gmix_model *const before = part[v];
        part[v] = fresh[v];
        fresh[v] = before;
    }
done:
    for (size_t v = 0; v < det->n_views; v++) {
        gmix_model_free(&fresh[v]);
    }
    return part[0] && gmix_i_fit_is_impossible(status) ? GMIX_OK : status;
}

/* Says which rows no fold's fit is to have: one of n at the squared distance q makes a variance
 * 1 + q / n times as large, and its score is about q / 2. False: as it was. */
static bool leave_out(maker *m) {
    gmix_detector *const det = m->made;
    bool other = false;
    if (m->opts.clean) {
        return false;
    }
    const double rows = (double)det->n / (double)gmix_model_n_components(det->whole[0]);
    const double most = gmix_i_calibrating_cut(det) + LEAST_INFLATION / 2.0 * rows;
    for (size_t i = 0; i < det->n; i++) {
        const bool out = det->held_out[i] > most;
        other = other || out != m->out[i];
        m->out[i] = out;
    }
    return other;
}

static gmix_status do_folds(gmix_ctx *ctx, maker *m) {
    gmix_status status = GMIX_OK;
    gmix_detector *const det = m->made;
    double *scores = NULL;
    GMIX_TRY(deal(ctx, m));
    GMIX_TRY(gmix_i_calloc(ctx, "scores", det->n, sizeof *scores, &scores));
    GMIX_TRY(gmix_i_detector_room(ctx, det->n, sizeof(double), &det->held_out));
    GMIX_TRY(gmix_i_detector_room(ctx, det->n, sizeof(double), &det->sorted));
    GMIX_TRY(gmix_i_detector_room(ctx, det->folds * det->n_views, sizeof(gmix_model *),
                                  &det->part));
    for (int pass = 0; pass < MOST_PASSES && (pass == 0 || leave_out(m)); pass++) {
        for (size_t f = 0; f < det->folds; f++) {
            GMIX_TRY(do_fold(ctx, m, f, scores));
        }
    }
    GMIX_TRY(gmix_i_calibrate(ctx, m->fold_of, m->opts.clean, det));
done:
    gmix_i_free(ctx, scores);
    return status;
}

/*
 * Fewer than two rows for a parameter: maxima of the likelihood then are as many as accidents among the rows, and which
 * of them is found decides what is normal. Of glass (103 rows, K = 4) 1 to 15 of 102 held-out normal rows had
 * p <= .05, by the seed; with a prior 3 to 5. Areas of detectors with four and eight components rise on six of
 * the eight sets of docs/anomalies.md that have so few rows (wine .33 to .65) and fall on cardio (.73 to .69).
 */
static bool wants_prior(const maker *m, const gmix_fit_options *plain) {
    const double d = (double)m->x->n_cols, k = (double)m->opts.n_components;
    const double parameters = k * (d + 1.0) * (d + 2.0) / 2.0 - 1.0;
    return m->opts.n_components > 1 && (double)m->x->n_rows < 2.0 * parameters &&
           strcmp(m->fit.covariance, plain->covariance) == 0 &&
           strcmp(m->fit.prior, plain->prior) == 0 &&
           strcmp(m->fit.bayes, plain->bayes) == 0;
}

/* What of the options is the detector's own. */
static gmix_status settle_options(gmix_ctx *ctx, const gmix_fit_options *fit, maker *m) {
    gmix_fit_options plain;
    gmix_fit_options_init(&plain);
    const gmix_status status = gmix_i_fit_options_take(ctx, fit, &m->fit);
    if (status != GMIX_OK) {
        return status;
    }
    m->guarded = m->opts.n_components == 0 && !m->opts.clean;
    if (m->opts.trim < 0.0) {
        m->opts.trim = m->guarded ? 0.05 : 0.0;
    }
    m->fit.trim = 0.0;
    m->fit.restarts = 0;
    m->fit.init = plain.init;
    m->fit.init_model = NULL;
    m->fit.init_labels = NULL;
    m->fit.init_memberships = NULL;
    m->fit.missing = plain.missing;
    m->fit.prior = wants_prior(m, &plain) ? "mclust" : m->fit.prior;
    if (strcmp(m->fit.search, plain.search) == 0) {
        m->fit.search = "quick";
    }
    if (!m->fit.resolution || strcmp(m->fit.resolution, plain.resolution) == 0) {
        m->fit.resolution = "off";
    }
    if (m->x->n_rows < 4) {
        return gmix_i_fail(
            ctx, GMIX_ERR_DATA, "there %s %zu row%s: what is normal takes more to tell",
            m->x->n_rows == 1 ? "is" : "are", m->x->n_rows, m->x->n_rows == 1 ? "" : "s");
    }
    return m->x->weights
               ? gmix_i_fail(ctx, GMIX_ERR_DATA,
                             "rows have weights: a row is scored against single "
                             "rows, so repeat it instead")
               : GMIX_OK;
}

gmix_status gmix_detector_fit(gmix_ctx *ctx, const gmix_table *x,
                              const gmix_fit_options *fit,
                              const gmix_detector_options *opts, gmix_detector **out) {
    GMIX_I_CTX(ctx);
    GMIX_I_TABLE(ctx, x);
    gmix_status status = GMIX_OK;
    maker m = {.x = x};
    if (!x || !out) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the table or the output is NULL");
    }
    GMIX_TRY(gmix_i_options_read(ctx, &set, opts, &m.opts));
    GMIX_TRY(settle_options(ctx, fit, &m));
    GMIX_TRY(gmix_i_detector_room(ctx, 1, sizeof *m.made, &m.made));
    m.made->from = ctx->opts.allocator;
    m.made->n = x->n_rows;
    m.made->folds = m.opts.folds < x->n_rows / 2 ? m.opts.folds : x->n_rows / 2;
    GMIX_TRY(fit_whole(ctx, &m));
    GMIX_TRY(do_folds(ctx, &m));
    *out = m.made;
    m.made = NULL;
done:
    gmix_detector_free(&m.made);
    gmix_i_free(ctx, m.least);
    gmix_i_free(ctx, m.square);
    gmix_i_free(ctx, m.fold_of);
    gmix_i_free(ctx, m.out);
    gmix_i_free(ctx, m.weights);
    return status;
}
