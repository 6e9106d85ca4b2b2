/*
 * Files piece by piece: the rows of the file read whole, whatever the size of pieces, or a refusal; never
 * other numbers.
 */
#include <gmix/pieces.h>
#include <math.h>

#include "api/budget.h"
#include "parse.h"
#include "scratch.h"

#ifdef GMIX_I_HAVE_ZLIB
#include <zlib.h>
#endif

/* The cells of all pieces, their weights and what their labels say, one after the other. */
struct rows {
    double *cells;
    size_t n, room, n_pieces;
};

/* A class by its name: its number is of the piece. */
static double class_at(const gmix_table *t, size_t i) {
    double said = 0.0;
    const char *name = t->labels[i] < 0 ? "" : t->class_names[t->labels[i]];
    for (; *name; name++) {
        said = 31.0 * said + *name;
    }
    return said;
}

static double number_at(const gmix_table *t, size_t i, size_t j) {
    return j < t->n_cols                  ? parse_cell(t, i, j)
           : j == t->n_cols && t->weights ? t->weights[i]
                                          : class_at(t, i);
}

static void take(struct rows *r, const gmix_table *t) {
    const size_t more_numbers = (t->weights ? 1u : 0u) + (t->labels ? 1u : 0u);
    for (size_t i = 0; i < t->n_rows; i++) {
        for (size_t j = 0; j < t->n_cols + more_numbers; j++) {
            if (r->n == r->room) {
                r->room = r->room ? 2 * r->room : 64;
                double *const more = realloc(r->cells, r->room * sizeof *more);
                if (!more) {
                    abort();
                }
                r->cells = more;
            }
            r->cells[r->n++] = number_at(t, i, j);
        }
    }
    r->n_pieces++;
}

static gmix_status read_pieces(gmix_ctx *ctx, const char *path,
                               const gmix_read_options *opts, size_t bytes,
                               struct rows *out) {
    gmix_pieces *pieces = NULL;
    gmix_data *data = NULL;
    *out = (struct rows){.cells = NULL};
    gmix_status status = gmix_pieces_open(ctx, path, opts, bytes, &pieces);
    if (status == GMIX_OK) {
        status = gmix_pieces_next(ctx, pieces, &data);
    }
    while (status == GMIX_OK && data) {
        CHECK(gmix_pieces_share(pieces) <= 1.0);
        take(out, gmix_data_table(data));
        gmix_data_free(&data);
        status = gmix_pieces_next(ctx, pieces, &data);
    }
    CHECK(status != GMIX_OK || gmix_pieces_share(pieces) == 1.0);
    gmix_data_free(&data);
    gmix_pieces_free(&pieces);
    return status;
}

/* Beside a reader that takes all pieces one that skips every other: it finds the same in the same places. */
static void check_skips(gmix_ctx *ctx, const char *path, const gmix_read_options *opts) {
    gmix_pieces *all = NULL, *some = NULL;
    gmix_data *one = NULL, *other = NULL;
    gmix_status status = gmix_pieces_open(ctx, path, opts, 1, &all);
    CHECK_STATUS(ctx, gmix_pieces_open(ctx, path, opts, 1, &some), GMIX_OK);
    CHECK(gmix_pieces_skip(ctx, some) == GMIX_ERR_ARGUMENT);
    bool takes = true;
    for (; status == GMIX_OK; takes = !takes) {
        gmix_data_free(&one);
        status = gmix_pieces_next(ctx, all, &one);
        if (status != GMIX_OK || !one) {
            break;
        }
        CHECK_STATUS(ctx,
                     takes ? gmix_pieces_next(ctx, some, &other)
                           : gmix_pieces_skip(ctx, some),
                     GMIX_OK);
        CHECK(gmix_pieces_share(all) == gmix_pieces_share(some));
        if (takes && CHECK(other != NULL)) {
            const gmix_table *const a = gmix_data_table(one), *b = gmix_data_table(other);
            CHECK(a->n_rows == b->n_rows &&
                  number_at(a, a->n_rows - 1, 0) == number_at(b, b->n_rows - 1, 0));
        }
        gmix_data_free(&other);
    }
    gmix_data_free(&one);
    gmix_pieces_free(&all);
    gmix_pieces_free(&some);
}

/* What a file gives in pieces of all sizes is what it gives whole. least: pieces that the smallest size makes
 * at least; refusal: what may be said instead, or NULL. */
