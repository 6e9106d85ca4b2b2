/* Text tables: what is read, what is refused, and in which words. */
#include <stdlib.h>

#include "parse.h"

static void check_shapes(gmix_ctx *ctx) {
    const gmix_read_options *const o = OPTIONS(AUTO);
    CHECK_TABLE("a,b\n1,2\n3,4\n", o, "a,b: 1 2; 3 4");
    CHECK_TABLE("a,b\n1,2\n3,4", o, "a,b: 1 2; 3 4");
    CHECK_TABLE("1,2\n3,4\n", o, "1 2; 3 4");
    CHECK_TABLE("a;b\r\n1;2\r\n\r\n3;4\r\n", o, "a,b: 1 2; 3 4");
    CHECK_TABLE("a\tb\r1\t2\r3\t4\r", o, "a,b: 1 2; 3 4");
    CHECK_TABLE("a|b\n1|2\n", o, "a,b: 1 2");
    CHECK_TABLE("  a   b\n 1  2 \n\t3\t4\n", o, "a,b: 1 2; 3 4");
    CHECK_TABLE("1 2  3\n 4 5 6 \n", o, "1 2 3; 4 5 6");
    CHECK_TABLE("\xef\xbb\xbf"
                "a,b\n1,2\n",
                o, "a,b: 1 2");
    CHECK_TABLE("height\n1.5\n2.5\n", o, "height: 1.5; 2.5");
    CHECK_TABLE("height (cm)\n1\n2\n", o, "height (cm): 1; 2");
    CHECK_TABLE("17", o, "17");
    CHECK_TABLE("\n\n a , b \n \n 1 , 2 \n\n\n", o, "a,b: 1 2");
}

static void check_cells(gmix_ctx *ctx) {
    const gmix_read_options *const o = OPTIONS(AUTO);
    CHECK_TABLE("a,b\n\"1\",\" 2 \"\n", o, "a,b: 1 2");
    CHECK_TABLE("\"a \"\"x\"\"\",\"b,\nc\"\n1,2\n", o, "a \"x\",b,\nc: 1 2");
    CHECK_TABLE("a,b,c,d\n,NA,nan,NULL\n1,n/a,#N/A,none\n-nan,+NaN,<NA>,\"\"\n",
                OPTIONS(AUTO, COLUMNS("all")),
                "a,b,c,d: nan nan nan nan; 1 nan nan nan; nan nan nan nan");
    CHECK_TABLE("a,b,c\ninf,-Inf,+Infinity\n-INFINITY,+1e3,-.5E-1\n", o,
                "a,b,c: inf -inf inf; -inf 1000 -0.050000000000000003");
    CHECK_TABLE("a\n0.1\n1e400\n4.9e-324\n-0\n", o,
                "a: 0.10000000000000001; inf; 4.9406564584124654e-324; -0");
    CHECK_TABLE("a,,c,\n1,2,3,4\n", o, "a,column2,c,column4: 1 2 3 4");
    CHECK_TABLE("a,b\n,\n1,2\n", o, "a,b: nan nan; 1 2");
    CHECK_TABLE("a\tb\n\t2\n1\t\n", o, "a,b: nan 2; 1 nan");
    CHECK_TABLE("a\n1\n\n\"\"\nNA\n\n2\n", o,
                "a: 1; nan; nan; 2"); /* a blank line is none */
}

#define MISSING(...)                               \
    .missing = (const char *const[]){__VA_ARGS__}, \
    .n_missing = sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)

