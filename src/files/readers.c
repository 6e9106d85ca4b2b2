/*
 * The readers, and reading: get the bytes, unwrap them, ask the formats in turn. Content
 * decides, not the name: a gzipped NPY called table.csv is read as what it is.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/option_sets.h"
#include "files/between_columns.h"
#include "files/bin_columns.h"
#include "files/csv.h"
#include "files/error_columns.h"
#include "files/hdf5.h"
#include "files/kept_text.h"
#include "files/reader.h"

/* In the order in which they are asked; CSV takes every text. */
static const struct gmix_i_reader *const READERS[] = {
    &gmix_i_reader_npy,
    &gmix_i_reader_parquet,
    &gmix_i_reader_hdf5,
    &gmix_i_reader_csv,
};
enum { N_READERS = sizeof READERS / sizeof READERS[0] };

const char *gmix_data_formats(void) {
    return "csv, npy, parquet"
#ifdef GMIX_I_HAVE_HDF5
           ", hdf5"
#endif
#ifdef GMIX_I_HAVE_ZLIB
           ", gzip"
#endif
#ifdef GMIX_I_HAVE_ZSTD
           ", zstd"
#endif
        ;
}

#define OPTION(...) GMIX_I_OPTION(gmix_read_options, __VA_ARGS__)

static const gmix_option_info table[] = {
    OPTION(weights, "text", NULL, 0, 0, NULL, "column of row weights"),
    OPTION(header, "flag", "-1", -1, 1, NULL,
           "the first line is column names: 1, 0, or -1, found out"),
    OPTION(labels, "text", NULL, 0, 0, NULL, "column of class labels"),
    OPTION(labels_only, "flag", "0", 0, 1, NULL, "read the labels and no features"),
    OPTION(row_names, "text", NULL, 0, 0, NULL, "column of row names"),
    OPTION(dates, "flag", "0", 0, 1, NULL, "read dates and times as numbers"),
    OPTION(keep_text, "flag", "0", 0, 1, NULL, "keep the text, to be written again"),
    OPTION(error_covariances, "flag", "0", 0, 1, NULL,
           "columns of errors are covariances, not standard deviations"),
    OPTION(exact_names, "flag", "0", 0, 1, NULL, "columns are names, never patterns"),
    GMIX_I_OPTIONS_END};

static const gmix_i_option_set set =
    GMIX_I_OPTION_SET(gmix_read_options, n_missing, table);

const gmix_option_info *gmix_read_option_table(void) {
    return table;
}

void gmix_read_options_init_sized(gmix_read_options *opts, size_t struct_size) {
    gmix_i_options_init(&set, opts, struct_size);
}

/* Columns that are neither features nor weights: errors, bins, bounds. */
static gmix_status check_observations(gmix_ctx *ctx, const gmix_read_options *opts) {
    if (opts->n_between % 2 || (opts->n_between > 0 && !opts->between) ||
        (opts->n_between > 0 &&
         opts->n_bins + opts->n_errors + opts->n_log_columns > 0)) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "bounds are two columns for every feature, a lower and an "
                           "upper one, and stand "
                           "beside neither bins, errors nor logarithms");
    }
    if (opts->n_bins > 0 && (!opts->bins || opts->n_bins > 3 || opts->n_bins < 2)) {
        return gmix_i_fail(
            ctx, GMIX_ERR_OPTION,
            "a histogram is two columns, upper bounds and counts, or three, lower bounds "
            "before them; %zu are named",
            opts->n_bins);
    }
    if (opts->n_errors > 0 && !opts->errors) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "n_errors is %zu, errors is NULL",
                           opts->n_errors);
    }
    return GMIX_OK;
}

