/* Logarithms of columns, there and back. See log_features.h. */
#include "log_features.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "complain.h"
#include "data_args.h"

static const char BEGIN[] = "log(";
enum { BEGIN_LENGTH = sizeof BEGIN - 1 };

static bool is_of_log(const char *name) {
    const size_t length = name ? strlen(name) : 0;
    return length > BEGIN_LENGTH + 1 && memcmp(name, BEGIN, BEGIN_LENGTH) == 0 &&
           name[length - 1] == ')';
}

/* Is feature j of the model the logarithm of a column? */
static bool is_log(const gmix_model *model, size_t j) {
    return is_of_log(gmix_model_feature_name(model, j));
}

int cli_take_logs(const gmix_model *model, const char *const *columns,
                  gmix_read_options *opts, struct cli_list *logs) {
    enum { ROOM = 24 };
    const size_t d = gmix_model_n_features(model);
    cli_list_free(logs);
    logs->n = 0;
    logs->names = calloc(d, sizeof *logs->names);
    logs->text = calloc(d, ROOM);
    if (!logs->names || !logs->text) {
        return cli_complain("out of memory");
    }
    for (size_t j = 0; j < d; j++) {
        char *const number = logs->text + j * ROOM;
        snprintf(number, ROOM, "%zu", j);
        if (is_log(model, j) && !(columns && is_of_log(columns[j]))) {
            logs->names[logs->n++] = columns ? columns[j] : number;
        }
    }
    opts->log_columns = logs->names;
    opts->n_log_columns = logs->n;
    return CLI_OK;
}

bool cli_is_numbered(const gmix_table *table) {
    char number[24], of_log[32];
    bool all = table->names != NULL;
    for (size_t j = 0; all && j < table->n_cols; j++) {
        snprintf(number, sizeof number, "%zu", j);
        snprintf(of_log, sizeof of_log, "%s%s)", BEGIN, number);
        all =
            strcmp(table->names[j], number) == 0 || strcmp(table->names[j], of_log) == 0;
    }
    return all;
}

/* A cell; of one that is known by bounds, the bounds. */
static void bounds_of(const gmix_table *table, size_t i, size_t j, double *low,
                      double *high) {
    if (table->lower) {
        *low = table->lower[i * table->n_cols + j];
        *high = table->upper[i * table->n_cols + j];
    } else {
        *low = *high = cli_cell(table, i, j);
    }
}

/* What lies between two bounds has a probability, which is that of what lies between their logarithms. */
double cli_row_jacobian(const gmix_model *model, const gmix_table *table, size_t i) {
    double sum = 0.0, low, high;
    for (size_t j = 0; j < table->n_cols; j++) {
        bounds_of(table, i, j, &low, &high);
        if (is_log(model, j) && low == high) {
            sum -= low;
        }
    }
    return sum;
}

static bool is_complete(const gmix_table *table, size_t i) {
    double low, high;
    for (size_t j = 0; j < table->n_cols; j++) {
        bounds_of(table, i, j, &low, &high);
        if (isnan(low) || isnan(high)) {
            return false;
        }
    }
    return true;
}

int cli_add_jacobian(struct cli_session *session, const struct cli_args *args,
                     const gmix_model *model, const gmix_table *table,
                     gmix_report *report) {
    double sum = 0.0;
    bool any = false;
    for (size_t j = 0; j < gmix_model_n_features(model); j++) {
        any = any || is_log(model, j);
    }
    if (any && report->trimmed_weight > 0.0) {
        return cli_usage_error(
            args->command->name,
            "--trim with columns of logarithms: which rows count would "
            "have to be known in the columns' own units");
    }
    for (size_t i = 0; any && i < table->n_rows; i++) {
        if (report->n_dropped_rows == 0 || is_complete(table, i)) {
            const double w = table->weights ? table->weights[i] : 1.0;
            sum += w * cli_row_jacobian(model, table, i);
        }
    }
    const gmix_status status =
        any ? gmix_report_add_jacobian(session->ctx, report, sum) : GMIX_OK;
    return status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, NULL);
}

void cli_put_columns(struct cli_out *out, const gmix_model *model) {
    for (size_t j = 0; j < gmix_model_n_features(model); j++) {
        const char *const name = gmix_model_feature_name(model, j);
        char *const plain = name ? strdup(name) : NULL;
        cli_out_text(out, j ? "," : "");
        if (plain && is_log(model, j)) {
            plain[strlen(plain) - 1] = '\0';
            cli_out_cell(out, plain + BEGIN_LENGTH);
        } else if (plain) {
            cli_out_cell(out, plain);
        } else {
            cli_out_printf(out, "x%zu", j);
        }
        free(plain);
    }
}

void cli_undo_logs(const gmix_model *model, size_t n, double *x) {
    const size_t d = gmix_model_n_features(model);
    for (size_t j = 0; j < d; j++) {
        for (size_t i = 0; i < n && is_log(model, j); i++) {
            char digits[32]; /* cells that were there come back as they were */
            snprintf(digits, sizeof digits, "%.15g", exp(x[i * d + j]));
            x[i * d + j] = strtod(digits, NULL);
        }
    }
}
