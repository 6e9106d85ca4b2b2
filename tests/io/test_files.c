/* Where bytes come from: mapped files, streams, gzip and zstd, whole and cut off. */
#include <fcntl.h>

#include "parse.h"
#include "scratch.h"

#ifdef GMIX_I_HAVE_ZLIB
#include <zlib.h>
#endif
#ifdef GMIX_I_HAVE_ZSTD
#include <zstd.h>
#endif

static void check_read(gmix_ctx *ctx, const char *path, const char *format,
                       const char *expected) {
    gmix_data *data = NULL;
    char found[2000] = "";
    if (!CHECK_STATUS(ctx, gmix_data_read(ctx, path, NULL, &data), GMIX_OK)) {
        return;
    }
    parse_describe(gmix_data_table(data), found, sizeof found);
    CHECK_EQ_STR(found, expected);
    CHECK_EQ_STR(gmix_data_format(data), format);
    gmix_data_free(&data);
    CHECK(data == NULL);
}

/* "name: expected" is the whole message. */
static void check_fails(gmix_ctx *ctx, const char *path, gmix_status status,
                        const char *expected) {
    gmix_data *data = NULL;
    CHECK_STATUS(ctx, gmix_data_read(ctx, path, NULL, &data), status);
    CHECK_EQ_STR(gmix_ctx_message(ctx), expected);
    CHECK(data == NULL);
}

static void check_plain(gmix_ctx *ctx) {
    char expected[700];
    CHECK(scratch_write("plain.csv", "a,b\n1,2\n", 8));
    check_read(ctx, scratch_path("plain.csv"), "csv", "a,b: 1 2");
    (void)snprintf(expected, sizeof expected, "cannot open %s: No such file or directory",
                   scratch_path("nowhere.csv"));
    check_fails(ctx, scratch_path("nowhere.csv"), GMIX_ERR_IO, expected);
    (void)snprintf(expected, sizeof expected, "cannot read %s: it is a directory",
                   scratch_folder);
    check_fails(ctx, scratch_folder, GMIX_ERR_IO, expected);
    CHECK(scratch_write("empty.csv", "", 0));
    (void)snprintf(expected, sizeof expected, "%s is empty", scratch_path("empty.csv"));
    check_fails(ctx, scratch_path("empty.csv"), GMIX_ERR_DATA, expected);
    CHECK_STATUS(NULL, gmix_data_read(NULL, NULL, NULL, NULL), GMIX_ERR_ARGUMENT);
    gmix_data_free(NULL);
}

/* A file that becomes shorter when it has been read: nothing of the table lies in it, unless the
 * caller wants that. */
static void check_shortened(gmix_ctx *ctx) {
    enum { ROWS = 4096 };
    static const char dictionary[] =
        "{'descr': '<f8', 'fortran_order': False, 'shape': (4096, 1), }";
    static char file[128 + ROWS * sizeof(double)];
    gmix_data *data = NULL;
    double sum, values[ROWS];
    const double three = 3.0;
    memset(file, ' ', 128);
    scratch_put(file, "\x93NUMPY\x01\x00\x76\x00", 10);
    scratch_put(file + 10, dictionary, sizeof dictionary - 1);
    file[127] = '\n';
    for (size_t i = 0; i < ROWS; i++) {
        values[i] = 1.0;
    }
    scratch_put(file + 128, values, sizeof values);
    for (int maps = 0; maps <= 1; maps++) {
        CHECK(scratch_write("long.npy", file, sizeof file));
        gmix_ctx_set_file_mapping(ctx, maps);
        const gmix_status status =
            gmix_data_read(ctx, scratch_path("long.npy"), NULL, &data);
        gmix_ctx_set_file_mapping(ctx, 0);
        if (!CHECK_STATUS(ctx, status, GMIX_OK)) {
            return;
        }
        if (maps) { /* what is written into the file now is seen through the mapping */
            FILE *const open = fopen(scratch_path("long.npy"), "r+b");
            CHECK(open && fseek(open, 128, SEEK_SET) == 0 &&
                  fwrite(&three, sizeof three, 1, open) == 1 && fclose(open) == 0);
        } else {
            CHECK_EQ_INT(truncate(scratch_path("long.npy"), 128), 0);
        }
        const gmix_table *const table = gmix_data_table(data);
        sum = 0.0;
        for (size_t i = 0; i < ROWS; i++) {
            sum += ((const double *)table->data)[i];
        }
        CHECK(sum == (maps ? ROWS + 2 : ROWS));
        gmix_data_free(&data);
    }
}