static void check_same(gmix_ctx *ctx, const char *name, const gmix_read_options *opts,
                       size_t least, const char *refusal) {
    static const size_t sizes[] = {1, 5000, 9999, 0};
    gmix_data *whole = NULL;
    struct rows all = {.cells = NULL};
    const char *const path = scratch_path(name);
    CHECK_STATUS(ctx, gmix_data_read(ctx, path, opts, &whole), GMIX_OK);
    if (whole) {
        take(&all, gmix_data_table(whole));
    }
    gmix_data_free(&whole);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        struct rows found;
        const gmix_status status = read_pieces(ctx, path, opts, sizes[s], &found);
        if (status != GMIX_OK && refusal) {
            check_true(strstr(gmix_ctx_message(ctx), refusal) != NULL,
                       gmix_ctx_message(ctx), __FILE__, __LINE__);
        } else if (check_status(ctx, status, GMIX_OK, name, __FILE__, __LINE__)) {
            CHECK(sizes[s] != 1 || all.n < 1000 || found.n_pieces >= least);
            check_true(found.n == all.n &&
                           (all.n == 0 ||
                            memcmp(found.cells, all.cells, all.n * sizeof(double)) == 0),
                       name, __FILE__, __LINE__);
        }
        free(found.cells);
    }
    free(all.cells);
    if (!refusal) {
        check_skips(ctx, path, opts);
    }
}

/* A text that has its body `times` times. */
static void check_text(gmix_ctx *ctx, const char *head, const char *body, size_t times,
                       const gmix_read_options *opts) {
    const size_t above = strlen(head), each = strlen(body), n = above + times * each;
    char *const text = malloc(n + 1);
    CHECK(text != NULL);
    if (text) {
        scratch_put(text, head, above);
        for (size_t i = 0; i < times; i++) {
            scratch_put(text + above + i * each, body, each);
        }
        CHECK(scratch_write("t.csv", text, n));
        check_same(ctx, "t.csv", opts, 2, NULL);
    }
    free(text);
}

static void check_texts(gmix_ctx *ctx) {
    check_text(ctx, "a,w,c\n", "1,2,x\n3,4,\n15,16,\"y, z\"\n", 800,
               OPTIONS(AUTO, .weights = "w", .labels = "c"));
    check_text(ctx, "a,b,c\n", "1,2,10\n3,4,?\n15,16,2\n", 800,
               OPTIONS(AUTO, .labels = "c"));
    check_text(ctx, "a,b\n", "1,2\n3,4\n15,16\n", 800, OPTIONS(AUTO));
    check_text(ctx, "a,b\r\n", "1,2\r\n3,4\r\n\r\n  \r\n5,6\r\n", 500, OPTIONS(AUTO));
    check_text(ctx, "a,b\r", "1,2\r3,4\r5,6\r7,8\r", 700, OPTIONS(AUTO));
    check_text(ctx,
               "\xef\xbb\xbf"
               "a;b\n",
               "1,5;2\n3;4,25\n5;6\n", 700, OPTIONS(AUTO));
    check_text(ctx, "", "1 2\n1 4\n5 6", 1, OPTIONS(AUTO));
    check_text(ctx, "", "1 2\n1 4\n5 60\n", 700, OPTIONS(AUTO));
    check_text(ctx, "# made here\n# x y\n", "1 2\n# a remark\n3 4\n", 500, OPTIONS(AUTO));
    check_text(ctx, "sep=;\na;b\n", "1;2\n3;4\n", 1200, OPTIONS(AUTO));
    check_text(ctx, "a,note,b\n",
               "1,\"one\n, two\",2\n3,\"say \"\"so\"\"\n\n\",4\n5,x,6\n", 300,
               OPTIONS(AUTO));
    check_text(ctx, "id,a,b\n", "1,1.5,2\n2,,NA\n3,5.25,6\n", 500, OPTIONS(AUTO));
    check_text(ctx, "a,w,b\n", "1,2,3\n4,0,6\n7,1,9\n", 600,
               OPTIONS(AUTO, .weights = "w"));
    check_text(ctx, "a,b,c\n", "1,2,3\n4,5,6\n7,8,9\n", 600,
               OPTIONS(AUTO, COLUMNS("c", "a")));
    check_text(ctx, "a,b\n", "1,-9\n-9,4\n5,6\n", 700,
               OPTIONS(AUTO, .missing = (const char *const[]){"-9"}, .n_missing = 1));
    check_text(
        ctx, "a,e\n", "1,.5\n2,.5\n3,.25\n4,.5\n", 500,
        OPTIONS(AUTO, COLUMNS("a"), .errors = (const char *const[]){"e"}, .n_errors = 1));
}

