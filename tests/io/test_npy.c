/* NPY files: types, orders, shapes, choices of columns, and every way of being cut off.
 */
#include <stdint.h>
#include <stdlib.h>

#include "parse.h"

enum { HEADER_SIZE = 128, FILE_SIZE = 1024 };

/* Writes a file with this dictionary and these bytes; returns its size. */
static size_t make_file(char *out, int version, const char *dictionary, const void *data,
                        size_t n) {
    const size_t start = version == 1 ? 10 : 12;
    const size_t length = HEADER_SIZE - start;
    memset(out, ' ', HEADER_SIZE);
    memcpy(out, "\x93NUMPY", 6);
    out[6] = (char)version;
    out[7] = 0;
    memset(out + 8, 0, start - 8);
    out[8] = (char)length;
    memcpy(out + start, dictionary, strlen(dictionary));
    out[HEADER_SIZE - 1] = '\n';
    memcpy(out + HEADER_SIZE, data, n);
    return HEADER_SIZE + n;
}

static bool check_file(gmix_ctx *ctx, int version, const char *dictionary,
                       const void *data, size_t n, const gmix_read_options *opts,
                       gmix_status status, const char *expected, int line) {
    char file[FILE_SIZE];
    const size_t size = make_file(file, version, dictionary, data, n);
    return parse_is(ctx, "t.npy", file, size, opts, status, expected, __FILE__, line);
}

#define READS(dictionary, data, expected)                                          \
    check_file(ctx, 1, (dictionary), (data), sizeof(data), OPTIONS(AUTO), GMIX_OK, \
               (expected), __LINE__)
#define REFUSES(dictionary, data, status, expected)                                 \
    check_file(ctx, 1, (dictionary), (data), sizeof(data), OPTIONS(AUTO), (status), \
               (expected), __LINE__)

#define C_ORDER "'fortran_order': False, "

static void check_types(gmix_ctx *ctx) {
    static const double f8[] = {1.5, -2.0, 0x1p-1074, 4.0, 1e300, -0.0};
    static const float f4[] = {1.5f, -2.0f, 3.25f, 4.0f};
    static const uint8_t big_f8[] = {0x3f, 0xf8, 0, 0, 0, 0, 0, 0,
                                     0xc0, 0,    0, 0, 0, 0, 0, 0};
    static const uint8_t big_f4[] = {0x3f, 0xc0, 0, 0, 0xc0, 0, 0, 0};
    static const uint8_t half[] = {0x00, 0x3e, 0x00, 0xc0, 0x01, 0x00, 0x00, 0x7c};
    static const int8_t i1[] = {-1, 2, 3, -128};
    static const int16_t i2[] = {-300, 2};
    static const int32_t i4[] = {-70000, 2};
    static const int64_t i8[] = {-5000000000, INT64_MAX};
    static const uint64_t u8[] = {UINT64_MAX, 1};
    static const uint8_t big_u2[] = {1, 0, 0, 1};
    static const uint8_t b1[] = {1, 0};
    READS("{'descr': '<f8', " C_ORDER "'shape': (3, 2), }", f8,
          "1.5 -2; 4.9406564584124654e-324 4; 1.0000000000000001e+300 -0");
    READS("{'descr': '<f8', 'fortran_order': True, 'shape': (3, 2), }", f8,
          "1.5 4; -2 1.0000000000000001e+300; 4.9406564584124654e-324 -0");
    READS("{\"shape\":(2,2),\"fortran_order\":False,\"descr\":\"<f4\"}", f4,
          "1.5 -2; 3.25 4");
    READS("{'descr': '=f4', " C_ORDER "'shape': (4,)}", f4, "1.5; -2; 3.25; 4");
    READS("{'descr': '>f8', " C_ORDER "'shape': (2, 1)}", big_f8, "1.5; -2");
    READS("{'descr': '>f4', " C_ORDER "'shape': (1, 2)}", big_f4, "1.5 -2");
    READS("{'descr': '<f2', " C_ORDER "'shape': (4,)}", half,
          "1.5; -2; 5.9604644775390625e-08; inf");
    READS("{'descr': '|i1', 'fortran_order': True, 'shape': (2, 2)}", i1, "-1 3; 2 -128");
    READS("{'descr': '<i2', " C_ORDER "'shape': (2,)}", i2, "-300; 2");
    READS("{'descr': '<i4', " C_ORDER "'shape': (2,)}", i4, "-70000; 2");
    READS("{'descr': '<i8', " C_ORDER "'shape': (2,)}", i8,
          "-5000000000; 9.2233720368547758e+18");
    READS("{'descr': '<u8', " C_ORDER "'shape': (2,)}", u8, "1.8446744073709552e+19; 1");
    READS("{'descr': '>u2', " C_ORDER "'shape': (2,)}", big_u2, "256; 1");
    READS("{'descr': '|b1', " C_ORDER "'shape': (2,)}", b1, "1; 0");
}

