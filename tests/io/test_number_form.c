/*
 * Numbers as people write them. The property that matters: a number is read as what was
 * written, to the bit, or the file is refused; it is never another number.
 */
#include <math.h>
#include <stdlib.h>

#include "files/number_form.h"
#include "io/parse.h"

static uint64_t state = 88172645463325252u;

static uint64_t draw(uint64_t n) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % n;
}

/* How one column is written. */
struct style {
    const char *thousands;
    char decimal;
    int places;
};

static const char *const marks[] = {
    "", ",", ".", " ", "'", "\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x99"};

static struct style draw_style(char decimal) {
    struct style s = {.decimal = decimal, .places = (int)draw(5)};
    do {
        s.thousands = marks[draw(sizeof marks / sizeof *marks)];
    } while (s.thousands[0] == decimal);
    return s;
}

/* A number of whole and fraction digits in this style, and its value. */
static double write_number(struct style s, char *text) {
    char digits[32], *to = text;
    const bool small = draw(3) == 0;
    const long long whole = (long long)draw(small ? 100 : draw(2) ? 100000 : 100000000);
    const bool minus = draw(4) == 0;
    const size_t n = (size_t)snprintf(digits, sizeof digits, "%lld", whole);
    *to = '-';
    to += minus;
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0) {
            to += sprintf(to, "%s", s.thousands);
        }
        *to++ = digits[i];
    }
    *to = '\0';
    char exact[64];
    const int at = sprintf(exact, "%s%lld", minus ? "-" : "", whole);
    if (s.places > 0) {
        static const int scales[] = {1, 10, 100, 1000, 10000};
        const int fraction = scales[s.places] + (int)draw((uint64_t)scales[s.places]);
        to += sprintf(to, "%d", fraction);
        to[-1 - s.places] = s.decimal; /* in place of the 1 before the zeros */
        sprintf(exact + at, "%d", fraction);
        exact[at] = '.';
    }
    return strtod(exact, NULL);
}

enum { MOST_ROWS = 12, MOST_COLUMNS = 4 };

/* A random table; says whether it was read. */
static bool check_table(gmix_ctx *ctx, bool told) {
    static const char delimiters[] = ";\t,|";
    const char delimiter = delimiters[draw(4)];
    const size_t n = 1 + draw(MOST_ROWS), d = 1 + draw(MOST_COLUMNS);
    const char *const quote = delimiter == ',' || draw(4) == 0 ? "\"" : "";
    const char decimal = draw(2) ? ',' : '.'; /* a file has one; marks differ by column */
    struct style styles[MOST_COLUMNS];
    double truth[MOST_ROWS * MOST_COLUMNS];
    char text[8192], *to = text;
    for (size_t j = 0; j < d; j++) {
        styles[j] = told && j > 0 ? styles[0] : draw_style(decimal);
        to += sprintf(to, "%sc%zu", j ? (char[]){delimiter, 0} : "", j);
    }
    for (size_t i = 0; i < n; i++) {
        to += sprintf(to, "\r\n");
        for (size_t j = 0; j < d; j++) {
            char number[64];
            truth[i * d + j] = write_number(styles[j], number);
            to += sprintf(to, "%s%s%s%s", j ? (char[]){delimiter, 0} : "", quote, number,
                          quote);
        }
    }
    gmix_read_options opts;
    gmix_read_options_init(&opts);
    opts.delimiter = d == 1 || n < 3 ? delimiter : '\0';
    opts.header = 1;
    if (told) {
        const unsigned char mark = (unsigned char)styles[0].thousands[0];
        opts.decimal = styles[0].decimal;
        opts.thousands = mark == 0 ? '-'
                         : strcmp(styles[0].thousands, "\xe2\x80\x99")
                             ? mark < 0x80 ? (char)mark : ' '
                             : '\'';
    }
    gmix_data *data = NULL;
    const gmix_status status =
        gmix_data_from_memory(ctx, "t", text, (size_t)(to - text), &opts, &data);
    CHECK_WHERE("%.100s", text);
    if (status != GMIX_OK) {
        CHECK_EQ_INT(status, GMIX_ERR_PARSE);
        return false;
    }
    const gmix_table *const t = gmix_data_table(data);
    if (CHECK(t->n_rows == n && t->n_cols == d)) {
        for (size_t i = 0; i < n * d; i++) {
            const double x = ((const double *)t->data)[i];
            const struct style style = styles[i % d];
            /* what a plain number is: in a file without other signs 1.234 stays 1.234 */
            const bool plain = !told && style.thousands[0] == '.' && style.places == 0;
            CHECK(x == truth[i] || (plain && fabs(x * 1000 - truth[i]) < 0.5));
        }
    }
    gmix_data_free(&data);
    return true;
}

