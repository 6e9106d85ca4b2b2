/*
 * Numbers to the bit: millions of decimal texts of every kind against strtod, the known
 * hard ones, and text back from doubles. `test_number N` tries N texts of each kind.
 */
#include <stdint.h>
#include <stdlib.h>

#include "check.h"
#include "text/number.h"

static uint64_t state = 1;

static uint64_t next_random(void) { /* SplitMix64 */
    uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static bool same_bits(double a, double b) {
    return memcmp(&a, &b, sizeof a) == 0;
}

/* Quiet unless it fails: there are too many to count. */
static bool agrees(const char *text) {
    const size_t n = strlen(text);
    double found = 0.0;
    const char *const stop = gmix_i_number(text, text + n, &found);
    const double expected = strtod(text, NULL);
    const bool ok = stop == text + n && same_bits(found, expected);
    if (!ok) {
        CHECK_WHERE("%s", text);
        CHECK_NEAR(found, expected, 0.0);
        CHECK(stop == text + n);
        CHECK_WHERE("%s", "");
    }
    return ok;
}

static void check_kind(const char *name, long n, void (*make)(char *text, size_t size)) {
    long bad = 0;
    for (long i = 0; i < n && bad < 5; i++) {
        char text[1400];
        make(text, sizeof text);
        bad += !agrees(text);
    }
    CHECK_WHERE("%s", name);
    CHECK_EQ_INT(bad, 0);
    CHECK_WHERE("%s", "");
}

static double random_bits(void) {
    for (;;) {
        const uint64_t bits = next_random();
        double x;
        memcpy(&x, &bits, sizeof x);
        if (isfinite(x)) {
            return x;
        }
    }
}

static double near_one(void) {
    return ((double)(int64_t)next_random()) * 0x1p-62;
}

/* What programs write. */
static void make_printed(char *text, size_t size) {
    static const char *const formats[] = {"%.17g", "%.16g", "%.15g", "%.17e", "%.3f",
                                          "%.20f", "%.6g",  "%.25g", "%g"};
    snprintf(text, size, formats[next_random() % 9], near_one());
}

static void make_any_bits(char *text, size_t size) {
    snprintf(text, size, "%.*g", 1 + (int)(next_random() % 20), random_bits());
}

static void make_denormal(char *text, size_t size) {
    const uint64_t bits = next_random() >> (12 + next_random() % 52);
    double x;
    memcpy(&x, &bits, sizeof x);
    snprintf(text, size, "%.*g", 1 + (int)(next_random() % 25), x);
}

static void make_digits(char *text, size_t size) {
    size_t n = 0;
    const size_t digits = 1 + next_random() % 40, point = next_random() % 41;
    for (size_t i = 0; i < digits; i++) {
        if (i == point) {
            text[n++] = '.';
        }
        text[n++] = (char)('0' + next_random() % 10);
    }
    snprintf(text + n, size - n, "e%d", (int)(next_random() % 700) - 350);
}

/* Exactly between two doubles, and one digit to either side of that. */
static void make_halfway(char *text, size_t size) {
    const bool small = next_random() % 2;
    const double x = small ? fabs(near_one()) : fabs(random_bits());
    const double up = nextafter(x, INFINITY);
    const long double half = ((long double)x + (long double)up) / 2;
    int n = snprintf(text, size, "%.*Le", 17 + (int)(next_random() % 760), half);
    if (!isfinite(up) || n <= 0) {
        snprintf(text, size, "0");
        return;
    }
    char *const e = strchr(text, 'e');
    if (next_random() % 3 == 0) {
        e[-1] = (char)('0' + next_random() % 10);
    }
}

static const char *const KNOWN[] = {
    "0",
    "-0",
    "0.0",
    "-0.0e-400",
    "1",
    "+1",
    ".5",
    "5.",
    "-.25e1",
    "1e5",
    "1E+05",
    "9007199254740993",
    "9007199254740992.99999999999999",
    "9007199254740993.00001",
    "1e22",
    "1e23",
    "8.41e21",
    "9.007199254740993e22",
    "6929495644600919.5",
    "3.0e-324",
    "2.4703282292062327e-324",
    "2.4703282292062328e-324",
    "4.9e-324",
    "2.2250738585072011e-308",
    "2.2250738585072014e-308",
    "2.2250738585072012e-308",
    "1.7976931348623157e308",
    "1.7976931348623158e308",
    "1.7976931348623159e308",
    "1e308",
    "1e309",
    "-1e400",
    "1e-400",
    "1e99999999999999999999",
    "1e-99999999999999999999",
    "18446744073709551615",
    "18446744073709551616",
    "12345678901234567890123456789012345678901234567890",
    "0.0000000000000000000000000000000000000000000000000000000001234567890123456789",
    "0000000000000000000000000000000000000000000000000000000000000000000000000001.50",
    "1e64",
    "1e65",
    "1e-64",
    "1e-65",
    "123456789012345678e-64",
    "7.2057594037927933e16",
    "100000000000000016777215",
    "100000000000000016777216",
    "1090544144181609348671888949248",
    "0.500000000000000166533453693773481063544750213623046875",
    "3.518437208883201171875e13",
    "62.5364939768271845828",
    "8.10109172351e-10",
    "1.50000000000000011102230246251565",
    "30078505129381147446200"};

static void check_known(void) {
    for (size_t i = 0; i < sizeof KNOWN / sizeof KNOWN[0]; i++) {
        CHECK(agrees(KNOWN[i]));
    }
}

static void check_ends(void) {
    static const struct {
        const char *text;
        int length; /* -1: no number */
    } cases[] = {{"", -1},
                 {"-", -1},
                 {"+", -1},
                 {".", -1},
                 {"e5", -1},
                 {"-.e1", -1},
                 {"nan", -1},
                 {"inf", -1},
                 {"1e", 1},
                 {"1e+", 1},
                 {"1ex", 1},
                 {"0x10", 1},
                 {"1.2.3", 3},
                 {"1,5", 1},
                 {"12 ", 2},
                 {"--1", -1},
                 {"1e5e5", 3},
                 {"1_000", 1},
                 {" 1", -1},
                 {"1.e3", 4},
                 {"5.x", 2},
                 {"12345678x", 8},
                 {"1234567.1234567812345678;", 24}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *const text = cases[i].text;
        double x = 7.0;
        const char *const stop = gmix_i_number(text, text + strlen(text), &x);
        CHECK_WHERE("\"%s\"", text);
        CHECK_EQ_INT(stop ? stop - text : -1, cases[i].length);
        CHECK(stop || x == 7.0);
    }
    CHECK_WHERE("%s", "");
}

static void check_text(double x, const char *expected) {
    char text[GMIX_I_NUMBER_SIZE];
    CHECK_EQ_INT(gmix_i_number_text(x, text), strlen(expected));
    CHECK_EQ_STR(text, expected);
}

/* The first of 15, 16 and 17 digits by the C library that reads back, with a point or exponent. */
static void print_shortest(double x, char *text, size_t size) {
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, size, "%.*g", digits, x);
        if (same_bits(strtod(text, NULL), x)) {
            break;
        }
    }
    if (!strpbrk(text, ".e")) {
        const size_t n = strlen(text);
        snprintf(text + n, size - n, ".0");
    }
}

