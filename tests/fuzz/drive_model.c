/* A model through every call. See drive.h. */
#include <math.h>
#include <string.h>

#include "drive.h"

enum { ROWS = 9 };

static void check_text(const drive *d, gmix_status status, char **text) {
    if (drive_done(d, status)) {
        target_require(*text != NULL && strlen(*text) > 0, "an empty text");
    }
    gmix_text_free(text);
}

static void drive_texts(drive *d, const gmix_model *model, const gmix_report *report) {
    char *text = NULL;
    if (drive_wants(d)) {
        check_text(d, gmix_model_to_text(d->ctx, model, report, &text), &text);
    }
    if (drive_wants(d)) {
        check_text(d, gmix_model_to_json(d->ctx, model, report, &text), &text);
    }
    if (report && drive_wants(d)) {
        check_text(d, gmix_report_to_json(d->ctx, report, &text), &text);
    }
}

static void drive_pictures(drive *d, const gmix_model *model, const gmix_report *report,
                           const gmix_table *x) {
    char *text = NULL;
    for (const char *const *kind = gmix_plot_kinds(); *kind; kind++) {
        gmix_plot_options opts;
        gmix_plot_options_init(&opts);
        opts.kind = *kind;
        opts.contours = (int)drive_roll(d, 2);
        opts.uncertainty = (int)drive_roll(d, 2);
        opts.interactive = (int)drive_roll(d, 2);
        if (drive_wants(d)) {
            check_text(d, gmix_plot_svg(d->ctx, model, report, x, &opts, &text), &text);
        }
    }
    if (drive_wants(d)) {
        gmix_terminal_options opts;
        gmix_terminal_options_init(&opts);
        opts.width = 20 + drive_roll(d, 80);
        opts.height = 5 + drive_roll(d, 20);
        opts.utf8 = (int)drive_roll(d, 2);
        check_text(d, gmix_plot_terminal(d->ctx, model, x, &opts, &text), &text);
    }
    if (x && drive_wants(d)) {
        check_text(d, gmix_report_html(d->ctx, model, report, x, NULL, &text), &text);
    }
}

static void drive_densities(drive *d, const gmix_model *model, const gmix_table *x,
                            double *out) {
    gmix_criteria criteria;
    if (drive_wants(d) && drive_done(d, gmix_log_density(d->ctx, model, x, out))) {
        for (size_t i = 0; i < x->n_rows; i++) {
            target_require(isfinite(out[i]), "a log-density that is not finite");
        }
    }
    if (drive_wants(d) && drive_done(d, gmix_score(d->ctx, model, x, &criteria))) {
        target_require(!isnan(criteria.log_likelihood), "a score that is no number");
    }
}

/* A posterior's point, and its intervals, whose ends are in order. */
static void drive_posterior(drive *d, const gmix_model *model) {
    enum { MOST = 64 };
    double weights[2 * MOST];
    const gmix_credible ends = {.weights = weights};
    gmix_model *points = NULL;
    const size_t k = gmix_model_n_components(model);
    if (!gmix_model_posterior(model)) {
        return;
    }
    if (drive_wants(d) && drive_done(d, gmix_model_points(d->ctx, model, &points))) {
        target_require(gmix_model_posterior(points) == NULL, "points with a posterior");
    }
    gmix_model_free(&points);
    if (k <= MOST && drive_wants(d) &&
        drive_done(d, gmix_posterior_intervals(d->ctx, model, 0.9, &ends))) {
        for (size_t c = 0; c < k; c++) {
            target_require(!(weights[2 * c] > weights[2 * c + 1]),
                           "an interval upside down");
        }
    }
}

/* Goes on from a model and its state, whatever that holds, with rows that fill no batch and some that do. */
static void drive_online(drive *d, const gmix_model *model, const gmix_table *x) {
    gmix_online *online = NULL;
    gmix_model *next = NULL;
    gmix_online_options opts;
    gmix_online_options_init(&opts);
    opts.batch_rows = 1 + drive_roll(d, 6);
    opts.rows_before = (double)drive_roll(d, 3);
    if (drive_wants(d) &&
        drive_done(d, gmix_online_resume(d->ctx, model, &opts, &online))) {
        if (drive_done(d, gmix_online_add(d->ctx, online, x)) &&
            drive_done(d, gmix_online_add(d->ctx, online, x)) &&
            drive_done(d, gmix_online_model(d->ctx, online, &next))) {
            target_require(gmix_model_state(next, NULL) != NULL, "a state that is lost");
        }
    }
    gmix_model_free(&next);
    gmix_online_free(&online);
}

/* In one evaluation, row by row: what the functions for tables say. */
static void drive_predictor(drive *d, const gmix_model *model, const gmix_table *x) {
    gmix_predictor *predictor = NULL;
    double density, certainty;
    int32_t label;
    gmix_prediction out;
    gmix_prediction_init(&out);
    out.log_density = &density;
    out.certainty = &certainty;
    out.labels = &label;
    if (!drive_wants(d) ||
        !drive_done(d, gmix_predictor_new(d->ctx, model, &predictor))) {
        return;
    }
    for (size_t i = 0; i < x->n_rows; i++) {
        if (!drive_done(d, gmix_predictor_rows(d->ctx, predictor, x, i, 1, &out))) {
            break;
        }
        target_require(isfinite(density), "a log-density that is not finite");
        target_require(certainty >= 0.0 && certainty <= 1.0 + 1e-12,
                       "a certainty beyond 0 to 1");
        target_require(label >= -1 && label < (int32_t)gmix_model_n_components(model),
                       "a label of no component");
    }
    gmix_predictor_free(&predictor);
}

