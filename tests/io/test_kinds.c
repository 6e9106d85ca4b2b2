/* Which columns become features, which one names the rows, and what is said about it; dates. */
#include <math.h>

#include "files/dates.h"
#include "io/parse.h"

/* "heading: name, name | note | note" of a file. */
static void check_rows(gmix_ctx *ctx, const char *text, const gmix_read_options *opts,
                       const char *expected) {
    gmix_data *data = NULL;
    char found[1000] = "";
    size_t n = 0;
    if (!CHECK_STATUS(
            ctx, gmix_data_from_memory(ctx, "t.csv", text, strlen(text), opts, &data),
            GMIX_OK)) {
        return;
    }
    const char *const *const rows = gmix_data_row_names(data);
    for (size_t i = 0; rows && i < gmix_data_table(data)->n_rows; i++) {
        n += (size_t)snprintf(found + n, sizeof found - n, "%s%s",
                              i ? ", " : gmix_data_row_heading(data), i ? "" : ": ");
        n += (size_t)snprintf(found + n, sizeof found - n, "%s", rows[i]);
    }
    for (size_t i = 0; gmix_data_note(data, i); i++) {
        n += (size_t)snprintf(found + n, sizeof found - n, " | %s",
                              gmix_data_note(data, i));
    }
    CHECK_EQ_STR(found, expected);
    gmix_data_free(&data);
}

#define EIGHT(f) f(1) f(2) f(3) f(4) f(5) f(6) f(7) f(8)
#define COUNT(i) #i "," #i ".5\n"

static void check_row_names(gmix_ctx *ctx) {
    const gmix_read_options *const o = OPTIONS(AUTO);
    check_rows(
        ctx, "a,ID\n1.5,7\n2.5,3\n", o,
        "ID: 7, 3 | t.csv: 'ID' names the rows and is no feature; row_names = none "
        "makes it one");
    check_rows(ctx, "a,ID\n1.5,7\n2.5,7\n", o, " | t.csv: left out: 'ID' (identifiers)");
    check_rows(ctx, "a,grid\n1.5,7\n2.5,3\n", o, "");
    check_rows(ctx, "a,patientId\n1.5,7\n2.5,3\n", OPTIONS(AUTO, .row_names = ""), "");
    check_rows(ctx, "a,b\n1.5,7\n2.5,3\n", OPTIONS(AUTO, .row_names = "b"), "b: 7, 3");
    check_rows(ctx, "a,n\n1.5,x\n2.5,\"y, \"\"z\"\"\"\n", o,
               "n: x, y, \"z\" | t.csv: 'n' names the rows and is no feature");
    check_rows(ctx, "a,n\n1.5,x\n2.5,x\n", o, " | t.csv: left out: 'n' (text)");
    check_rows(
        ctx, "n,a,\n\xe9,1,\n\xc3\xa9x,2,\n", o,
        "n: \xc3\xa9, \xc3\xa9x | t.csv: left out: 'column3' (empty) | t.csv: 'n' names "
        "the rows and is no feature");
    check_rows(ctx, "\"x\" \"y\"\n\"r1\" 1 2\n\"r2\" 2 5\n", o,
               "row.names: r1, r2 | t.csv: 'row.names' names the rows and is no feature");
    check_rows(ctx, "\"x\" \"y\"\n\"1\" 1 2\n", OPTIONS(AUTO, COLUMNS("x", "y")),
               "row.names: 1");
    check_rows(ctx, "t,a\n" EIGHT(COUNT), o,
               "t: 1, 2, 3, 4, 5, 6, 7, 8 | t.csv: 't' names the rows and is no feature; "
               "row_names = none makes it one");
    check_rows(ctx, "a,t\n1,2\n2,3\n3,4\n", o, "");
    check_rows(ctx, "id,a\n1,2\n2,3\n", OPTIONS(AUTO, COLUMNS("id", "a")), "");
    check_rows(ctx, "d,a\n2024-01-01,2\n2024-01-02,3\n", o,
               " | t.csv: left out: 'd' (dates: dates = 1 makes them days)");
    check_rows(
        ctx, "w,b\n\"1,234\",1.5\n\"2,345\",2\n", o,
        " | t.csv: commas in 'w' are between thousands, as other columns have decimal "
        "points; decimal = , if not");
}

#define TEXT "a,b1,b2,t,-x\n1,2,3,u,4\n5,6,7,u,8\n"

