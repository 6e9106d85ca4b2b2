/*
 * Parquet files of three writers (make_parquet.py): what is read is what was written, whatever way; columns are
 * chosen as in text files; what is not read is named. Files that are cut short or damaged are refused, or read,
 * and nothing worse. And what packs pages, on its own.
 */
#include "api/budget.h"
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

#include "files/parquet_codec.h"

enum { N = 40, D = 6, MOST = 1 << 16 };

typedef struct content {
    char *bytes;
    size_t n;
} content;

static content read_bytes(const char *name) {
    char path[256];
    content c = {fixture_alloc(MOST, 1), 0};
    snprintf(path, sizeof path, "tests/fuzz/corpus/parquet/%s.parquet", name);
    FILE *const file = fixture_open(path);
    c.n = fread(c.bytes, 1, MOST, file);
    fclose(file);
    CHECK(c.n > 0 && c.n < MOST);
    return c;
}

/* As make_parquet.py says: columns a, i, l, f, b, u. */
static double cell(size_t i, size_t j) {
    const double x = (double)i;
    const double values[D] = {x * 0.25 - 3.0,          (double)((int)(i * 7 % 11) - 5),
                              x * x * 1000003.0 - 7.0, x / 8.0,
                              (double)(i % 3 == 0),    x + 4e9};
    const bool null =
        (j == 0 && i % 5 == 0) || (j == 2 && i % 9 == 1) || (j == 4 && i == 4);
    return null ? (double)NAN : values[j];
}

static double got(const gmix_table *t, size_t i, size_t j) {
    return ((const double *)
                t->data)[(ptrdiff_t)i * t->row_stride + (ptrdiff_t)j * t->col_stride];
}

static void is_what_was_written(const char *name, bool has_pair) {
    CHECK_WHERE("%s", name);
    content c = read_bytes(name);
    gmix_data *data = NULL;
    char note[256];
    snprintf(note, sizeof note, "%s: left out: 'word' (text), 'day' (dates)%s", name,
             has_pair ? ", 'pair' (lists or structs)" : "");
    CHECK_STATUS(NULL, gmix_data_from_memory(NULL, name, c.bytes, c.n, NULL, &data),
                 GMIX_OK);
    if (CHECK(data != NULL)) {
        const gmix_table *const t = gmix_data_table(data);
        CHECK_EQ_INT((long long)t->n_rows, N);
        CHECK_EQ_INT((long long)t->n_cols, D);
        CHECK_EQ_STR(gmix_data_format(data), "parquet");
        CHECK_EQ_STR(t->names[5], "u");
        CHECK_EQ_STR(gmix_data_note(data, 0), note);
        for (size_t i = 0; i < N; i++) {
            for (size_t j = 0; j < D; j++) {
                const double x = got(t, i, j), y = cell(i, j);
                CHECK(x == y || (isnan(x) && isnan(y)));
            }
        }
    }
    gmix_data_free(&data);
    free(c.bytes);
}

/* Columns in another order, weights, and text as classes. */
static void columns_are_chosen(const char *name) {
    static const char *const wanted[] = {"f", "a"};
    CHECK_WHERE("%s", name);
    content c = read_bytes(name);
    gmix_data *data = NULL;
    gmix_read_options opts;
    gmix_read_options_init(&opts);
    opts.columns = wanted;
    opts.n_columns = 2;
    opts.labels = "word";
    opts.weights = "u";
    CHECK_STATUS(NULL, gmix_data_from_memory(NULL, name, c.bytes, c.n, &opts, &data),
                 GMIX_OK);
    if (CHECK(data != NULL)) {
        const gmix_table *const t = gmix_data_table(data);
        CHECK(t->n_cols == 2 && t->n_classes == 3);
        CHECK_EQ_STR(t->class_names[2], "red");
        CHECK_EQ_STR(t->names[0], "f");
        for (size_t i = 0; i < N; i++) {
            const int32_t class = i % 7 == 6 ? -1 : i % 3 == 0 ? 2 : i % 3 == 1 ? 1 : 0;
            CHECK(got(t, i, 0) == cell(i, 3) && t->weights[i] == cell(i, 5));
            CHECK_EQ_INT(t->labels[i], class);
        }
    }
    gmix_data_free(&data);
    free(c.bytes);
}

static void refused(const content *c, const gmix_read_options *opts, const char *says) {
    gmix_ctx *ctx = NULL;
    gmix_data *data = NULL;
    CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK);
    CHECK(gmix_data_from_memory(ctx, "t.parquet", c->bytes, c->n, opts, &data) !=
          GMIX_OK);
    CHECK(data == NULL);
    CHECK_EQ_STR(gmix_ctx_message(ctx), says);
    gmix_ctx_free(&ctx);
}

