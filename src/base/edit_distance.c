/* See edit_distance.h. */
#include "base/edit_distance.h"

#include <stdbool.h>
#include <string.h>

size_t gmix_i_edit_distance(const char *a, const char *b) {
    size_t row[64];
    const size_t n = strnlen(b, 63);
    for (size_t j = 0; j <= n; j++) {
        row[j] = j;
    }
    for (size_t i = 1; a[i - 1] != '\0' && i < 64; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            const bool same = (a[i - 1] | 32) == (b[j - 1] | 32);
            const size_t replace = diagonal + (same ? 0 : 1);
            diagonal = row[j];
            const size_t insert = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            row[j] = replace < insert ? replace : insert;
        }
    }
    return row[n];
}