static void check_versions(gmix_ctx *ctx) {
    static const double x[] = {1.0, 2.0};
    static const char dictionary[] = "{'descr': '<f8', " C_ORDER "'shape': (1, 2), }";
    for (int version = 1; version <= 3; version++) {
        check_file(ctx, version, dictionary, x, sizeof x, OPTIONS(AUTO), GMIX_OK, "1 2",
                   __LINE__);
    }
    check_file(ctx, 4, dictionary, x, sizeof x, OPTIONS(AUTO), GMIX_ERR_PARSE,
               "t.npy is NPY version 4.0; versions 1.0 to 3.0 are read", __LINE__);
}

static void check_columns(gmix_ctx *ctx) {
    static const double f8[] = {1, 2, 3, 4, 5, 6, 7, 8};
    static const char *const dictionaries[] = {
        "{'descr': '<f8', " C_ORDER "'shape': (2, 4), }",
        "{'descr': '<i8', " C_ORDER "'shape': (2, 4), }"};
    int64_t i8[8];
    for (size_t i = 0; i < 8; i++) {
        i8[i] = (int64_t)f8[i];
    }
    for (int whole = 0; whole < 2; whole++) { /* shown in place, and copied */
        const char *const d = dictionaries[whole];
        const void *const x = whole ? (const void *)i8 : (const void *)f8;
        check_file(ctx, 1, d, x, sizeof f8, OPTIONS(AUTO, COLUMNS("3", "1")), GMIX_OK,
                   "4 2; 8 6", __LINE__);
        check_file(ctx, 1, d, x, sizeof f8, OPTIONS(AUTO, COLUMNS("2")), GMIX_OK, "3; 7",
                   __LINE__);
        check_file(ctx, 1, d, x, sizeof f8, OPTIONS(AUTO, COLUMNS("0", "3", "1")),
                   GMIX_OK, "1 4 2; 5 8 6", __LINE__);
        check_file(ctx, 1, d, x, sizeof f8, OPTIONS(AUTO, .weights = "0"), GMIX_OK,
                   "2 3 4 *1; 6 7 8 *5", __LINE__);
        check_file(ctx, 1, d, x, sizeof f8, OPTIONS(AUTO, .weights = "1"), GMIX_OK,
                   "1 3 4 *2; 5 7 8 *6", __LINE__);
        check_file(
            ctx, 1, d, x, sizeof f8, OPTIONS(AUTO, COLUMNS("4")), GMIX_ERR_OPTION,
            "t.npy has no column '4': its columns are unnamed; their numbers are 0 "
            "to 3",
            __LINE__);
    }
    static const double bad[] = {1, 2, 3, -4};
    check_file(
        ctx, 1, "{'descr': '<f8', " C_ORDER "'shape': (2, 2)}", bad, sizeof bad,
        OPTIONS(AUTO, .weights = "1"), GMIX_ERR_DATA,
        "t.npy: row 2, column 2: -4 is no weight: weights are numbers >= 0, and none "
        "may be missing",
        __LINE__);
}