/* Words of the caller's for missing cells: text is compared, numbers by their value. */
static void check_missing(gmix_ctx *ctx) {
    CHECK_TABLE("a,b\n?,-999\n1,-999.0\n-9.99e2,\"?\"\n-9990,NA\n",
                OPTIONS(AUTO, COLUMNS("all"), MISSING("?", "-999")),
                "a,b: nan nan; 1 nan; nan nan; -9990 nan");
    CHECK_TABLE("a,b\nn.d.,2\nN.D.,-1\n", OPTIONS(AUTO, MISSING("n.d.")), "b: 2; -1");
    CHECK_TABLE("x,2\n3,x\n", OPTIONS(AUTO, MISSING("X")), "nan 2; 3 nan");
    CHECK_TABLE("a,c\n1,u\n0,?\n2,missing\n",
                OPTIONS(AUTO, .labels = "c", MISSING("missing", "0")),
                "a: 1 =u; nan =; 2 =");
    CHECK_REFUSED("a,b\n?,1\n2,!\n", OPTIONS(AUTO, MISSING("?")), GMIX_ERR_PARSE,
                  "t.csv: line 3, column 2 'b': \"!\" is not a number; correct the cell, "
                  "or leave it empty if its value is missing");
    CHECK_REFUSED("a\n1\n2\n!\n", OPTIONS(AUTO), GMIX_ERR_PARSE,
                  "t.csv: line 4, column 1 'a': \"!\" is not a number; correct the cell, "
                  "or write NA if its value is missing");
    CHECK_REFUSED("a,w\n1,2\n2,-1\n", OPTIONS(AUTO, .weights = "w", MISSING("-1")),
                  GMIX_ERR_DATA,
                  "t.csv: line 3, column 2 'w': \"-1\" is no weight: weights are numbers "
                  ">= 0, and none may be missing");
    CHECK_REFUSED("1\n", OPTIONS(AUTO, .n_missing = 33), GMIX_ERR_OPTION,
                  "33 words for missing cells: give from 0 to 32");
    CHECK_REFUSED("1\n", OPTIONS(AUTO, MISSING("a", NULL)), GMIX_ERR_ARGUMENT,
                  "missing[1] is NULL");
}

static void check_labels(gmix_ctx *ctx) {
    CHECK_TABLE("a,c,b\n1,x,2\n3,,4\n5,\"y, z\",6\n7,-,8\n9,NA,0\n1,?,1\n",
                OPTIONS(AUTO, .labels = "c"),
                "a,b: 1 2 =x; 3 4 =; 5 6 =y, z; 7 8 =; 9 0 =; 1 1 =");
    CHECK_TABLE("1,2\n3,4\n", OPTIONS(.header = 0, .labels = "0"), "2 =1; 4 =3");
    CHECK_TABLE("c,a\n\"say \"\"b\"\"\",1\n\xe9,2\n", OPTIONS(AUTO, .labels = "c"),
                "a: 1 =say \"b\"; 2 =\xc3\xa9");
    CHECK_TABLE("c,a\n,1\nNaN,2\n", OPTIONS(AUTO, .labels = "c"), "a: 1 =; 2 =");
    CHECK_REFUSED("c,a\nx,1\n", OPTIONS(AUTO, .labels = "d"), GMIX_ERR_OPTION,
                  "t.csv has no column 'd'; it has 'c', 'a'");
    CHECK_REFUSED("c\nx\n", OPTIONS(AUTO, .labels = "c"), GMIX_ERR_DATA,
                  "t.csv has no column but the labels");
    CHECK_REFUSED(
        "c,a\nx,1\n", OPTIONS(AUTO, COLUMNS("c"), .labels = "c"), GMIX_ERR_OPTION,
        "t.csv: column 'c' is asked for twice (a column of weights or labels is "
        "no feature)");
}

/* Classes are sorted: by value if all are numbers. */
static void check_class_order(gmix_ctx *ctx) {
    static const struct {
        const char *text, *first, *last;
        size_t n;
    } cases[] = {{"c,a\n10,1\n9,2\n,3\n9.5,4\n10,5\n", "9", "10", 3},
                 {"c,a\n10,1\n9,2\nb,3\n", "10", "b", 3},
                 {"c,a\nb,1\na,2\nB,3\n", "B", "b", 3}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gmix_data *read = NULL;
        CHECK_STATUS(ctx,
                     gmix_data_from_memory(ctx, "t.csv", cases[i].text,
                                           strlen(cases[i].text),
                                           OPTIONS(AUTO, .labels = "c"), &read),
                     GMIX_OK);
        const gmix_table *const t = gmix_data_table(read);
        CHECK_EQ_INT(t->n_classes, cases[i].n);
        CHECK_EQ_STR(t->class_names[0], cases[i].first);
        CHECK_EQ_STR(t->class_names[t->n_classes - 1], cases[i].last);
        gmix_data_free(&read);
    }
}