static void what_is_refused(void) {
    static const char *const words[] = {"word"}, *const days[] = {"day"},
                             *const pairs[] = {"pair"}, *const none[] = {"ff"};
    content brotli = read_bytes("brotli"), plain = read_bytes("plain");
    gmix_read_options opts;
    gmix_read_options_init(&opts);
    CHECK_WHERE("%s", "refused");
    refused(
        &brotli, NULL,
        "t.parquet: column 'a' is packed with brotli, which is not read; write it with "
        "snappy or zstd");
    opts.n_columns = 1;
    opts.columns = words;
    refused(&plain, &opts, "t.parquet: column 'word' holds text, no numbers");
    opts.columns = days;
    refused(&plain, &opts,
            "t.parquet: column 'day' holds dates, no numbers: dates = 1 makes them days");
    opts.columns = pairs;
    refused(&plain, &opts, "t.parquet: column 'pair' holds lists or structs, no numbers");
    opts.columns = none;
    gmix_data *data = NULL;
    CHECK_STATUS(NULL,
                 gmix_data_from_memory(NULL, "t", plain.bytes, plain.n, &opts, &data),
                 GMIX_ERR_OPTION);
    free(brotli.bytes);
    free(plain.bytes);
}

/* Reads what may be anything: it fails with a sentence, or gives a table. */
static bool survives(gmix_ctx *ctx, const content *c, size_t n) {
    gmix_data *data = NULL;
    gmix_read_options opts;
    gmix_read_options_init(&opts);
    opts.labels = "word";
    const gmix_status status =
        gmix_data_from_memory(ctx, "t.parquet", c->bytes, n, &opts, &data);
    const bool good = status == GMIX_OK
                          ? data != NULL && gmix_data_table(data)->n_rows > 0
                          : !data && gmix_ctx_message(ctx)[0] != '\0';
    gmix_data_free(&data);
    return good;
}

static void damage_does_no_harm(const char *name) {
    gmix_ctx *ctx = NULL;
    content c = read_bytes(name);
    CHECK_WHERE("%s, damaged", name);
    CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK);
    gmix_ctx_set_input_limit(ctx, 1 << 24);
    bool good = true;
    for (size_t n = 4; n < c.n; n += 3) {
        good = good && survives(ctx, &c, n);
    }
    uint64_t seed = 9;
    for (size_t at = 4; at < c.n; at += fixture_is_brief() ? 7 : 2) {
        const char kept = c.bytes[at];
        c.bytes[at] = (char)(kept ^ (1 << (int)(fixture_uniform(&seed) * 8.0)));
        good = good && survives(ctx, &c, c.n);
        c.bytes[at] = kept;
    }
    CHECK(good);
    gmix_ctx_free(&ctx);
    free(c.bytes);
}

static gmix_status read_under_budget(gmix_ctx *ctx, void *subject) {
    const content *const c = subject;
    gmix_data *data = NULL;
    gmix_read_options opts;
    gmix_read_options_init(&opts);
    opts.labels = "word";
    opts.weights = "u";
    const gmix_status status =
        gmix_data_from_memory(ctx, "t.parquet", c->bytes, c->n, &opts, &data);
    CHECK((data != NULL) == (status == GMIX_OK));
    gmix_data_free(&data);
    return status;
}

/* Row groups one by one are the whole; what is one piece says so. */
static void pieces_are_the_whole(void) {
    content c = read_bytes("groups"), one = read_bytes("plain");
    gmix_read_options opts;
    gmix_data *data = NULL;
    size_t first = 0, n_pieces = 1;
    CHECK_WHERE("%s", "row groups");
    gmix_read_options_init(&opts);
    for (opts.piece = 1; opts.piece <= n_pieces; opts.piece++) {
        CHECK_STATUS(NULL, gmix_data_from_memory(NULL, "t", c.bytes, c.n, &opts, &data),
                     GMIX_OK);
        if (!CHECK(data != NULL)) {
            break;
        }
        n_pieces = gmix_data_n_pieces(data);
        const gmix_table *const t = gmix_data_table(data);
        for (size_t i = 0; i < t->n_rows; i++) {
            CHECK(got(t, i, 3) == cell(first + i, 3));
        }
        first += t->n_rows;
        gmix_data_free(&data);
    }
    CHECK(n_pieces == 3 && first == N);
    refused(&c, &opts, "t.parquet has 3 row groups, not 4");
    opts.piece = 2;
    refused(&one, &opts, "t.parquet has 1 row groups, not 2");
    const content text = {"a,b\n1,2\n3,4\n", 12};
    refused(&text, &opts, "t.parquet has one piece, not 2");
    free(c.bytes);
    free(one.bytes);
}

#define TEXT(text) (const unsigned char *)(text), sizeof(text) - 1

