/*
 * Data sets of HDF5 files (numbers.h5, by make_hdf5.py): their cells, the options of other readers, pieces; and what
 * is refused, with which sentence. Skipped where the library is not there. Takes half a second.
 */
#include <gmix/pieces.h>
#include <math.h>
#include <string.h>

#include "check.h"

#define NUMBERS SOURCE_ROOT "/tests/io/numbers.h5"
enum { SKIPPED = 77, ROWS = 60, LONG = 2500000 };

static bool is_missing(size_t i) {
    return i % 10 == 3;
}

static void check_doubles(gmix_ctx *ctx) {
    gmix_data *data = NULL;
    CHECK_STATUS(ctx, gmix_data_read(ctx, NUMBERS ":/run/x", NULL, &data), GMIX_OK);
    const gmix_table *const t = gmix_data_table(data);
    CHECK_EQ_STR(gmix_data_format(data), "hdf5");
    CHECK(t->dtype == GMIX_F64 && t->n_rows == ROWS && t->n_cols == 2);
    const double *const x = t->data;
    for (size_t i = 0; i < ROWS; i++) {
        CHECK(x[2 * i] == (double)i / 4.0);
        CHECK(is_missing(i) ? isnan(x[2 * i + 1]) : x[2 * i + 1] == -(double)i);
    }
    gmix_data_free(&data);
}

static void check_other_kinds(gmix_ctx *ctx) {
    gmix_data *data = NULL;
    CHECK_STATUS(ctx, gmix_data_read(ctx, NUMBERS ":/run/single", NULL, &data), GMIX_OK);
    const gmix_table *t = gmix_data_table(data);
    CHECK(t->dtype == GMIX_F32 && t->n_cols == 2 && ((const float *)t->data)[4] == 0.5F);
    gmix_data_free(&data);
    const char *const columns[] = {"1"};
    gmix_read_options opts;
    gmix_read_options_init(&opts);
    opts.columns = columns;
    opts.n_columns = 1;
    opts.labels = "0";
    CHECK_STATUS(ctx, gmix_data_read(ctx, NUMBERS ":/run/column", NULL, &data), GMIX_OK);
    t = gmix_data_table(data);
    CHECK(t->n_rows == ROWS && t->n_cols == 1 && ((const double *)t->data)[59] == 59.0);
    gmix_data_free(&data);
    CHECK_STATUS(ctx, gmix_data_read(ctx, NUMBERS ":/run/whole", &opts, &data), GMIX_OK);
    t = gmix_data_table(data);
    CHECK(t->n_rows == 20 && t->n_cols == 1 && t->labels);
    CHECK(*(const double *)t->data == -29.0);
    gmix_data_free(&data);
}

/* 20 MB, of which the file has nothing but the number in all cells. */
static void check_pieces(gmix_ctx *ctx) {
    gmix_pieces *pieces = NULL;
    gmix_data *data = NULL;
    size_t n_rows = 0, n_pieces = 0;
    CHECK_STATUS(ctx, gmix_pieces_open(ctx, NUMBERS ":/run/long", NULL, 0, &pieces),
                 GMIX_OK);
    CHECK_STATUS(ctx, gmix_pieces_next(ctx, pieces, &data), GMIX_OK);
    while (data) {
        const gmix_table *const t = gmix_data_table(data);
        CHECK(*(const double *)t->data == 1.5);
        n_rows += t->n_rows;
        n_pieces++;
        gmix_data_free(&data);
        CHECK_STATUS(ctx, gmix_pieces_next(ctx, pieces, &data), GMIX_OK);
    }
    CHECK_EQ_INT(n_rows, LONG);
    CHECK_EQ_INT(n_pieces, 2);
    gmix_pieces_free(&pieces);
    gmix_read_options opts;
    gmix_read_options_init(&opts);
    opts.piece = 3;
    CHECK_STATUS(ctx, gmix_data_read(ctx, NUMBERS ":/run/long", &opts, &data),
                 GMIX_ERR_OPTION);
}

static void check_refusals(gmix_ctx *ctx) {
    static const struct {
        const char *path;
        gmix_status status;
        const char *says;
    } cases[] = {
        {NUMBERS, GMIX_ERR_PARSE, "name a data set in it"},
        {NUMBERS ":/run", GMIX_ERR_PARSE, "has no data set /run"},
        {NUMBERS ":/run/y", GMIX_ERR_PARSE, "has no data set /run/y"},
        {NUMBERS ":/run/text", GMIX_ERR_PARSE, "does not hold plain numbers"},
        {NUMBERS ":/run/cube", GMIX_ERR_PARSE, "has 3 dimensions"},
        {NUMBERS ":/run/none", GMIX_ERR_DATA, "has no rows"},
        {SOURCE_ROOT "/data/iris.csv:/x", GMIX_ERR_PARSE, "is no HDF5 file"},
        {"none.h5:/x", GMIX_ERR_IO, "cannot open none.h5:/x"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        gmix_data *data = NULL;
        CHECK_WHERE("%s", cases[c].path);
        CHECK_STATUS(ctx, gmix_data_read(ctx, cases[c].path, NULL, &data),
                     cases[c].status);
        CHECK(data == NULL && strstr(gmix_ctx_message(ctx), cases[c].says) != NULL);
    }
}

int main(void) {
    gmix_ctx *ctx = NULL;
    gmix_data *data = NULL;
    CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK);
    const gmix_status found = gmix_data_read(ctx, NUMBERS ":/run/x", NULL, &data);
    gmix_data_free(&data);
    if (found != GMIX_ERR_UNSUPPORTED) {
        check_doubles(ctx);
        check_other_kinds(ctx);
        check_pieces(ctx);
        check_refusals(ctx);
    } else {
        printf("skipped: %s\n", gmix_ctx_message(ctx));
    }
    gmix_ctx_free(&ctx);
    return found == GMIX_ERR_UNSUPPORTED ? SKIPPED : CHECK_DONE();
}