static void check_header(gmix_ctx *ctx) {
    CHECK_TABLE("1,2\n3,4\n", OPTIONS(.header = 1), "1,2: 3 4");
    CHECK_TABLE("1,2\n3,4\n", OPTIONS(.header = 0), "1 2; 3 4");
    /* Text over text beside numbers: data without names. */
    CHECK_TABLE("5.1,3.5,setosa\n4.9,3.0,setosa\n", OPTIONS(AUTO, COLUMNS("0", "1")),
                "5.0999999999999996 3.5; 4.9000000000000004 3");
    CHECK_TABLE("name,x\nann,1\nbob,2\n", OPTIONS(AUTO, COLUMNS("x")), "x: 1; 2");
    CHECK_TABLE("x,y\n3,abc\n", OPTIONS(AUTO, COLUMNS("x")), "x: 3");
    /* A number among names: a row with a slip, or a header. */
    static const char mixed[] = "1_000,2\n3,2\n5,7\n";
    CHECK_REFUSED(mixed, OPTIONS(AUTO), GMIX_ERR_PARSE,
                  "t.csv: line 1 has a name ('1_000') beside a number ('2'): is it a "
                  "header? Say header = 1 or 0");
    CHECK_TABLE(mixed, OPTIONS(.header = 1), "1_000,2: 3 2; 5 7");
    CHECK_REFUSED(mixed, OPTIONS(.header = 0), GMIX_ERR_PARSE,
                  "t.csv: line 1, column 1: \"1_000\" is not a number; correct the cell, "
                  "or leave it empty if its value is missing");
    CHECK_TABLE("x,\"2020\"\n3,4\n", OPTIONS(AUTO), "x,2020: 3 4");
}

/* Names that are not UTF-8 are Latin-1; what is UTF-8 stays. */
static void check_names(gmix_ctx *ctx) {
    CHECK_TABLE("gr\xf6\xdf"
                "e,h\xc3\xb6he\n1,2\n",
                OPTIONS(AUTO),
                "gr\xc3\xb6\xc3\x9f"
                "e,h\xc3\xb6he: 1 2");
    CHECK_TABLE("\xff,\"\xff\"\"\xe9\"\n1,2\n", OPTIONS(AUTO),
                "\xc3\xbf,\xc3\xbf\"\xc3\xa9: 1 2");
    CHECK_TABLE("\xf6,b\n1,2\n", OPTIONS(AUTO, COLUMNS("\xc3\xb6")), "\xc3\xb6: 1");
}

/* RFC 4180: nothing but the delimiter comes after a closing quote; blanks are let be. */
static void check_quotes(gmix_ctx *ctx) {
    static const char *const refusal =
        "t.csv: line 2, column 1: text follows the quote that "
        "closes this cell; a quote inside quotes is written twice";
    CHECK_TABLE("a,b\n\"1\" , \"2\"\t\r\n", OPTIONS(AUTO), "a,b: 1 2");
    CHECK_REFUSED("a,b\n\"1\"5,2\n", OPTIONS(AUTO), GMIX_ERR_PARSE, refusal);
    CHECK_REFUSED("a,b\n\"1\" \"5\",2\n", OPTIONS(AUTO), GMIX_ERR_PARSE, refusal);
    CHECK_REFUSED("a b\n\"1\"5 2\n", OPTIONS(AUTO), GMIX_ERR_PARSE, refusal);
    CHECK_REFUSED("t,b\n\"x\"y,2\n", OPTIONS(AUTO, COLUMNS("b")), GMIX_ERR_PARSE,
                  refusal);
    CHECK_REFUSED(
        "a,\"b\"c\n1,2\n", OPTIONS(AUTO), GMIX_ERR_PARSE,
        "t.csv: line 1, column 2: text follows the quote that closes this cell; a "
        "quote inside quotes is written twice");
}