/* Files that fill their last page to the last byte, and one less and more. */
static void check_pages(gmix_ctx *ctx) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *const text = malloc(page + 2);
    for (size_t n = page - 1; n <= page + 1; n++) {
        memset(text, ' ', n);
        scratch_put(text, "1,2\n", 4);
        scratch_put(text + n - 5, "3,456",
                    5); /* no line end: the zero behind is needed */
        text[4] = '7';
        text[5] = ',';
        text[6] = '8';
        text[7] = '\n';
        for (size_t i = 8; i + 5 < n; i++) {
            text[i] = i + 6 == n ? '\n' : ' ';
        }
        CHECK(scratch_write("page.csv", text, n));
        check_read(ctx, scratch_path("page.csv"), "csv", "1 2; 7 8; 3 456");
    }
    free(text);
}

/* Reads bytes as standard input, which is put back. */
static void check_stdin(gmix_ctx *ctx) {
    int ends[2];
    const int before = dup(STDIN_FILENO);
    CHECK(pipe(ends) == 0 && write(ends[1], "a,b\n1,2\n", 8) == 8);
    close(ends[1]);
    CHECK(dup2(ends[0], STDIN_FILENO) >= 0);
    close(ends[0]);
    check_read(ctx, "-", "csv", "a,b: 1 2");
    check_fails(ctx, "-", GMIX_ERR_DATA, "standard input is empty");
    CHECK(scratch_write("in.csv", "1,2\n3,x\n", 8));
    const int file = open(scratch_path("in.csv"), O_RDONLY);
    CHECK(dup2(file, STDIN_FILENO) >= 0);
    close(file);
    check_fails(
        ctx, "-", GMIX_ERR_PARSE,
        "standard input: line 2, column 2: \"x\" is not a number; correct the cell, "
        "or leave it empty if its value is missing");
    CHECK(dup2(before, STDIN_FILENO) >= 0);
    close(before);
}

static void check_npy(gmix_ctx *ctx) {
    static const double x[] = {1.5, 2.5, -3.5, 4.0};
    char file[128 + sizeof x];
    memset(file, ' ', sizeof file);
    scratch_put(file, "\x93NUMPY\x01\x00\x76\x00", 10);
    static const char text[] =
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }";
    scratch_put(file + 10, text, sizeof text - 1);
    file[127] = '\n';
    memcpy(file + 128, x, sizeof x);
    CHECK(scratch_write("table.csv", file, sizeof file)); /* content, not name */
    check_read(ctx, scratch_path("table.csv"), "npy", "1.5 2.5; -3.5 4");
}

/* Every prefix of a compressed file is refused, from memory as from anywhere. */
static void check_prefixes(gmix_ctx *ctx, const char *packed, size_t n, size_t magic) {
    for (size_t cut = magic; cut < n; cut++) {
        gmix_data *data = NULL;
        CHECK_WHERE("%zu of %zu bytes", cut, n);
        CHECK_STATUS(ctx,
                     gmix_data_from_memory(ctx, "t", packed, cut, OPTIONS(AUTO), &data),
                     GMIX_ERR_PARSE);
        gmix_data_free(&data);
    }
    CHECK_WHERE("%s", "");
}

#ifdef GMIX_I_HAVE_ZLIB
static size_t pack_gzip(const char *text, char *out, size_t size) {
    z_stream z = {.next_in = (z_const Bytef *)(uintptr_t)text,
                  .avail_in = (uInt)strlen(text),
                  .next_out = (Bytef *)out,
                  .avail_out = (uInt)size};
    (void)deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
    (void)deflate(&z, Z_FINISH);
    const size_t n = z.total_out;
    (void)deflateEnd(&z);
    return n;
}

