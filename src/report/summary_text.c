/*
 * A model as text for people: what the fit reached, then a table of components with
 *
 *     weight,  mean +- standard deviation of every feature,  sd_kj = sqrt(Sigma_k,jj).
 *
 * The table is a grid of records (the heading, then the K components) by fields (the
 * component's number, its weight, then the D features). Components are rows while all
 * features fit the width; else features are rows if all components fit; else components
 * are rows again, and the features go into several blocks of columns.
 *
 * Digits follow the standard deviation: it is shown to three significant digits, and the
 * mean to the same decimal place, so that 1000000003.5 with sd 0.2 keeps its fraction.
 */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "base/structs.h"
#include "report/confusion_text.h"
#include "report/errors_text.h"
#include "report/posterior_text.h"
#include "report/selection_text.h"
#include "text/text_buffer.h"

#include <gmix/components.h>
#include <gmix/show.h>

enum { WIDTH = 80, CELL = 64, NAME = 24 };

/* How the numbers of one feature are printed. */
struct style {
    bool per_cell; /* spreads differ too much for one number of decimals */
    bool scientific;
    int decimals;
};

struct grid {
    const gmix_model *model;
    double *sd;           /* K x D */
    struct style *styles; /* D */
    size_t n_components, n_features;
    bool named; /* the components have names */
    size_t
        n_lead; /* fields before the features: number, weight, name, class, if there are any */
    bool transposed; /* features are rows */
};

/* A cell in two halves, aligned on the +- between them; right is "" in other cells. */
struct cell {
    char left[CELL], right[CELL];
};

static int exponent_of(double x) {
    return x > 0 ? (int)floor(log10(fmin(x, DBL_MAX))) : 0;
}

static struct style choose_style(double smallest_sd, double largest) {
    const int decimals = 2 - exponent_of(smallest_sd);
    const int digits = exponent_of(largest) + 1 + (decimals > 0 ? decimals : 0);
    const bool small = decimals <= 5 || (decimals <= 9 && largest >= 1e-3);
    const bool fixed = smallest_sd > 0 && small && decimals >= -4 && digits <= 16;
    return (struct style){.scientific = !fixed, .decimals = decimals > 0 ? decimals : 0};
}

static struct style feature_style(const struct grid *grid, size_t j) {
    const double *const means = gmix_model_means(grid->model);
    double lo = INFINITY, hi = 0, largest = 0;
    for (size_t k = 0; k < grid->n_components; k++) {
        const double sd = grid->sd[k * grid->n_features + j];
        lo = fmin(lo, sd);
        hi = fmax(hi, sd);
        largest = fmax(largest, fmax(sd, fabs(means[k * grid->n_features + j])));
    }
    struct style style = choose_style(lo, largest);
    style.per_cell = hi > 1e3 * lo;
    return style;
}

/* "-0.00" is "0.00" to a reader. */
static void drop_sign_of_zero(char *text) {
    if (text[0] == '-' && text[strspn(text, "-0.")] == '\0') {
        memmove(text, text + 1, strlen(text));
    }
}

static void pair_cell(double mean, double sd, struct style style, struct cell *cell) {
    if (style.per_cell) {
        style = choose_style(sd, fmax(sd, fabs(mean)));
    }
    if (style.scientific) {
        const int about = exponent_of(mean != 0 ? fabs(mean) : sd);
        const int extra = about - exponent_of(sd) + 2;
        const int digits = extra < 2 ? 2 : extra > 16 ? 16 : extra;
        snprintf(cell->left, CELL, "%.*e", digits, mean);
        snprintf(cell->right, CELL, "%.2e", sd);
    } else {
        snprintf(cell->left, CELL, "%.*f", style.decimals, mean);
        snprintf(cell->right, CELL, "%.*f", style.decimals, sd);
    }
    drop_sign_of_zero(cell->left);
}