static void check_columns(gmix_ctx *ctx) {
    static const char text[] = "a,b,word,w\n1,2,x,3\n4,5,\"y, \"\"z\"\"\",6\n";
    CHECK_TABLE(text, OPTIONS(AUTO, COLUMNS("b", "a")), "b,a: 2 1; 5 4");
    CHECK_TABLE(text, OPTIONS(AUTO, COLUMNS("3", "a")), "w,a: 3 1; 6 4");
    CHECK_TABLE(text, OPTIONS(AUTO, COLUMNS("a", "b"), .weights = "w"),
                "a,b: 1 2 *3; 4 5 *6");
    CHECK_TABLE("1,2,3\n4,5,6\n", OPTIONS(AUTO, .weights = "1"), "1 3 *2; 4 6 *5");
    CHECK_TABLE("1,0\n5,6\n", OPTIONS(.header = 1, COLUMNS("1")), "1: 5");
    CHECK_REFUSED(text, OPTIONS(AUTO, COLUMNS("wrd")), GMIX_ERR_OPTION,
                  "t.csv has no column 'wrd'; did you mean 'word'? It has 'a', 'b', "
                  "'word', 'w'");
    CHECK_REFUSED(text, OPTIONS(AUTO, COLUMNS("4")), GMIX_ERR_OPTION,
                  "t.csv has no column '4'; it has 'a', 'b', 'word', "
                  "'w'");
    CHECK_REFUSED("1,2\n", OPTIONS(AUTO, COLUMNS("2")), GMIX_ERR_OPTION,
                  "t.csv has no column '2': its columns are unnamed; their numbers are 0 "
                  "to 1");
    CHECK_REFUSED("1\n", OPTIONS(AUTO, .weights = "x"), GMIX_ERR_OPTION,
                  "t.csv has no column 'x': its only column is unnamed; its number is 0");
    CHECK_REFUSED(
        "a,b\n1,2\n", OPTIONS(AUTO, COLUMNS("a", "0")), GMIX_ERR_OPTION,
        "t.csv: column '0' is asked for twice (a column of weights or labels is no "
        "feature)");
    CHECK_REFUSED(
        "a,b\n1,2\n", OPTIONS(AUTO, COLUMNS("a"), .weights = "a"), GMIX_ERR_OPTION,
        "t.csv: column 'a' is asked for twice (a column of weights or labels is no "
        "feature)");
    CHECK_REFUSED("a\n1\n", OPTIONS(AUTO, .weights = "a"), GMIX_ERR_DATA,
                  "t.csv has no column but the weights");
}