static void check_refusals(gmix_ctx *ctx) {
    static const double x[] = {1, 2, 3, 4, 5, 6, 7, 8};
    REFUSES("{'descr': '<c16', " C_ORDER "'shape': (4,)}", x, GMIX_ERR_PARSE,
            "t.npy is an NPY file of complex numbers; save real and imaginary parts as "
            "columns");
    REFUSES("{'descr': '|O', " C_ORDER "'shape': (4,)}", x, GMIX_ERR_PARSE,
            "t.npy is an NPY file of Python objects; convert it first: numpy.save(file, "
            "x.astype(float))");
    REFUSES("{'descr': '<U8', " C_ORDER "'shape': (2,)}", x, GMIX_ERR_PARSE,
            "t.npy is an NPY file of text; convert it first: numpy.save(file, "
            "x.astype(float))");
    REFUSES("{'descr': [('a', '<f8'), ('b', '<f8')], " C_ORDER "'shape': (4,)}", x,
            GMIX_ERR_PARSE,
            "t.npy is an NPY file of records; save its columns as one array of numbers");
    REFUSES("{'descr': '<M8[D]', " C_ORDER "'shape': (8,)}", x, GMIX_ERR_PARSE,
            "t.npy is an NPY file of dates or times; convert them to numbers first");
    REFUSES(
        "{'descr': '<f16', " C_ORDER "'shape': (4,)}", x, GMIX_ERR_PARSE,
        "t.npy is an NPY file of numbers of a type that is not read; convert it first: "
        "numpy.save(file, x.astype(float))");
    REFUSES("{'descr': '<f8', " C_ORDER "'shape': (2, 2, 2)}", x, GMIX_ERR_PARSE,
            "t.npy holds an array of 3 dimensions; a table has 2: rows and columns");
    REFUSES("{'descr': '<f8', " C_ORDER "'shape': ()}", x, GMIX_ERR_PARSE,
            "t.npy holds an array of 0 dimensions; a table has 2: rows and columns");
    REFUSES("{'descr': '<f8', " C_ORDER "'shape': (0, 2)}", x, GMIX_ERR_DATA,
            "t.npy holds 0 rows and 2 columns");
    REFUSES("{'descr': '<f8', " C_ORDER "'shape': (1, 0)}", x, GMIX_ERR_DATA,
            "t.npy holds 1 row and 0 columns");
    REFUSES("{'descr': '|u1', " C_ORDER "'shape': (9, 9)}", x, GMIX_ERR_PARSE,
            "t.npy promises 9 x 9 numbers of 1 byte, but holds 64 bytes: it is "
            "incomplete; save or fetch it again");
    REFUSES(
        "{'descr': '<f8', " C_ORDER "'shape': (3, 3)}", x, GMIX_ERR_PARSE,
        "t.npy promises 3 x 3 numbers of 8 bytes, but holds 64 bytes: it is incomplete; "
        "save or fetch it again");
    REFUSES(
        "{'descr': '<f8', " C_ORDER "'shape': (4294967296, 4294967297)}", x,
        GMIX_ERR_PARSE,
        "t.npy promises 4294967296 x 4294967297 numbers of 8 bytes, but holds 64 bytes: "
        "it is incomplete; save or fetch it again");
    static const char *const malformed[] = {
        "{'descr': '<f8', " C_ORDER "'shape': (99999999999999999999, 1)}",
        "{'descr': '<f8', " C_ORDER "'shape': (2 2)}",
        "{'descr': '<f8', " C_ORDER "'shape': (2,",
        "{'descr': '<f8', " C_ORDER "'shape': (-2, 2)}",
        "{'descr': '<f8', " C_ORDER "'shape': (1,1,1,1,1,1,1,1,1)}",
        "{'descr': '<f8', 'shape': (2, 2)}",
        "{'descr': '<f8', 'fortran_order': Maybe, 'shape': (2, 2)}",
        "{'descr': '<f8, " C_ORDER "}",
        "{'descr': '', " C_ORDER "'shape': (2, 2)}",
        "{'what': '', 'descr': '<f8', " C_ORDER "'shape': (2, 2)}",
        "['descr']",
        ""};
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        REFUSES(malformed[i], x, GMIX_ERR_PARSE,
                "t.npy is an NPY file whose header is malformed; save it again");
    }
}

/* No prefix of a file is a table, and none does harm. */
static void check_prefixes(gmix_ctx *ctx) {
    static const double x[] = {1, 2, 3, 4, 5, 6};
    char file[FILE_SIZE];
    const size_t size =
        make_file(file, 2, "{'descr': '<f8', " C_ORDER "'shape': (2, 3)}", x, sizeof x);
    for (size_t n = 0; n < size; n++) {
        gmix_data *data = NULL;
        char *const part = malloc(n + 1); /* so that ASan sees a step too far */
        memcpy(part, file, n);
        CHECK_WHERE("%zu bytes", n);
        CHECK_STATUS(ctx,
                     gmix_data_from_memory(ctx, "t.npy", part, n, OPTIONS(AUTO), &data),
                     n == 0 ? GMIX_ERR_DATA : GMIX_ERR_PARSE);
        CHECK(strncmp(gmix_ctx_message(ctx), "t.npy", 5) == 0);
        gmix_data_free(&data);
        free(part);
    }
    CHECK_WHERE("%s", "");
}

int main(void) {
    gmix_ctx *ctx = parse_ctx(2);
    check_types(ctx);
    check_versions(ctx);
    check_columns(ctx);
    check_refusals(ctx);
    check_prefixes(ctx);
    gmix_ctx_free(&ctx);
    return CHECK_DONE();
}