/* A name fit for a heading: at most NAME characters, nothing that steers a terminal. */
static void name_cell(const char *name, const char *prefix, size_t j, char *out) {
    if (!name) {
        snprintf(out, CELL, "%s%zu", prefix, j);
        return;
    }
    size_t used = 0, n_shown = 0;
    for (const char *c = name; *c && used + 8 < CELL; c++) {
        const bool begins = ((unsigned char)*c & 0xC0) != 0x80;
        if (begins && n_shown++ == NAME - 1 && gmix_i_text_width(c) > 1) {
            memcpy(out + used, "…", sizeof "…" - 1);
            used += sizeof "…" - 1;
            break;
        }
        out[used++] = (unsigned char)*c < 32 || *c == 127 ? '?' : *c;
    }
    out[used] = '\0';
}

/* Record 0 is the heading, k + 1 component k; field 0 its number, 1 the weight. */
static void cell_at(const struct grid *grid, size_t row, size_t col, struct cell *cell) {
    const size_t record = grid->transposed ? col : row;
    const size_t field = grid->transposed ? row : col;
    cell->right[0] = '\0';
    if (record == 0 && field < grid->n_lead) {
        static const char *const heads[] = {"component", "weight", "name", "class"};
        snprintf(cell->left, CELL, "%s", heads[field == 2 && !grid->named ? 3 : field]);
    } else if (record == 0) {
        name_cell(gmix_model_feature_name(grid->model, field - grid->n_lead), "x",
                  field - grid->n_lead, cell->left);
    } else if (field == 0) {
        snprintf(cell->left, CELL, "%zu", record - 1);
    } else if (field == 1) {
        const double weight = gmix_model_weights(grid->model)[record - 1];
        snprintf(cell->left, CELL, weight != 0 && weight < 1e-4 ? "%.1e" : "%.4f",
                 weight);
    } else if (field == 2 && grid->named) {
        name_cell(gmix_model_component_name(grid->model, record - 1), "", record - 1,
                  cell->left);
    } else if (field < grid->n_lead) {
        const size_t c = (size_t)gmix_model_component_class(grid->model, record - 1);
        name_cell(gmix_model_class_name(grid->model, c), "", c, cell->left);
    } else {
        const size_t at = (record - 1) * grid->n_features + field - grid->n_lead;
        pair_cell(gmix_model_means(grid->model)[at], grid->sd[at],
                  grid->styles[field - grid->n_lead], cell);
    }
}

struct column {
    size_t left, right, width;
};

static struct column measure(const struct grid *grid, size_t n_rows, size_t col) {
    struct column column = {0, 0, 0};
    size_t plain = 0;
    for (size_t row = 0; row < n_rows; row++) {
        struct cell cell;
        cell_at(grid, row, col, &cell);
        const size_t left = gmix_i_text_width(cell.left);
        if (cell.right[0]) {
            const size_t right = strlen(cell.right);
            column.left = left > column.left ? left : column.left;
            column.right = right > column.right ? right : column.right;
        } else {
            plain = left > plain ? left : plain;
        }
    }
    const size_t pair = column.right ? column.left + 3 + column.right : 0;
    column.width = pair > plain ? pair : plain;
    return column;
}

static void put_cell(struct gmix_i_text *text, const struct grid *grid, size_t row,
                     size_t col, const struct column *column) {
    struct cell cell;
    cell_at(grid, row, col, &cell);
    /* names of features down the side are read from the left */
    const bool label = grid->transposed && col == 0;
    const size_t length =
        cell.right[0] ? column->left + 3 + column->right : gmix_i_text_width(cell.left);
    gmix_i_text_pad(text, label ? 0 : column->width, length);
    if (cell.right[0]) {
        gmix_i_text_pad(text, column->left, strlen(cell.left));
        gmix_i_text_add(text, "%s ± ", cell.left);
        gmix_i_text_pad(text, column->right, strlen(cell.right));
        gmix_i_text_add(text, "%s", cell.right);
    } else {
        gmix_i_text_add(text, "%s", cell.left);
        gmix_i_text_pad(text, label ? column->width : 0, length);
    }
}

/* Columns [first, end), after the ones that every block repeats. */
static void put_block(struct gmix_i_text *text, const struct grid *grid, size_t n_rows,
                      const struct column *columns, size_t n_fixed, size_t first,
                      size_t end) {
    for (size_t row = 0; row < n_rows; row++) {
        for (size_t col = 0; col < end; col = col + 1 == n_fixed ? first : col + 1) {
            gmix_i_text_blanks(text, 2);
            put_cell(text, grid, row, col, &columns[col]);
        }
        gmix_i_text_add(text, "\n");
    }
}