static void check_bad_cells(gmix_ctx *ctx) {
    const gmix_read_options *const o = OPTIONS(AUTO);
    CHECK_REFUSED(
        "name,height\n1,2\n3,abc\n4,5\n", o, GMIX_ERR_PARSE,
        "t.csv: line 3, column 2 'height': \"abc\" is not a number; correct the "
        "cell, or leave it empty if its value is missing");
    CHECK_REFUSED(
        "1,2\r\n\r\n3,x\ty\r\n", o, GMIX_ERR_PARSE,
        "t.csv: line 3, column 2: \"x?y\" is not a number; correct the cell, or "
        "leave it empty if its value is missing");
    CHECK_REFUSED(
        "a,b,c\n1,x,3\n2,y,4\n", OPTIONS(AUTO, COLUMNS("b")), GMIX_ERR_PARSE,
        "t.csv: line 2, column 2 'b': \"x\" is not a number, nor is the rest of "
        "the column; choose the columns of numbers: --columns a,c");
    CHECK_REFUSED(
        "1,x\n2,y\n", OPTIONS(AUTO, COLUMNS("0", "1")), GMIX_ERR_PARSE,
        "t.csv: line 1, column 2: \"x\" is not a number, nor is the rest of the "
        "column; choose the columns of numbers: --columns 0");
    CHECK_REFUSED(
        "x;y\n1,5;2\n2.5;3\n", o, GMIX_ERR_PARSE,
        "t.csv: line 3, column 1 'x': \"2.5\" is written otherwise than \"1,5\" in "
        "line 2: one of them is a slip, or the points and commas of the column do "
        "not mean the same; correct the cells");
    CHECK_REFUSED("a\n0x10\n", o, GMIX_ERR_PARSE,
                  "t.csv: line 2, column 1 'a': \"0x10\" is not a number; correct the "
                  "cell, or write NA if its value is missing");
    CHECK_REFUSED("a,b\n1,\"2\n3\"\n4,\"z\"\n", OPTIONS(AUTO, COLUMNS("b")),
                  GMIX_ERR_PARSE,
                  "t.csv: line 2, column 2 'b': \"2?3\" is not a number, nor is the rest "
                  "of the column; choose the columns of numbers: --columns a");
    CHECK_REFUSED("a,b\n1,\"2\n3,4\n", o, GMIX_ERR_PARSE,
                  "t.csv: line 2, column 2: the quote that opens this cell is never "
                  "closed");
    CHECK_REFUSED("\"a,b\n1,2\n", o, GMIX_ERR_PARSE,
                  "t.csv: line 1, column 1: the quote that opens this cell is never "
                  "closed");
    CHECK_REFUSED("a,w\n1,2\n2,-1\n", OPTIONS(AUTO, .weights = "w"), GMIX_ERR_DATA,
                  "t.csv: line 3, column 2 'w': \"-1\" is no weight: weights are numbers "
                  ">= 0, and none may be missing");
    CHECK_REFUSED(
        "w,a\n1,2\n,1\n", OPTIONS(AUTO, .weights = "w"), GMIX_ERR_DATA,
        "t.csv: line 3, column 1 'w': \"\" is no weight: weights are numbers >= "
        "0, and none may be missing");
    CHECK_REFUSED(
        "w,a\ninf,2\n", OPTIONS(AUTO, .weights = "w"), GMIX_ERR_DATA,
        "t.csv: line 2, column 1 'w': \"inf\" is no weight: weights are numbers "
        ">= 0, and none may be missing");
    CHECK_REFUSED(
        "w,a\n1,2\ntwo,1\n", OPTIONS(AUTO, .weights = "w"), GMIX_ERR_DATA,
        "t.csv: line 3, column 1 'w': \"two\" is no weight: weights are numbers "
        ">= 0, and none may be missing");
    CHECK_TABLE("w;a\n1;2\n1,5;1\n", OPTIONS(AUTO, .weights = "w"), "a: 2 *1; 1 *1.5");
}

static void check_bad_shapes(gmix_ctx *ctx) {
    const gmix_read_options *const o = OPTIONS(AUTO);
    static const char wrong[] = "correct the line: cells or delimiters are missing or in "
                                "excess";
    char expected[200];
    (void)snprintf(expected, sizeof expected,
                   "t.csv: line 4 has 1 cell, but the header (line 2) has 2; %s", wrong);
    CHECK_REFUSED("\na,b\n1,2\n3\n", o, GMIX_ERR_PARSE, expected);
    (void)snprintf(expected, sizeof expected,
                   "t.csv: line 2 has 3 cells, but the first row (line 1) has 2; %s",
                   wrong);
    CHECK_REFUSED("1,2\n3,4,5\n6,7\n", o, GMIX_ERR_PARSE, expected);
    CHECK_TABLE("x y\n\"1\" 2 3\n\"2\" 4 5\n", OPTIONS(AUTO, COLUMNS("x", "y")),
                "x,y: 2 3; 4 5");
    (void)snprintf(expected, sizeof expected,
                   "t.csv: line 2 has 1 cell, but the header (line 1) has 9; %s", wrong);
    CHECK_REFUSED("a,b,c,d,e,f,g,h,i\n1\n2\n3\n", o, GMIX_ERR_PARSE, expected);
    CHECK_REFUSED("a,b,a\n1,2,3\n", o, GMIX_ERR_PARSE,
                  "t.csv: two columns are called 'a'; give every column its own name in "
                  "the first line, or choose columns by number");
    CHECK_TABLE("a,b,a\n1,2,3\n4,5,6\n", OPTIONS(AUTO, COLUMNS("1", "2")),
                "b,a: 2 3; 5 6");
    CHECK_REFUSED("a,b,a\n1,2,3\n", OPTIONS(AUTO, COLUMNS("a")), GMIX_ERR_PARSE,
                  "t.csv: two columns are called 'a'; give every column its own name in "
                  "the first line, or choose columns by number");
    CHECK_REFUSED("", o, GMIX_ERR_DATA, "t.csv is empty");
    CHECK_REFUSED("\n \r\n\n", o, GMIX_ERR_PARSE, "t.csv has only blank lines");
    CHECK_REFUSED("a,b\n", o, GMIX_ERR_DATA, "t.csv has a header and no rows");
    CHECK_REFUSED("a,b", o, GMIX_ERR_DATA, "t.csv has a header and no rows");
    CHECK_REFUSED("\xff\xfe"
                  "1\0",
                  o, GMIX_ERR_PARSE,
                  "t.csv is UTF-16 text, which is not read; make CSV of it: iconv -f "
                  "UTF-16 -t UTF-8 t.csv > t-utf8.csv");
    CHECK_REFUSED(
        "1\0,\0", o, GMIX_ERR_PARSE,
        "t.csv is no text: byte 1 is zero (binary, or UTF-16: save it as CSV in "
        "UTF-8, or as NPY)");
    CHECK_REFUSED("PK\x03\x04rest", o, GMIX_ERR_PARSE,
                  "t.csv is a zip archive; unpack it: unzip t.csv");
}

