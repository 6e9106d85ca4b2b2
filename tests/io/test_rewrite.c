/* A table's own text again: byte by byte what it was, with new cells and filled ones between. */
#include <stdlib.h>

#include <gmix/rewrite.h>

#include "io/parse.h"

struct written {
    char text[4096];
    size_t n;
};

static void take(void *self, const char *bytes, size_t n) {
    struct written *const w = self;
    CHECK(w->n + n < sizeof w->text);
    if (w->n + n < sizeof w->text) {
        memcpy(w->text + w->n, bytes, n);
        w->n += n;
        w->text[w->n] = '\0';
    }
}

/* Writes the text again with n_new columns and, if asked, its missing cells as 0.5, 1.5, ... */
static void check_text(gmix_ctx *ctx, const char *text, size_t length, size_t n_new,
                       bool fills, const char *expected) {
    static const char *const names[] = {"component", "say \"\xc3\xa9\""};
    static const gmix_cell cells[] = {{NULL, -0.12345678}, {"a;b,c", 0}};
    static struct written w;
    w = (struct written){.n = 0};
    gmix_data *data = NULL;
    gmix_rewriter *r = NULL;
    CHECK_WHERE("%.100s", text);
    if (!CHECK_STATUS(ctx,
                      gmix_data_from_memory(ctx, "t", text, length,
                                            OPTIONS(AUTO, .keep_text = 1), &data),
                      GMIX_OK)) {
        return;
    }
    const gmix_table *const t = gmix_data_table(data);
    double filled[8];
    for (size_t j = 0; j < 8; j++) {
        filled[j] = 0.5 + (double)j;
    }
    CHECK_STATUS(ctx, gmix_rewriter_new(ctx, data, 3, take, &w, &r), GMIX_OK);
    CHECK_STATUS(ctx, gmix_rewriter_heading(ctx, r, names, n_new), GMIX_OK);
    for (size_t i = 0; i < t->n_rows; i++) {
        CHECK_STATUS(ctx, gmix_rewriter_row(ctx, r, fills ? filled : NULL, cells, n_new),
                     GMIX_OK);
    }
    CHECK_STATUS(ctx, gmix_rewriter_row(ctx, r, NULL, cells, n_new), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_rewriter_end(ctx, r), GMIX_OK);
    CHECK_EQ_STR(w.text, expected);
    gmix_rewriter_free(&r);
    gmix_data_free(&data);
}

#define CHECK_SAME(text) check_text(ctx, text, sizeof(text) - 1, 0, false, text)
#define CHECK_APPENDED(text, expected) \
    check_text(ctx, text, sizeof(text) - 1, 2, false, expected)
#define CHECK_FILLED(text, expected) \
    check_text(ctx, text, sizeof(text) - 1, 0, true, expected)

static void check_same(gmix_ctx *ctx) {
    CHECK_SAME("a,b\n1,2\n3,4");
    CHECK_SAME("\xef\xbb\xbfsep=;\r\n\r\n\"a\" ;b\r\n1,5;\"x\ny\"\r\n\r\n;u\r\n \r\n");
    CHECK_SAME("1 2  \n 3\t4\n");
    CHECK_SAME("a,b\r1,2\r3,4\r");
}

static void check_appended(gmix_ctx *ctx) {
    CHECK_APPENDED("a,b\n1,2\n3,4\n",
                   "a,b,component,\"say \"\"\xc3\xa9\"\"\"\n1,2,-0.123,\"a;b,c\"\n"
                   "3,4,-0.123,\"a;b,c\"\n");
    CHECK_APPENDED(
        "a;b\r\n1,5;2\r\n\r\n3;4",
        "a;b;component;\"say \"\"\xc3\xa9\"\"\"\r\n1,5;2;-0,123;\"a;b,c\"\r\n\r\n"
        "3;4;-0,123;\"a;b,c\"");
    CHECK_APPENDED(
        "a,b\n\"1,5\",2\n3,4\n\"2,25\",1\n",
        "a,b,component,\"say \"\"\xc3\xa9\"\"\"\n\"1,5\",2,\"-0,123\",\"a;b,c\"\n"
        "3,4,\"-0,123\",\"a;b,c\"\n\"2,25\",1,\"-0,123\",\"a;b,c\"\n");
    CHECK_APPENDED("component|\xe9\n1|2\n",
                   "component|\xe9|component_2|\"say \"\"\xe9\"\"\"\n1|2|-0.123|a;b,c\n");
    CHECK_APPENDED("1 2\n", "1 2 -0.123 a;b,c\n");
}

static void check_filled(gmix_ctx *ctx) {
    CHECK_FILLED("a;n;b\n1,5;x; \n;\"y\";NA\n\"NA\";z;3\n1;y;2\n",
                 "a;n;b\n1,5;x; 1,5\n0,5;\"y\";1,5\n\"0,5\";z;3\n1;y;2\n");
}

static void check_refused(gmix_ctx *ctx) {
    static struct written w;
    gmix_data *data = NULL;
    gmix_rewriter *r = NULL;
    CHECK_STATUS(ctx, gmix_data_from_memory(ctx, "t", "1,2\n", 4, NULL, &data), GMIX_OK);
    CHECK_STATUS(ctx, gmix_rewriter_new(ctx, data, 3, take, &w, &r),
                 GMIX_ERR_UNSUPPORTED);
    CHECK_STATUS(ctx, gmix_rewriter_new(ctx, data, 18, take, &w, &r), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_rewriter_new(ctx, data, 3, NULL, &w, &r), GMIX_ERR_ARGUMENT);
    CHECK(r == NULL);
    gmix_data_free(&data);
}

int main(void) {
    gmix_ctx *ctx = parse_ctx(1);
    check_same(ctx);
    check_appended(ctx);
    check_filled(ctx);
    check_refused(ctx);
    gmix_ctx_free(&ctx);
    return CHECK_DONE();
}