static size_t total_width(const struct column *columns, size_t n) {
    size_t width = 0;
    for (size_t i = 0; i < n; i++) {
        width += 2 + columns[i].width;
    }
    return width;
}

static gmix_status put_grid(gmix_ctx *ctx, struct gmix_i_text *text, struct grid *grid,
                            bool only_if_fits, bool *fits) {
    gmix_status status = GMIX_OK;
    const size_t n_records = grid->n_components + 1,
                 n_fields = grid->n_features + grid->n_lead;
    const size_t n_rows = grid->transposed ? n_fields : n_records;
    const size_t n_cols = grid->transposed ? n_records : n_fields;
    const size_t n_fixed = grid->transposed ? 1 : grid->n_lead;
    struct column *columns = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "summary", n_cols, sizeof *columns, &columns));
    for (size_t i = 0; i < n_cols; i++) {
        columns[i] = measure(grid, n_rows, i);
    }
    *fits = total_width(columns, n_cols) <= WIDTH;
    if (only_if_fits && !*fits) {
        goto done;
    }
    const size_t fixed = total_width(columns, n_fixed);
    for (size_t first = n_fixed, end; first < n_cols; first = end) {
        size_t width = fixed + 2 + columns[first].width;
        for (end = first + 1; end < n_cols && width + 2 + columns[end].width <= WIDTH;) {
            width += 2 + columns[end++].width;
        }
        gmix_i_text_add(text, "\n");
        put_block(text, grid, n_rows, columns, n_fixed, first, end);
    }
done:
    gmix_i_free(ctx, columns);
    return status;
}

static gmix_status fill_grid(gmix_ctx *ctx, struct grid *grid) {
    gmix_status status = GMIX_OK;
    const size_t d = grid->n_features;
    GMIX_TRY(gmix_i_calloc(ctx, "summary", grid->n_components * d, sizeof *grid->sd,
                           &grid->sd));
    GMIX_TRY(gmix_i_calloc(ctx, "summary", d, sizeof *grid->styles, &grid->styles));
    for (size_t k = 0; k < grid->n_components; k++) {
        double *const sd = grid->sd + k * d;
        gmix_model_variances(grid->model, k, sd);
        for (size_t j = 0; j < d; j++) {
            sd[j] = sqrt(sd[j]);
        }
    }
    for (size_t j = 0; j < d; j++) {
        grid->styles[j] = feature_style(grid, j);
    }
done:
    return status;
}

static gmix_status put_components(gmix_ctx *ctx, struct gmix_i_text *text,
                                  const gmix_model *model) {
    gmix_status status = GMIX_OK;
    struct grid grid = {.model = model,
                        .n_components = gmix_model_n_components(model),
                        .n_features = gmix_model_n_features(model),
                        .named = gmix_model_component_name(model, 0) != NULL};
    grid.n_lead =
        (size_t)2 + (grid.named ? 1 : 0) + (gmix_model_n_classes(model) > 0 ? 1 : 0);
    bool fits = false;
    GMIX_TRY(fill_grid(ctx, &grid));
    GMIX_TRY(put_grid(ctx, text, &grid, true, &fits));
    if (!fits) {
        grid.transposed = true;
        GMIX_TRY(put_grid(ctx, text, &grid, true, &fits));
    }
    if (!fits) {
        grid.transposed = false;
        GMIX_TRY(put_grid(ctx, text, &grid, false, &fits));
    }
done:
    gmix_i_free(ctx, grid.sd);
    gmix_i_free(ctx, grid.styles);
    return status;
}

static const char *plural(size_t n) {
    return n == 1 ? "" : "s";
}