static void check_options(gmix_ctx *ctx) {
    CHECK_TABLE("1;2\n", OPTIONS(AUTO, .delimiter = ';'), "1 2");
    CHECK_TABLE("1:2\n", OPTIONS(AUTO, .delimiter = ':'), "1 2");
    CHECK_TABLE("1 2\t3\n", OPTIONS(AUTO, .delimiter = ' '), "1 2 3");
    CHECK_REFUSED(
        "1e2\n", OPTIONS(AUTO, .delimiter = 'e'), GMIX_ERR_OPTION,
        "the delimiter cannot be a letter, a digit or one of \" + - .; use , ; | "
        "a tab or a blank");
    CHECK_REFUSED("1\n", OPTIONS(AUTO, .n_columns = 1), GMIX_ERR_ARGUMENT,
                  "n_columns is 1, columns is NULL");
    CHECK_REFUSED("1\n", &(gmix_read_options){.struct_size = 3}, GMIX_ERR_ARGUMENT,
                  "gmix_read_options was not set by gmix_read_options_init(), or is of a "
                  "newer gmix than this library");
}

/* Pieces parsed side by side give the same table, and the first fault of the file. */
static void check_pieces(void) {
    enum { ROWS = 400000 };
    char *const text = malloc((size_t)ROWS * 40);
    if (!CHECK(text)) {
        return;
    }
    char *p = text + sprintf(text, "a,b\n");
    for (size_t i = 0; i < ROWS; i++) {
        p += sprintf(p, "%.17g,%zu%s", (double)i / 7.0, i, i % 1000 ? "\n" : "\r\n \n");
    }
    const size_t n = (size_t)(p - text);
    for (int threads = 1; threads <= 5; threads += 2) {
        gmix_ctx *ctx = parse_ctx(threads);
        gmix_data *data = NULL;
        CHECK_STATUS(ctx,
                     gmix_data_from_memory(ctx, "big", text, n, OPTIONS(AUTO), &data), 0);
        const gmix_table *const t = gmix_data_table(data);
        bool same = t->n_rows == ROWS;
        for (size_t i = 0; same && i < ROWS; i++) {
            same = parse_cell(t, i, 0) == (double)i / 7.0 &&
                   parse_cell(t, i, 1) == (double)i;
        }
        CHECK(same);
        gmix_data_free(&data);
        gmix_ctx_free(&ctx);
    }
    text[n - 20] = text[n / 3] = text[n / 2] = 'x';
    char first[GMIX_I_MESSAGE_SIZE] = "";
    for (int threads = 1; threads <= 5; threads += 2) {
        gmix_ctx *ctx = parse_ctx(threads);
        gmix_data *data = NULL;
        CHECK_STATUS(ctx,
                     gmix_data_from_memory(ctx, "big", text, n, OPTIONS(AUTO), &data),
                     GMIX_ERR_PARSE);
        if (threads == 1) {
            (void)snprintf(first, sizeof first, "%s", gmix_ctx_message(ctx));
        }
        CHECK_EQ_STR(gmix_ctx_message(ctx), first);
        gmix_ctx_free(&ctx);
    }
    free(text);
}