static void check_patterns(gmix_ctx *ctx) {
    CHECK_TABLE(TEXT, OPTIONS(AUTO), "a,b1,b2,-x: 1 2 3 4; 5 6 7 8");
    CHECK_TABLE(TEXT, OPTIONS(AUTO, COLUMNS("b*", "a")), "b1,b2,a: 2 3 1; 6 7 5");
    CHECK_TABLE(TEXT, OPTIONS(AUTO, COLUMNS("?1")), "b1: 2; 6");
    CHECK_TABLE(TEXT, OPTIONS(AUTO, COLUMNS("b1..")), "b1,b2,-x: 2 3 4; 6 7 8");
    CHECK_TABLE(TEXT, OPTIONS(AUTO, COLUMNS("..b1")), "a,b1: 1 2; 5 6");
    CHECK_TABLE(TEXT, OPTIONS(AUTO, COLUMNS("1-2")), "b1,b2: 2 3; 6 7");
    CHECK_TABLE(TEXT, OPTIONS(AUTO, COLUMNS("-b*")), "a,-x: 1 4; 5 8");
    CHECK_TABLE(TEXT, OPTIONS(AUTO, COLUMNS("-x")), "-x: 4; 8");
    CHECK_TABLE(TEXT, OPTIONS(AUTO, COLUMNS("--x")), "a,b1,b2: 1 2 3; 5 6 7");
    CHECK_TABLE(TEXT, OPTIONS(AUTO, COLUMNS("b1..-x", "-2")), "b1,-x: 2 4; 6 8");
    CHECK_REFUSED(TEXT, OPTIONS(AUTO, COLUMNS("b*"), .exact_names = 1), GMIX_ERR_OPTION,
                  "t.csv has no column 'b*'; did you mean 'b1'? It has 'a', 'b1', 'b2', "
                  "'t', '-x'");
    CHECK_REFUSED(TEXT, OPTIONS(AUTO, COLUMNS("c*")), GMIX_ERR_OPTION,
                  "t.csv has no column 'c*'; it has 'a', 'b1', 'b2', "
                  "'t', '-x'");
    CHECK_REFUSED(TEXT, OPTIONS(AUTO, COLUMNS("-all")), GMIX_ERR_DATA,
                  "t.csv has no column of numbers to work on; its columns: 'a', 'b1', "
                  "'b2', 't', '-x' (left out as the columns asked for say)");
}

static void check_date(const char *text, unsigned how, double expected) {
    double value = -1.0;
    CHECK_WHERE("%s", text);
    CHECK(gmix_i_date_value(text, text + strlen(text), how, &value) == !isnan(expected));
    CHECK_NEAR(isnan(expected) ? 0.0 : value, isnan(expected) ? 0.0 : expected, 1e-12);
}

static void check_dates(gmix_ctx *ctx) {
    const double none = (double)NAN;
    check_date("1970-01-01", GMIX_I_DATE_YMD, 0);
    check_date("2000-02-29", GMIX_I_DATE_YMD, 11016);
    check_date("1900-02-29", GMIX_I_DATE_YMD, none);
    check_date("1969-12-31", GMIX_I_DATE_YMD, -1);
    check_date("2024-03-01T06:00:00Z", GMIX_I_DATE_YMD, 19783.25);
    check_date("2024-03-01 06:00+06:00", GMIX_I_DATE_YMD, 19783);
    check_date("2024/3/1", GMIX_I_DATE_YMD, 19783);
    check_date("1.3.2024", GMIX_I_DATE_DMY, 19783);
    check_date("03/01/2024", GMIX_I_DATE_MDY, 19783);
    check_date("03-01/2024", GMIX_I_DATE_MDY, none);
    check_date("2024-13-01", GMIX_I_DATE_YMD, none);
    check_date("2024-03-01T", GMIX_I_DATE_YMD, none);
    check_date("2024-03-01x", GMIX_I_DATE_YMD, none);
    check_date("12:30", GMIX_I_TIME, 12.5);
    check_date("0:00:36.0", GMIX_I_TIME, 0.01);
    check_date("12:60", GMIX_I_TIME, none);
    CHECK_TABLE("d,t\n1970-01-02,6:30\n1970-01-03,\n", OPTIONS(AUTO, .dates = 1),
                "d,t: 1 6.5; 2 nan");
    CHECK_TABLE("d\n13/01/1970\n02/01/1970\n", OPTIONS(AUTO, .dates = 1), "d: 12; 1");
    CHECK_REFUSED(
        "d\n03/01/1970\n02/01/1970\n", OPTIONS(AUTO, .dates = 1), GMIX_ERR_PARSE,
        "t.csv: line 2, column 1 'd': \"03/01/1970\" may begin with its day or its "
        "month, and nothing in the column tells which; write dates as "
        "year-month-day");
}

int main(void) {
    gmix_ctx *ctx = parse_ctx(1);
    check_row_names(ctx);
    check_patterns(ctx);
    check_dates(ctx);
    gmix_ctx_free(&ctx);
    return CHECK_DONE();
}