static void pages_unpack(void) {
    unsigned char out[16];
    CHECK_WHERE("%s", "snappy and LZ4");
    /* "abcd", and 8 bytes from 4 before: what is copied is being written */
    CHECK(gmix_i_snappy_unpack(TEXT("\x0c\x0c"
                                    "abcd"
                                    "\x1e\x04\x00"),
                               out, 12) &&
          memcmp(out, "abcdabcdabcd", 12) == 0);
    CHECK(!gmix_i_snappy_unpack(TEXT("\x0c\x0c"
                                     "abcd"
                                     "\x1e\x05\x00"),
                                out, 12));
    CHECK(!gmix_i_snappy_unpack(TEXT("\x0c\x0c"
                                     "abcd"
                                     "\x1e\x00\x00"),
                                out, 12));
    CHECK(!gmix_i_snappy_unpack(TEXT("\x0c\x0c"
                                     "abcd"
                                     "\x22\x04\x00"),
                                out, 12));
    CHECK(!gmix_i_snappy_unpack(TEXT("\x0c\x0c"
                                     "abc"),
                                out, 12));
    CHECK(!gmix_i_snappy_unpack(TEXT("\x0d\x0c"
                                     "abcd"
                                     "\x1e\x04\x00"),
                                out, 12));
    CHECK(gmix_i_lz4_unpack(TEXT("\x44"
                                 "abcd"
                                 "\x04\x00"
                                 "\x10"
                                 "e"),
                            out, 13) &&
          memcmp(out, "abcdabcdabcde", 13) == 0);
    CHECK(!gmix_i_lz4_unpack(TEXT("\x44"
                                  "abcd"
                                  "\x05\x00"
                                  "\x10"
                                  "e"),
                             out, 13));
    CHECK(!gmix_i_lz4_unpack(TEXT("\x44"
                                  "abcd"
                                  "\x04"),
                             out, 13));
    CHECK(!gmix_i_lz4_unpack(TEXT("\xf0\xff\xff"), out, 13));
    CHECK(!gmix_i_lz4_unpack(TEXT("\x44"
                                  "abcd"
                                  "\x04\x00"
                                  "\x20"
                                  "ef"),
                             out, 13));
}

/* As dates() of make_parquet.py says. */
static void dates_and_decimals(const char *name) {
    enum { COLUMNS = 9 };
    content c = read_bytes(name);
    gmix_read_options opts;
    gmix_data *data = NULL;
    CHECK_WHERE("%s", name);
    gmix_read_options_init(&opts);
    CHECK_STATUS(NULL, gmix_data_from_memory(NULL, name, c.bytes, c.n, &opts, &data),
                 GMIX_OK); /* decimals alone */
    CHECK(data && gmix_data_table(data)->n_cols == 3);
    CHECK(data && strstr(gmix_data_note(data, 0), "'hour' (times)") != NULL);
    gmix_data_free(&data);
    opts.dates = 1;
    CHECK_STATUS(NULL, gmix_data_from_memory(NULL, name, c.bytes, c.n, &opts, &data),
                 GMIX_OK);
    if (CHECK(data && gmix_data_table(data)->n_cols == COLUMNS)) {
        const gmix_table *const t = gmix_data_table(data);
        for (size_t i = 0; i < N; i++) {
            const double x = (double)i, hours = fmod(1.5 * x, 24.0);
            const double wanted[COLUMNS] = {x,         hours,     hours,
                                            x / 4,     x / 4,     x / 4,
                                            x / 100.0, x / 100.0, (x - 20) / 1000.0};
            for (size_t j = 0; j < COLUMNS; j++) {
                const bool null = i == 3 && j == 4;
                CHECK(null ? isnan(got(t, i, j))
                           : fabs(got(t, i, j) - wanted[j]) <= 1e-15 * fabs(wanted[j]));
            }
        }
    }
    gmix_data_free(&data);
    free(c.bytes);
}

int main(void) {
    static const struct {
        const char *name;
        bool has_pair, packed;
    } files[] = {
        {"plain", true, false},  {"snappy", true, false},    {"snappy_v2", true, false},
        {"split", true, false},  {"groups", true, false},    {"duckdb", false, false},
        {"polars", true, false}, {"gzip_pages", true, true}, {"zstd_v2", false, true}};
    dates_and_decimals("dates");
    dates_and_decimals("dates_whole");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const char *const packing =
            strcmp(files[i].name, "gzip_pages") == 0 ? "gzip" : "zstd";
        if (files[i].packed && !strstr(gmix_data_formats(), packing)) {
            continue; /* a build without the library */
        }
        is_what_was_written(files[i].name, files[i].has_pair);
        columns_are_chosen(files[i].name);
        damage_does_no_harm(files[i].name);
    }
    content groups = read_bytes("groups");
    budget_run("gmix_data_from_memory", read_under_budget, &groups);
    free(groups.bytes);
    what_is_refused();
    pieces_are_the_whole();
    pages_unpack();
    return CHECK_DONE();
}