/* Numbers of the sizes that data have, short and long; ties; powers of ten and beside them. */
static double usual(long i) {
    const double size = pow(10.0, (double)(next_random() % 100) - 45.0);
    const double whole = (double)(int64_t)(next_random() >> (11 + next_random() % 53));
    const double numbers[] = {near_one() * size,
                              whole,
                              whole / 1024.0,
                              (whole + 0.5) * 0x1p-3,
                              floor(near_one() * 1e6) / 1e3,
                              size,
                              nextafter(size, INFINITY),
                              nextafter(size, 0.0),
                              -whole / size};
    return numbers[i % 9];
}

static void check_texts(long n) {
    check_text(0.0, "0.0");
    check_text(-0.0, "-0.0");
    check_text(1.0, "1.0");
    check_text(0.1, "0.1");
    check_text(-2.5e-10, "-2.5e-10");
    check_text(1e300, "1e+300");
    check_text(0.1 + 0.2, "0.30000000000000004");
    check_text(123456789012345.0, "123456789012345.0");
    check_text(4.9406564584124654e-324, "4.94065645841247e-324");
    long bad = 0;
    for (long i = 0; i < n; i++) {
        char text[GMIX_I_NUMBER_SIZE];
        const double x = i % 2 ? random_bits() : near_one();
        const size_t length = gmix_i_number_text(x, text);
        bad += length != strlen(text) || !same_bits(strtod(text, NULL), x) ||
               !strpbrk(text, ".e");
    }
    CHECK_EQ_INT(bad, 0);
    for (long i = 0; i < 3 * n && bad < 5; i++) {
        char text[GMIX_I_NUMBER_SIZE], expected[64];
        const double x = usual(i);
        gmix_i_number_text(x, text);
        print_shortest(x, expected, sizeof expected);
        if (strcmp(text, expected) != 0) {
            CHECK_EQ_STR(text, expected);
            bad++;
        }
    }
}

int main(int argc, char **argv) {
    const long n = argc > 1 ? strtol(argv[1], NULL, 10) : 100000;
    check_known();
    check_ends();
    check_kind("printed", n * 3, make_printed);
    check_kind("any bits", n, make_any_bits);
    check_kind("denormal", n, make_denormal);
    check_kind("digits", n, make_digits);
    check_kind("halfway", n / 4, make_halfway);
    check_texts(n);
    return CHECK_DONE();
}