static void drive_responsibilities(drive *d, const gmix_model *model, const gmix_table *x,
                                   double *out) {
    const size_t k = gmix_model_n_components(model);
    if (!drive_wants(d) || !drive_done(d, gmix_responsibilities(d->ctx, model, x, out))) {
        return;
    }
    for (size_t i = 0; i < x->n_rows; i++) {
        double sum = 0.0;
        for (size_t c = 0; c < k; c++) {
            const double r = out[i * k + c];
            target_require(r >= 0.0 && r <= 1.0 + 1e-12,
                           "a responsibility beyond 0 to 1");
            sum += r;
        }
        target_require(fabs(sum - 1.0) <= 1e-9 || gmix_model_noise_weight(model) > 0.0,
                       "responsibilities that do not sum to 1");
    }
}

static void drive_labels(drive *d, const gmix_model *model, const gmix_table *x,
                         int32_t *labels, double *out) {
    const size_t k = gmix_model_n_components(model),
                 n_classes = gmix_model_n_classes(model);
    gmix_confusion confusion = {0};
    if (drive_wants(d) && drive_done(d, gmix_labels(d->ctx, model, x, labels))) {
        for (size_t i = 0; i < x->n_rows; i++) {
            target_require(labels[i] >= -1 && labels[i] < (int32_t)k,
                           "a label of nothing");
        }
    }
    if (drive_wants(d) && drive_done(d, gmix_class_labels(d->ctx, model, x, labels))) {
        for (size_t i = 0; i < x->n_rows; i++) {
            target_require(labels[i] >= -1 && labels[i] < (int32_t)n_classes,
                           "a class of nothing");
        }
    }
    if (n_classes <= k && drive_wants(d)) {
        (void)drive_done(d, gmix_class_posteriors(d->ctx, model, x, out));
    }
    if (drive_wants(d) &&
        drive_done(d, gmix_class_confusion(d->ctx, model, x, &confusion))) {
        gmix_confusion_free(&confusion);
    }
}

static void drive_cells(drive *d, const gmix_model *model, const gmix_table *x,
                        double *out) {
    const size_t cells = x->n_rows * x->n_cols;
    for (size_t draw = 0; draw < 2; draw++) {
        if (!drive_wants(d)) {
            continue;
        }
        const gmix_status status = draw ? gmix_impute_draw(d->ctx, model, x, 7, 1, out)
                                        : gmix_impute(d->ctx, model, x, out);
        for (size_t i = 0; drive_done(d, status) && i < cells; i++) {
            target_require(isfinite(out[i]), "a filled cell that is not finite");
        }
    }
    if (drive_wants(d)) {
        (void)drive_done(d, gmix_sample(d->ctx, model, x->n_rows, 1, out, NULL));
    }
}

void drive_use(drive *d, const gmix_model *model, const gmix_report *report,
               const gmix_table *x) {
    const size_t k = gmix_model_n_components(model);
    const size_t width = k > x->n_cols ? k : x->n_cols;
    double *const out = calloc(x->n_rows * width, sizeof *out);
    int32_t *const labels = calloc(x->n_rows, sizeof *labels);
    target_require(out && labels, "no memory for results");
    drive_texts(d, model, report);
    drive_densities(d, model, x, out);
    drive_responsibilities(d, model, x, out);
    drive_predictor(d, model, x);
    drive_online(d, model, x);
    drive_posterior(d, model);
    drive_labels(d, model, x, labels, out);
    drive_cells(d, model, x, out);
    drive_uses(d, model, x);
    drive_distribution(d, model, x);
    drive_pictures(d, model, report, x);
    free(out);
    free(labels);
}

/* Rows at means and beside them, at 0, far away, and with cells missing. */
static void make_row(const gmix_model *model, size_t row, double *x) {
    const size_t n = gmix_model_n_features(model), k = gmix_model_n_components(model);
    const double *const means = gmix_model_means(model);
    for (size_t j = 0; j < n; j++) {
        const double first = means[j], last = means[(k - 1) * n + j];
        const double some[ROWS] = {first,
                                   last,
                                   0.0,
                                   j % 2 ? 1.7e308 : -1.7e308,
                                   j == 0 ? (double)NAN : last,
                                   (double)NAN,
                                   1e16,
                                   first / 2 + last / 2,
                                   j == 0 ? 1e308 : (double)NAN};
        x[j] = some[row];
    }
}

void drive_model(drive *d, const gmix_model *model, const gmix_report *report) {
    const size_t n = gmix_model_n_features(model);
    double *const cells = calloc(ROWS * n, sizeof *cells);
    target_require(cells != NULL, "no memory for rows");
    for (size_t row = 0; row < ROWS; row++) {
        make_row(model, row, cells + row * n);
    }
    gmix_table x = gmix_table_f64(cells, ROWS, n);
    drive_use(d, model, report, &x);
    drive_pictures(d, model, report, NULL);
    free(cells);
}