/* Cells of many kinds, at random. */
static void check_random(gmix_ctx *ctx) {
    static const char *const cells[] = {"1",  "-2.5", "1e3", "",  "NA",      "1000",
                                        "12", "3.25", "7",   "0", "\"4.5\"", " 6 "};
    enum { ROWS = 1200 };
    static char text[24 * ROWS];
    for (uint32_t seed = 1; seed <= 8; seed++) {
        uint32_t state = seed * 2654435761u;
        size_t n = (size_t)sprintf(text, "first,second,third\n");
        for (size_t i = 0; i < ROWS - seed; i++) {
            for (size_t j = 0; j < 3; j++) {
                state = state * 1664525u + 1013904223u;
                const char *const cell =
                    j == 0 ? "8.5" : cells[(state >> 16) % (seed % 3 ? 12 : 7)];
                n += (size_t)sprintf(text + n, "%s%s", cell, j < 2 ? "," : "\n");
            }
        }
        CHECK(scratch_write("r.csv", text, n));
        check_same(ctx, "r.csv", OPTIONS(AUTO), 2, NULL);
    }
}

enum { MANY = 1500 };

/* A table whose rows are all alike but for one, far down. */
static size_t with_one(char *text, const char *head, const char *row, const char *late) {
    size_t n = (size_t)sprintf(text, "%s", head);
    for (size_t i = 0; i < MANY; i++) {
        n += (size_t)sprintf(text + n, "%s\n", i == MANY - 100 ? late : row);
    }
    return n;
}

/* What cannot be known from the first piece: the same numbers, or a word about it. */
static void check_late(gmix_ctx *ctx) {
    static const char *const late[] = {"1.234", "1.234.567", "text", "<5", "2,5", ""};
    static char text[16 * MANY];
    for (size_t l = 0; l < 2 * (sizeof late / sizeof *late); l++) {
        char row[32];
        const char *const first = l % 2 ? "0,5" : "0.25";
        (void)snprintf(row, sizeof row, "%s;%s", first, late[l / 2]);
        const size_t n = with_one(text, "a;b\n", l % 2 ? "0,5;900" : "0.25;900", row);
        CHECK(scratch_write("late.csv", text, n));
        gmix_data *whole = NULL;
        struct rows found;
        const gmix_status status =
            gmix_data_read(ctx, scratch_path("late.csv"), OPTIONS(AUTO), &whole);
        gmix_data_free(&whole);
        if (status == GMIX_OK) {
            check_same(ctx, "late.csv", OPTIONS(AUTO), 2, "late.csv");
        } else {
            CHECK(read_pieces(ctx, scratch_path("late.csv"), OPTIONS(AUTO), 1, &found) ==
                  status);
            free(found.cells);
        }
    }
}

static void says(gmix_ctx *ctx, const char *text, size_t n, const gmix_read_options *opts,
                 const char *expected, int line) {
    struct rows found;
    CHECK(scratch_write("s.csv", text, n));
    CHECK(read_pieces(ctx, scratch_path("s.csv"), opts, 1, &found) != GMIX_OK);
    check_true(strstr(gmix_ctx_message(ctx), expected) != NULL, gmix_ctx_message(ctx),
               __FILE__, line);
    free(found.cells);
}

#define SAYS(head, row, late, opts, expected) \
    says(ctx, text, with_one(text, (head), (row), (late)), (opts), (expected), __LINE__)

static void check_words(gmix_ctx *ctx) {
    static char text[24 * MANY];
    struct rows found;
    SAYS("a,b\n", "1,2", "x,8", OPTIONS(AUTO), "line 1402, column 1 'a'");
    SAYS("a,b\n", "1,2\n", "5", OPTIONS(AUTO), "line 2802");
    SAYS("a,w\n", "3,4", "5,-6", OPTIONS(AUTO, .weights = "w"), "line 1402");
    SAYS("a,b,c\n", "2,,4", "5,7,7", OPTIONS(AUTO),
         "column 2 holds no numbers up to line");
    SAYS("a;b\n", "1,5;100", "4,5;1.234", OPTIONS(AUTO), "1.234");
    SAYS("a,n\n", "1,\"x\"", "2,\"y", OPTIONS(AUTO, COLUMNS("a")), "line 1402");
    says(ctx, "", 0, OPTIONS(AUTO), "is empty", __LINE__);
    says(ctx, "a,b\n", 4, OPTIONS(AUTO), "no rows", __LINE__);
    says(ctx, "a,b\n1,2\n", 8, OPTIONS(AUTO, .labels = "b", .labels_only = 1),
         "gmix_data_read()", __LINE__);
    size_t n = 0;
    for (size_t i = 0; i < MANY; i++) { /* all different, and no names above */
        n += (size_t)sprintf(text + n, "%zu,1.5\n", (i * 7919) % 10007);
    }
    says(ctx, text, n, OPTIONS(AUTO), "column 1 may number the rows", __LINE__);
    CHECK(read_pieces(ctx, "/nonexistent/x.csv", NULL, 0, &found) == GMIX_ERR_IO);
    CHECK(read_pieces(ctx, scratch_folder, NULL, 0, &found) == GMIX_ERR_IO);
}