static void check_gzip(gmix_ctx *ctx) {
    char packed[300];
    const size_t first = pack_gzip("a,b\n1,2\n", packed, 100);
    size_t n = first + pack_gzip("3,4\n", packed + first, 100);
    CHECK(scratch_write("t.csv", packed, n));
    check_read(ctx, scratch_path("t.csv"), "csv (gzip)", "a,b: 1 2; 3 4");
    memset(packed + n, 0, 8); /* zeros may follow */
    parse_is(ctx, "t", packed, n + 8, OPTIONS(AUTO), GMIX_OK, "a,b: 1 2; 3 4", __FILE__,
             __LINE__);
    packed[n] = 'x';
    parse_is(ctx, "t", packed, n + 8, OPTIONS(AUTO), GMIX_ERR_PARSE,
             "t: 8 bytes that are not gzip follow the gzip data", __FILE__, __LINE__);
    parse_is(ctx, "t", packed, n + 1, OPTIONS(AUTO), GMIX_ERR_PARSE,
             "t: 1 byte that is not gzip follows the gzip data", __FILE__, __LINE__);
    parse_is(
        ctx, "t", packed, first - 1, OPTIONS(AUTO), GMIX_ERR_PARSE,
        "t: the gzip data ends before its end: the file is incomplete; fetch or make it "
        "again",
        __FILE__, __LINE__);
    check_prefixes(ctx, packed, first, 2);
    packed[first - 6] ^= 1; /* the check sum */
    parse_is(ctx, "t", packed, first, OPTIONS(AUTO), GMIX_ERR_PARSE,
             "t: the gzip data is damaged: incorrect data check", __FILE__, __LINE__);
    n = pack_gzip("", packed, 100);
    parse_is(ctx, "t", packed, n, OPTIONS(AUTO), GMIX_ERR_DATA, "t is empty", __FILE__,
             __LINE__);
}
#endif

#ifdef GMIX_I_HAVE_ZSTD
static void check_zstd(gmix_ctx *ctx) {
    char packed[300];
    const size_t first = ZSTD_compress(packed, 150, "a,b\n1,2\n", 8, 3);
    const size_t n = first + ZSTD_compress(packed + first, 150, "3,4\n", 4, 3);
    CHECK(scratch_write("t.csv", packed, n));
    check_read(ctx, scratch_path("t.csv"), "csv (zstd)", "a,b: 1 2; 3 4");
    check_prefixes(ctx, packed, first, 4);
    parse_is(
        ctx, "t", packed, first - 1, OPTIONS(AUTO), GMIX_ERR_PARSE,
        "t: the zstd data ends before its end: the file is incomplete; fetch or make it "
        "again",
        __FILE__, __LINE__);
    scratch_put(packed + first, "junk", 4);
    parse_is(ctx, "t", packed, first + 4, OPTIONS(AUTO), GMIX_ERR_PARSE,
             "t: the zstd data is damaged: Unknown frame descriptor", __FILE__, __LINE__);
}
#endif

static int cancel_now(void *user) {
    (void)user;
    return 1;
}

static void check_cancel(void) {
    gmix_ctx_options opts;
    gmix_ctx *ctx = NULL;
    gmix_data *data = NULL;
    gmix_ctx_options_init(&opts);
    opts.cancel = cancel_now;
    CHECK_STATUS(NULL, gmix_ctx_new(&opts, &ctx), GMIX_OK);
    CHECK_STATUS(ctx, gmix_data_from_memory(ctx, "t", "1\n", 2, OPTIONS(AUTO), &data),
                 GMIX_ERR_CANCELLED);
    CHECK_EQ_STR(gmix_ctx_message(ctx), "cancelled while reading t");
    gmix_ctx_free(&ctx);
}

int main(void) {
    gmix_ctx *ctx = parse_ctx(1);
    if (!CHECK(scratch_make())) {
        return CHECK_DONE();
    }
    check_plain(ctx);
    check_shortened(ctx);
    check_pages(ctx);
    check_stdin(ctx);
    check_npy(ctx);
    check_cancel();
#ifdef GMIX_I_HAVE_ZLIB
    check_gzip(ctx);
#endif
#ifdef GMIX_I_HAVE_ZSTD
    check_zstd(ctx);
#endif
    scratch_remove();
    gmix_ctx_free(&ctx);
    return CHECK_DONE();
}
