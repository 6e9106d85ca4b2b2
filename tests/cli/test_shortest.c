/* Numbers as text: the same bytes as printf's shortest of 15, 16, 17 digits. */
#include <stdint.h>
#include <stdlib.h>

#include "check.h"
#include "shortest.h"

static void by_printf(double value, char text[CLI_NUMBER_SIZE]) {
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, CLI_NUMBER_SIZE, "%.*g", digits, value);
        if (strtod(text, NULL) == value) {
            return;
        }
    }
}

static uint64_t state = 88172645463325252u;

/* Uniform in (0, 1): xorshift64 of Marsaglia (2003). */
static double uniform(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return ((double)(state >> 11) + 0.5) * 0x1p-53;
}

static double draw(int kind) {
    const double u = uniform();
    switch (kind) {
    case 0:
        return u;
    case 1:
        return exp(60 * (u - 0.4));
    case 2:
        return -100 * u;
    case 3:
        return floor(u * 1e6) / 1000;
    case 4: /* around powers of two, where the spacing changes */
        return nextafter(ldexp(1, (int)(u * 70) - 17), uniform() < 0.5 ? 0 : 1e300);
    case 5: /* around powers of ten, where the number of digits changes */
        return nextafter(pow(10, floor(u * 21) - 5), uniform() < 0.5 ? 0 : 1e300);
    default:
        return ldexp(u, (int)(uniform() * 2000) - 1000);
    }
}

int main(void) {
    char text[CLI_NUMBER_SIZE], expected[CLI_NUMBER_SIZE];
    const double chosen[] = {0,    -0.0, 1,    0.1,  -2.5,   1e-4,  9.9999999999999e-5,
                             1e13, 1e14, 1e15, 1e22, 5e-324, 1e308, 0.30000000000000004};
    for (size_t i = 0; i < sizeof chosen / sizeof *chosen; i++) {
        by_printf(chosen[i], expected);
        CHECK_EQ_INT(cli_number_text(chosen[i], text), strlen(expected));
        CHECK_EQ_STR(text, expected);
    }
    for (int i = 0; i < 350000; i++) {
        const double value = draw(i % 7);
        by_printf(value, expected);
        cli_number_text(value, text);
        if (strcmp(text, expected) != 0) {
            CHECK_EQ_STR(text, expected);
        }
    }
    return CHECK_DONE();
}