#ifdef GMIX_I_HAVE_ZLIB
/* Two members, larger than what is read at once; then cut short, and with something behind. */
static void check_gzip(gmix_ctx *ctx) {
    enum { ROWS = 30000, SIZE = 24 * ROWS };
    char *const text = malloc(SIZE), *const packed = malloc(SIZE);
    uint32_t state = 1;
    size_t n = 0, m = 0;
    CHECK(text && packed);
    for (size_t half = 0; half < 2 && text && packed; half++) {
        const size_t from = n;
        for (size_t i = 0; i < ROWS / 2; i++) {
            state = state * 1664525u + 1013904223u;
            n += (size_t)sprintf(text + n, "%u.5,%u\n", state >> 6, state * 77u >> 12);
        }
        z_stream z = {.next_in = (z_const Bytef *)(uintptr_t)(text + from),
                      .avail_in = (uInt)(n - from),
                      .next_out = (Bytef *)packed + m,
                      .avail_out = (uInt)(SIZE - m)};
        CHECK(deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) == Z_OK);
        CHECK(deflate(&z, Z_FINISH) == Z_STREAM_END);
        m += z.total_out;
        CHECK(deflateEnd(&z) == Z_OK);
    }
    struct rows plain, found;
    CHECK(scratch_write("g.csv", text, n) && scratch_write("g.csv.gz", packed, m));
    CHECK(m > 1 << 18);
    CHECK(read_pieces(ctx, scratch_path("g.csv"), NULL, 50000, &plain) == GMIX_OK);
    CHECK(read_pieces(ctx, scratch_path("g.csv.gz"), NULL, 50000, &found) == GMIX_OK);
    CHECK(plain.n == 2 * ROWS && found.n == plain.n && found.n_pieces > 5);
    CHECK(found.n == plain.n &&
          memcmp(found.cells, plain.cells, found.n * sizeof(double)) == 0);
    free(plain.cells);
    free(found.cells);
    says(ctx, packed, m - 5, NULL, "ends before its end", __LINE__);
    says(ctx, packed, 3, NULL, "ends before its end", __LINE__);
    gmix_ctx_set_input_limit(ctx, n);
    CHECK(read_pieces(ctx, scratch_path("g.csv.gz"), NULL, 50000, &found) == GMIX_OK);
    free(found.cells);
    gmix_ctx_set_input_limit(ctx, n - 1);
    CHECK(read_pieces(ctx, scratch_path("g.csv.gz"), NULL, 50000, &found) == GMIX_ERR_IO);
    free(found.cells);
    CHECK(read_pieces(ctx, scratch_path("g.csv"), NULL, 50000, &found) == GMIX_OK);
    free(found.cells);
    gmix_ctx_set_input_limit(ctx, 0);
    packed[m] = 'x';
    says(ctx, packed, m + 1, NULL, "1 byte that is not gzip follows", __LINE__);
    free(text);
    free(packed);
}
#endif

/* Memory that ends anywhere: a sentence, and nothing is left. */
static gmix_status read_under_budget(gmix_ctx *ctx, void *path) {
    struct rows found;
    const gmix_status status =
        read_pieces(ctx, path, OPTIONS(AUTO, COLUMNS("b", "a")), 1, &found);
    free(found.cells);
    return status;
}

static void check_budget(void) {
    static char text[16 * MANY];
    const size_t n = with_one(text, "a,note,b\n", "1,\"x\",2", "2,y,0.5");
    CHECK(scratch_write("b.csv", text, n));
    char path[512];
    (void)snprintf(path, sizeof path, "%s", scratch_path("b.csv"));
    budget_run("pieces", read_under_budget, path);
}

int main(void) {
    gmix_ctx *ctx = parse_ctx(2);
    CHECK(ctx != NULL && scratch_make());
    if (ctx) {
        check_texts(ctx);
        check_random(ctx);
        check_late(ctx);
        check_words(ctx);
        check_budget();
#ifdef GMIX_I_HAVE_ZLIB
        check_gzip(ctx);
#endif
    }
    scratch_remove();
    gmix_ctx_free(&ctx);
    return CHECK_DONE();
}