gmix_status gmix_i_read_options_take(gmix_ctx *ctx, const gmix_read_options *given,
                                     gmix_read_options *opts) {
    gmix_status status = gmix_i_options_read(ctx, &set, given, opts);
    status = status == GMIX_OK ? check_observations(ctx, opts) : status;
    if (status != GMIX_OK) {
        return status;
    }
    if (opts->n_columns > 0 && !opts->columns) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "n_columns is %zu, columns is NULL",
                           opts->n_columns);
    }
    if (opts->n_log_columns > 0 && !opts->log_columns) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "n_log_columns is %zu, log_columns is NULL",
                           opts->n_log_columns);
    }
    if (opts->n_missing > GMIX_I_MOST_MISSING ||
        (opts->n_missing > 0 && !opts->missing)) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "%zu words for missing cells: give from 0 to %d",
                           opts->n_missing, (int)GMIX_I_MOST_MISSING);
    }
    for (size_t i = 0; i < opts->n_missing; i++) {
        if (!opts->missing[i]) {
            return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "missing[%zu] is NULL", i);
        }
    }
    if ((opts->decimal && !strchr(".,", opts->decimal)) ||
        (opts->thousands && !strchr(",.' -", opts->thousands)) ||
        (opts->decimal && opts->decimal == opts->thousands)) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "numbers have a decimal sign, . or , and another mark between "
                           "thousands: , . ' a blank, or - for none");
    }
    const char c = opts->delimiter;
    const bool usable = c == '\t' || (c >= ' ' && c <= '~' && !strchr("\"+-.", c));
    const bool letter = ((c | 32) >= 'a' && (c | 32) <= 'z') || (c >= '0' && c <= '9');
    if (c != '\0' && (!usable || letter)) {
        return gmix_i_fail(
            ctx, GMIX_ERR_OPTION,
            "the delimiter cannot be a letter, a digit or one of \" + - .; "
            "use , ; | a tab or a blank");
    }
    return GMIX_OK;
}

const struct gmix_i_reader *gmix_i_reader_of(const char *first, size_t n) {
    size_t i = 0;
    while (i + 1 < N_READERS && !READERS[i]->probe(first, n)) {
        i++;
    }
    return READERS[i];
}

/* Bounds of the sample, as its feature is; what does not fit one feature is refused where it is used. */
static void take_truncation(const gmix_read_options *opts, struct gmix_data *data) {
    for (int i = 0; i < 2 && opts->truncation; i++) {
        const double bound = opts->truncation[i];
        data->truncation[i] = !data->has_logs ? bound
                              : bound > 0.0   ? log(bound)
                                              : -(double)INFINITY;
        data->table.struct_size = sizeof data->table;
        data->table.truncation = data->truncation;
    }
}

gmix_status gmix_i_data_new(gmix_ctx *ctx, struct gmix_data **out) {
    const gmix_status status = gmix_i_calloc(ctx, "data", 1, sizeof **out, out);
    if (status == GMIX_OK) {
        (*out)->from = ctx->opts.allocator;
    }
    return status;
}

gmix_status gmix_i_data_finish(gmix_ctx *ctx, const char *name, const char *format,
                               const char *wrapping, const gmix_read_options *opts,
                               struct gmix_data *data) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(gmix_i_error_columns_take(ctx, opts, data));
    GMIX_TRY(gmix_i_bin_columns_take(ctx, name, opts, data));
    GMIX_TRY(gmix_i_between_columns_take(ctx, opts, data));
    take_truncation(opts, data);
    snprintf(data->format, sizeof data->format, wrapping ? "%s (%s)" : "%s", format,
             wrapping);
done:
    return status;
}

/* All of it, for bytes, which it takes over. */
static gmix_status data_load(gmix_ctx *ctx, struct gmix_i_bytes *bytes,
                             const gmix_read_options *opts, gmix_data **out) {
    gmix_status status = GMIX_OK;
    gmix_data *data = NULL;
    if (bytes->n == 0) {
        GMIX_FAIL(ctx, GMIX_ERR_DATA, "%s is empty", bytes->name);
    }
    GMIX_TRY(gmix_i_data_new(ctx, &data));
    const struct gmix_i_reader *const reader = gmix_i_reader_of(bytes->data, bytes->n);
    if (opts->piece > 1 && reader != &gmix_i_reader_parquet) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION, "%s has one piece, not %zu", bytes->name,
                  opts->piece);
    }
    const char *const name = bytes->name, *const wrapping = bytes->wrapping;
    GMIX_TRY(reader->load(ctx, bytes, opts, data));
    GMIX_TRY(gmix_i_data_finish(ctx, name, reader->name, wrapping, opts, data));
    *out = data;
    data = NULL;