static void put_stop(struct gmix_i_text *text, const gmix_report *report) {
    const size_t n = report->n_iterations;
    gmix_i_text_add(text, "EM              ");
    switch (report->stop) {
    case GMIX_STOP_CONVERGED:
        gmix_i_text_add(text, "converged after %zu iteration%s", n, plural(n));
        break;
    case GMIX_STOP_MAX_ITER:
        gmix_i_text_add(text, "not converged: stopped at the limit of %zu iteration%s", n,
                        plural(n));
        break;
    case GMIX_STOP_TIME_LIMIT:
        gmix_i_text_add(text, "not converged: stopped by the time limit in iteration %zu",
                        n);
        break;
    case GMIX_STOP_CANCELLED:
        gmix_i_text_add(text, "interrupted in iteration %zu: this is the best so far", n);
        break;
    case GMIX_STOP_STALLED:
        gmix_i_text_add(text,
                        "stopped after %zu iteration%s: rounding lets none go further", n,
                        plural(n));
        break;
    case GMIX_STOP_NONE:
        gmix_i_text_add(text, "%zu iteration%s", n, plural(n));
        break;
    }
    gmix_i_text_add(text, " (%.3g s)\n", report->seconds);
    const bool cut =
        report->stop == GMIX_STOP_TIME_LIMIT || report->stop == GMIX_STOP_CANCELLED;
    if (cut && (report->n_runs > 1 || report->n_components > 1)) {
        gmix_i_text_add(text, "search          cut short: the best so far\n");
    } else if (report->n_runs > 1) {
        gmix_i_text_add(
            text, "search          best of %zu start%s; %zu of %zu runs led to it",
            report->n_starts, plural(report->n_starts), report->n_hits, report->n_runs);
        if (report->chance_of_better >= 0.0) {
            gmix_i_text_add(text, " (chance of a better one: %s%.0f %%)",
                            report->chance_of_better < 0.01 ? "below " : "",
                            fmax(100.0 * report->chance_of_better, 1.0));
        }
        gmix_i_text_add(text, "\n");
    }
}

static void put_missing(struct gmix_i_text *text, const gmix_report *report) {
    const double cells = (double)report->n_samples * (double)report->n_features;
    const size_t n = report->n_missing_cells;
    if (n > 0) {
        const double percent = 100.0 * (double)n / cells;
        gmix_i_text_add(
            text, "missing         %zu of %.0f cells (%.2g %%), in %zu of %zu rows: %s\n",
            n, cells, percent, report->n_incomplete_rows, report->n_samples,
            report->n_dropped_rows > 0 ? "these are left out"
                                       : "used by maximum likelihood");
    }
}

/* "trimmed         27 of 272 rows: 4, 17, 23, ...": rows are counted from 1. */
static void put_trimming(struct gmix_i_text *text, const gmix_report *report) {
    enum { NAMED = 8 };
    const size_t n = report->n_trimmed_rows;
    if (!(report->trimmed_weight > 0)) {
        return;
    }
    gmix_i_text_add(text,
                    "trimmed         %.6g of %.9g rows, those of log-density up to "
                    "%.4g: ",
                    report->trimmed_weight, report->total_weight,
                    report->trim_log_density);
    for (size_t i = 0; i < n && i < NAMED && i < report->n_trimmed_listed; i++) {
        gmix_i_text_add(text, "%s%zu", i ? ", " : "", report->trimmed_rows[i] + 1);
    }
    gmix_i_text_add(text, "%s\n", n > NAMED ? ", ..." : n == 0 ? "none as a whole" : "");
}