static void check_random(gmix_ctx *ctx) {
    size_t read = 0, told = 0;
    for (int i = 0; i < 20000; i++) {
        read += check_table(ctx, false);
        told += check_table(ctx, true);
    }
    check_where[0] = '\0';
    CHECK(read > 9000);
    CHECK_EQ_INT(told, 20000);
}

static void check_form(const char *text, unsigned expected) {
    double values[GMIX_I_N_FORMS];
    char copy[64];
    snprintf(copy, sizeof copy, "%s", text);
    CHECK_WHERE("%.60s", text);
    CHECK_EQ_INT(gmix_i_number_readings(copy, copy + strlen(copy), values), expected);
}

/* Bits: 1.5, 1,5, 1,000.5, 1.000,5, 1 000.5, 1 000,5, 1'000.5, 1'000,5. */
static void check_forms(void) {
    check_form("12", 0xff);
    check_form("-1e3", 0xff);
    check_form("1.5", 0x55);
    check_form("1,5e-3", 0xaa);
    check_form("1.234", 0x5d);
    check_form("1,234", 0xae);
    check_form("0,435", 0xaa);
    check_form("1.234.567", 0x08);
    check_form("1.234,5", 0x08);
    check_form("1,234.5", 0x04);
    check_form("1 234", 0x30);
    check_form("1\xa0"
               "234,5",
               0x20);
    check_form("1'234.5", 0x40);
    check_form("12.34.567", 0);
    check_form("1234.567,8", 0);
    check_form("1,23,456", 0);
    check_form("1 23", 0);
    check_form("1,234,5", 0);
    check_form("", 0);
    check_form("-", 0);
    check_form(".", 0);
    check_form(",5", 0xaa);
    check_form("1.234.", 0);
    check_form("1..2", 0);
}

#define DOUBT(at, text, point, comma)                                                 \
    "t.csv: line 2, column " at ": \"" text "\" can be " point                        \
    " (decimal point) or " comma " (decimal comma), and nothing in the column tells " \
    "which; say decimal = . or decimal = ,"

static void check_columns(gmix_ctx *ctx) {
    const gmix_read_options *const o = OPTIONS(AUTO);
    CHECK_TABLE("a;b\n0,375;2,75\n1,5;3\n", o, "a,b: 0.375 2.75; 1.5 3");
    CHECK_TABLE("0,375;2,75\n1,5;3\n", o, "0.375 2.75; 1.5 3");
    CHECK_TABLE("a;b\n1.000,92;2\n3;4\n", o, "a,b: 1000.92 2; 3 4");
    CHECK_TABLE("a;b\n1.000;2\n3;4\n", o, "a,b: 1 2; 3 4");
    CHECK_REFUSED("a;b\n1.000;2,5\n3;4\n", o, GMIX_ERR_PARSE,
                  DOUBT("1 'a'", "1.000", "1", "1000"));
    CHECK_TABLE("a;b\n1.000;2,5\n3;4\n", OPTIONS(AUTO, .decimal = ','),
                "a,b: 1000 2.5; 3 4");
    CHECK_TABLE("a;b\n1.050;2,5\n3.5;4\n", o, "a,b: 1.05 2.5; 3.5 4");
    CHECK_REFUSED("a,b\n\"1,234\",2\n3,4\n", o, GMIX_ERR_PARSE,
                  DOUBT("1 'a'", "1,234", "1234", "1.234"));
    CHECK_TABLE("a,b\n\"1,234\",2\n3,4\n", OPTIONS(AUTO, .decimal = '.'),
                "a,b: 1234 2; 3 4");
    CHECK_TABLE("a,b\n\"1,234\",2\n3,4\n", OPTIONS(AUTO, .thousands = '-'),
                "a,b: 1.234 2; 3 4");
    CHECK_TABLE("a,b\n\"1,234\",2.5\n3,4\n", o, "a,b: 1234 2.5; 3 4");
    CHECK_TABLE("a;b\n1,234;2,5\n3;4\n", o, "a,b: 1.234 2.5; 3 4");
    CHECK_TABLE("a;b\n1 234,5;2'000\n3;4\n", o, "a,b: 1234.5 2000; 3 4");
    CHECK_REFUSED("a;b\n1.5;2\n", OPTIONS(AUTO, .decimal = ','), GMIX_ERR_PARSE,
                  "t.csv: line 2, column 1 'a': \"1.5\" is not a number; correct the "
                  "cell, or leave it empty if its value is missing");
    CHECK_TABLE("a;b\n-999;2\n-999,0;1,5\n",
                OPTIONS(AUTO, .missing = (const char *[]){"-999"}, .n_missing = 1),
                "a,b: nan 2; nan 1.5");
    CHECK_REFUSED("1\n", OPTIONS(AUTO, .decimal = 'x'), GMIX_ERR_OPTION,
                  "numbers have a decimal sign, . or , and another mark between "
                  "thousands: , . ' a blank, or - for none");
}