done:
    gmix_i_bytes_free(bytes);
    gmix_data_free(&data);
    return status;
}

/* A data set of an HDF5 file, or a piece of it, by the reader of NPY. */
static gmix_status load_dataset(gmix_ctx *ctx, const char *path,
                                const gmix_read_options *opts, gmix_data **out) {
    gmix_status status = GMIX_OK;
    struct gmix_i_bytes bytes = {0};
    gmix_data *data = NULL;
    GMIX_TRY(gmix_i_data_new(ctx, &data));
    GMIX_TRY(gmix_i_hdf5_read(ctx, path, opts->piece, &data->n_pieces, &bytes));
    GMIX_TRY(gmix_i_reader_npy.load(ctx, &bytes, opts, data));
    GMIX_TRY(gmix_i_data_finish(ctx, path, gmix_i_reader_hdf5.name, NULL, opts, data));
    *out = data;
    data = NULL;
done:
    gmix_i_bytes_free(&bytes);
    gmix_data_free(&data);
    return status;
}

gmix_status gmix_data_read(gmix_ctx *ctx, const char *path, const gmix_read_options *opts,
                           gmix_data **data) {
    GMIX_I_CTX(ctx);
    struct gmix_i_bytes bytes;
    if (!path || !data) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "path and data must not be NULL");
    }
    gmix_read_options taken;
    gmix_status status = gmix_i_read_options_take(ctx, opts, &taken);
    if (status == GMIX_OK && gmix_i_hdf5_dataset(path)) {
        return load_dataset(ctx, path, &taken, data);
    }
    if (status == GMIX_OK) {
        status = gmix_i_bytes_read(ctx, path, &bytes);
    }
    return status == GMIX_OK ? data_load(ctx, &bytes, &taken, data) : status;
}

gmix_status gmix_data_from_memory(gmix_ctx *ctx, const char *name, const void *content,
                                  size_t n, const gmix_read_options *opts,
                                  gmix_data **data) {
    GMIX_I_CTX(ctx);
    struct gmix_i_bytes bytes;
    gmix_read_options taken;
    if (!name || !data || (n > 0 && !content)) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "name, bytes and data must not be NULL");
    }
    gmix_status status = gmix_i_read_options_take(ctx, opts, &taken);
    if (status == GMIX_OK) {
        status = gmix_i_bytes_copy(ctx, name, content, n, &bytes);
    }
    return status == GMIX_OK ? data_load(ctx, &bytes, &taken, data) : status;
}

void gmix_data_free(gmix_data **data) {
    if (!data || !*data) {
        return;
    }
    gmix_data *const d = *data;
    const gmix_allocator from = d->from;
    gmix_i_bytes_free(&d->bytes);
    gmix_i_release(&from, d->values);
    gmix_i_release(&from, d->weights);
    gmix_i_release(&from, d->errors);
    gmix_i_release(&from, d->bounds);
    gmix_i_release(&from, d->names);
    gmix_i_release(&from, d->name_text);
    gmix_i_release(&from, d->labels);
    gmix_i_release(&from, d->class_names);
    gmix_i_release(&from, d->class_text);
    if (d->text) {
        gmix_i_release(&from, d->text->slots);
        gmix_i_release(&from, d->text);
    }
    gmix_i_release(&from, d->row_names);
    gmix_i_release(&from, d->row_text);
    gmix_i_release(&from, d->row_heading);
    for (size_t i = 0; i < GMIX_I_MOST_NOTES; i++) {
        gmix_i_release(&from, d->notes[i]);
    }
    gmix_i_release(&from, d);
    *data = NULL;
}

const gmix_table *gmix_data_table(const gmix_data *data) {
    return &data->table;
}

size_t gmix_data_n_pieces(const gmix_data *data) {
    return data->n_pieces > 0 ? data->n_pieces : 1;
}

const char *gmix_data_format(const gmix_data *data) {
    return data->format;
}

const char *const *gmix_data_row_names(const gmix_data *data) {
    return data->row_names;
}

const char *gmix_data_row_heading(const gmix_data *data) {
    return data->row_heading;
}

const char *gmix_data_note(const gmix_data *data, size_t i) {
    return i < GMIX_I_MOST_NOTES ? data->notes[i] : NULL;
}