/* Comments above the table and in it, names in the last of them; years, and numbers in quotes, as names. */
static void check_headings(gmix_ctx *ctx) {
    const gmix_read_options *const o = OPTIONS(AUTO);
    CHECK_TABLE("# made by X\n# a, b\n1,2\n# pause\n3,4\n", o, "a,b: 1 2; 3 4");
    CHECK_TABLE("# made by X, v2\na,b\n1,2\n3,4\n", o, "a,b: 1 2; 3 4");
    CHECK_TABLE("# made by X\n1,2\n3,4\n", o, "1 2; 3 4");
    CHECK_TABLE("#,b\n7,2\n7,4\n", o, "#,b: 7 2; 7 4");
    CHECK_TABLE("# a b\n1 2\n3 4\n", o, "a,b: 1 2; 3 4");
    CHECK_TABLE("# a\n# 1 2\n1 2\n3 4\n", o, "1 2; 3 4");
    CHECK_REFUSED("# a\n\n# b\n", o, GMIX_ERR_PARSE,
                  "t.csv has only comments and blank lines");
    CHECK_TABLE("2019,2020,2021\n1,2,3\n4,5,7\n", o, "2019,2020,2021: 1 2 3; 4 5 7");
    CHECK_TABLE("1990,2000,2010\n1,2,3\n", o, "1990,2000,2010: 1 2 3");
    CHECK_TABLE("2019,2020,2021\n2020,2021,2022\n", o, "2019 2020 2021; 2020 2021 2022");
    CHECK_TABLE("2019,2020,2020\n1,2,3\n", o, "2019 2020 2020; 1 2 3");
    CHECK_TABLE("2019,2020,2021\n1,2,3\n", OPTIONS(.header = 0), "2019 2020 2021; 1 2 3");
    CHECK_TABLE("\"1\",\"2\"\n1,2.5\n3,4\n", o, "1,2: 1 2.5; 3 4");
    CHECK_TABLE("\"1\",\"2\"\n\"1\",\"2.5\"\n", o, "1 2; 1 2.5");
}

/* Signs that are no hyphens. */
static void check_negatives(gmix_ctx *ctx) {
    const gmix_read_options *const o = OPTIONS(AUTO);
    CHECK_TABLE("a;b\n(1,234.5);1\n(12);2\n", o, "a,b: -1234.5 1; -12 2");
    CHECK_TABLE("a;b\n(0,5);1\n1,25;2\n", o, "a,b: -0.5 1; 1.25 2");
    CHECK_TABLE("a,b\n\xe2\x88\x92"
                "2.5,1\n3,\xe2\x88\x92"
                "1e3\n",
                o, "a,b: -2.5 1; 3 -1000");
    CHECK_REFUSED("a\n1\n(-2)\n", o, GMIX_ERR_PARSE,
                  "t.csv: line 3, column 1 'a': \"(-2)\" is not a number; correct the "
                  "cell, or write NA if its value is missing");
}

int main(void) {
    gmix_ctx *ctx = parse_ctx(1);
    check_headings(ctx);
    check_negatives(ctx);
    check_shapes(ctx);
    check_cells(ctx);
    check_missing(ctx);
    check_labels(ctx);
    check_class_order(ctx);
    check_header(ctx);
    check_names(ctx);
    check_quotes(ctx);
    check_columns(ctx);
    check_bad_cells(ctx);
    check_bad_shapes(ctx);
    check_options(ctx);
    check_pieces();
    gmix_ctx_free(&ctx);
    return CHECK_DONE();
}