static void put_report(struct gmix_i_text *text, const gmix_model *model,
                       const gmix_report *report) {
    const int exponent = exponent_of(fabs(report->log_likelihood));
    const int decimals = exponent < 2 ? 6 : exponent > 6 ? 2 : 8 - exponent;
    const double rows =
        report->total_weight > 0 ? report->total_weight : (double)report->n_samples;
    if (!isnan(
            report->log_likelihood)) { /* of a posterior from a stream it is not known */
        gmix_i_text_add(text, "log-likelihood  %.*f (%.6g per row)\n", decimals,
                        report->log_likelihood,
                        report->log_likelihood / (rows - report->trimmed_weight));
    }
    if (gmix_model_posterior(model)) {
        gmix_i_text_evidence(text, model, report);
    } else if (report->log_posterior != report->log_likelihood) {
        gmix_i_text_add(text, "log-posterior   %.*f, up to a constant\n", decimals,
                        report->log_posterior);
    }
    if (report->log_jacobian != 0.0) {
        gmix_i_text_add(text,
                        "                in the columns' own units; of logarithms "
                        "%.*f\n",
                        decimals, report->log_likelihood - report->log_jacobian);
    }
    if (!gmix_model_posterior(model)) {
        gmix_i_text_add(text,
                        "BIC             %.2f   AIC %.2f   ICL %.2f   (%zu parameters)\n",
                        report->bic, report->aic, report->icl, report->n_parameters);
    }
    put_stop(text, report);
    put_missing(text, report);
    put_trimming(text, report);
    gmix_i_text_errors(text, report);
    for (size_t i = 0; i < report->n_warnings; i++) {
        gmix_i_text_add(text, "warning: ");
        gmix_i_text_wrapped(text, 9, WIDTH, report->warnings[i]);
    }
}

static void put_heading(struct gmix_i_text *text, const gmix_model *model,
                        const gmix_report *report) {
    const size_t k = gmix_model_n_components(model), d = gmix_model_n_features(model);
    const size_t n_used = report ? report->n_samples - report->n_dropped_rows : 0;
    gmix_i_text_add(text, "%s mixture of %zu component%s, covariance %s, ",
                    gmix_model_posterior(model) ? "Bayesian Gaussian" : "Gaussian", k,
                    plural(k), gmix_model_covariance_name(model));
    if (report) {
        if (n_used < report->n_samples) {
            gmix_i_text_add(text, "%zu of ", n_used);
        }
        gmix_i_text_add(text, "%zu row%s x ", report->n_samples,
                        plural(report->n_samples));
    }
    gmix_i_text_add(text, "%zu feature%s", d, plural(d));
    if (report && report->total_weight > 0 && report->total_weight != (double)n_used) {
        gmix_i_text_add(text, ", total weight %.9g", report->total_weight);
    }
    gmix_i_text_add(text, "\n");
}

static void put_noise(struct gmix_i_text *text, const gmix_model *model) {
    const double *const lower = gmix_model_noise_lower(model);
    const double *const upper = gmix_model_noise_upper(model);
    double log_volume = 0;
    for (size_t j = 0; j < gmix_model_n_features(model); j++) {
        log_volume += log(upper[j] - lower[j]);
    }
    const double weight = gmix_model_noise_weight(model);
    gmix_i_text_add(text,
                    weight < 1e-4
                        ? "\n  noise of weight %.1e, uniform over a volume of %.4g\n"
                        : "\n  noise of weight %.4f, uniform over a volume of %.4g\n",
                    weight, exp(log_volume));
}

gmix_status gmix_model_to_text(gmix_ctx *ctx, const gmix_model *model,
                               const gmix_report *report, char **text) {
    GMIX_I_CTX(ctx);
    GMIX_I_REPORT(ctx, report);
    if (!model || !text) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "gmix_model_to_text: model or text is NULL");
    }
    gmix_status status = GMIX_OK;
    const gmix_report *const known = report && report->n_samples > 0 ? report : NULL;
    struct gmix_i_text buffer = {.ctx = ctx};
    if (known) {
        GMIX_TRY(gmix_i_text_selection(&buffer, known));
    }
    put_heading(&buffer, model, known);
    if (known) {
        put_report(&buffer, model, known);
    } else if (gmix_model_posterior(model)) {
        gmix_i_text_evidence(&buffer, model, NULL);
    }
    GMIX_TRY(put_components(ctx, &buffer, model));
    if (gmix_model_noise_weight(model) > 0.0) {
        put_noise(&buffer, model);
    }
    gmix_i_text_add(&buffer, "\nfeatures: mean ± standard deviation\n");
    GMIX_TRY(gmix_i_text_credible(&buffer, model));
    if (known) {
        gmix_i_text_confusion(&buffer, known);
        gmix_i_text_standard_errors(&buffer, model, known);
        gmix_i_text_prior_changes(&buffer, known);
    }
    GMIX_TRY(gmix_i_text_take(&buffer, text));
done:
    gmix_i_text_drop(&buffer);
    return status;
}
