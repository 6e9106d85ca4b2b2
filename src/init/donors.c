/*
 * Missing cells of a sample, filled from its other rows: each takes the value of the row that is nearest
 * in the cells which are there (nearest-neighbour hot deck; Little & Rubin 2002, 4.3). A mean would
 * draw incomplete rows towards the middle, away from the groups that k-means is to find.
 */
#include <math.h>
#include <string.h>

#include "init/init.h"

enum { MOST_DONORS = 512, FEW_DONORS = 128, LARGE = 4096 };

/* The mean squared difference of two cells that have nothing to do with each other, standardised. */
static const double UNRELATED = 2.0;

/* Copies of rows, evenly chosen; donors: up to `most` x D. How many. */
static size_t choose_donors(const gmix_i_sample *sample, size_t most, double *donors) {
    const size_t stride = (sample->m + most - 1) / most;
    size_t n = 0;
    for (size_t i = 0; i < sample->m; i += stride) {
        if (sample->w[i] > 0.0) {
            gmix_i_sample_row(sample, i, donors + n++ * sample->d);
        }
    }
    return n;
}

/* How far a donor is from the row in the cells that the row has. */
static double distance(const double *row, const double *donor, size_t d) {
    double sum = 0.0;
    for (size_t j = 0; j < d; j++) {
        const double off = row[j] - donor[j];
        if (!isnan(row[j])) {
            sum += isnan(donor[j]) ? UNRELATED : off * off;
        }
    }
    return sum;
}

/* filled: D; nearest: D, scratch. What no donor has stays 0, the mean. */
static void fill_row(const double *row, const double *donors, size_t n, size_t d,
                     double *nearest, double *filled) {
    for (size_t j = 0; j < d; j++) {
        nearest[j] = INFINITY;
        filled[j] = isnan(row[j]) ? 0.0 : row[j];
    }
    for (size_t r = 0; r < n; r++) {
        const double *const donor = donors + r * d;
        const double apart = distance(row, donor, d);
        for (size_t j = 0; j < d; j++) {
            if (isnan(row[j]) && !isnan(donor[j]) && apart < nearest[j]) {
                nearest[j] = apart;
                filled[j] = donor[j];
            }
        }
    }
}

gmix_status gmix_i_sample_fill(gmix_ctx *ctx, gmix_i_sample *sample) {
    gmix_status status = GMIX_OK;
    const size_t d = sample->d;
    const size_t most = sample->m > LARGE ? FEW_DONORS : MOST_DONORS;
    double *donors = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "rows that fill gaps", (most + 3) * d, sizeof *donors,
                           &donors));
    const size_t n = choose_donors(sample, most, donors);
    double *const row = donors + most * d, *const filled = row + d;
    for (size_t i = 0; i < sample->m; i++) {
        gmix_i_sample_row(sample, i, row);
        bool incomplete = false;
        for (size_t j = 0; j < d; j++) {
            incomplete = incomplete || isnan(row[j]);
        }
        if (!incomplete) {
            continue;
        }
        double *const tile = sample->x + i / sample->tile * sample->tile * d;
        fill_row(row, donors, n, d, filled + d, filled);
        for (size_t j = 0; j < d; j++) {
            tile[j * sample->tile + i % sample->tile] = filled[j];
        }
    }
done:
    gmix_i_free(ctx, donors);
    return status;
}