static void check_headers(gmix_ctx *ctx) {
    const gmix_read_options *const o = OPTIONS(AUTO, COLUMNS("a", "b"));
    CHECK_TABLE("sep=;\r\na;b\r\n1,5;2\r\n", o, "a,b: 1.5 2");
    CHECK_TABLE("\xef\xbb\xbf\"sep=,\"\na,b\n1.5,2\n", o, "a,b: 1.5 2");
    CHECK_REFUSED("sep=;\na;b\n1;x\n", o, GMIX_ERR_PARSE,
                  "t.csv: line 3, column 2 'b': \"x\" is not a number; correct the cell, "
                  "or leave it empty if its value is missing");
    CHECK_TABLE("\"a\" \"b\"\n\"1\" 1.5 2\n\"2\" NA 3\n", o, "a,b: 1.5 2; nan 3");
    CHECK_TABLE("a\tb\nu 1\t1.5\t2\nu 2\t2.5\t3\n", o, "a,b: 1.5 2; 2.5 3");
    CHECK_TABLE("a b\n1 1.5 2\n2 2.5 3\n", o, "a,b: 1.5 2; 2.5 3");
    CHECK_REFUSED("a;b\n1;2;\n3;4;\n", o, GMIX_ERR_PARSE,
                  "t.csv: line 2 has 3 cells, but the header (line 1) has 2; correct the "
                  "line: cells or delimiters are missing or in excess");
    CHECK_REFUSED("a b\n1.5 2 3\n2.5 4 5\n", o, GMIX_ERR_PARSE,
                  "t.csv: line 2 has 3 cells, but the header (line 1) has 2; correct the "
                  "line: cells or delimiters are missing or in excess");
    CHECK_REFUSED("a b\nx 2 3\nx 4 5\n", o, GMIX_ERR_PARSE,
                  "t.csv: line 2 has 3 cells, but the header (line 1) has 2; correct the "
                  "line: cells or delimiters are missing or in excess");
    CHECK_REFUSED("a\n1,5\n2,7\n", OPTIONS(AUTO), GMIX_ERR_PARSE,
                  "t.csv: line 2 has a cell more than the header: \"1,5\" can be a row "
                  "name and a number, or a number with a decimal comma; say decimal = . "
                  "if it is a row name, else put such numbers in quotes or use ; between "
                  "cells");
    CHECK_REFUSED("a b\n1 234 2.5\n2 345 3\n", o, GMIX_ERR_PARSE,
                  "t.csv: line 2 has a cell more than the header: \"1 234\" can be a row "
                  "name and a number, or a number with a blank between thousands; say "
                  "thousands = none if it is a row name, else put such numbers in quotes "
                  "or use ; between cells");
    CHECK_TABLE("a b\n1 234 2.5\n2 345 3\n",
                OPTIONS(AUTO, .thousands = '-', COLUMNS("a", "b")),
                "a,b: 234 2.5; 345 3");
}

int main(void) {
    gmix_ctx *ctx = parse_ctx(1);
    check_forms();
    check_columns(ctx);
    check_headers(ctx);
    check_random(ctx);
    gmix_ctx_free(&ctx);
    return CHECK_DONE();
}
