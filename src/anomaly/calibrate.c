/*
 * From held-out scores to p-values. Where rows may be anomalies, those that calibrate end where
 * fewer than a tenth of a row is expected: the half of the rows below the median, and the quarter
 * above it, say how the scores of normal rows fall off (exponentially, were the fit the truth: a score
 * is minus the logarithm of a probability). Beyond all that calibrate, the mean excess of their
 * highest tenth continues the tail.
 *
 * Rejected: all rows calibrating, which makes ranks of the p-values and every table as anomalous as
 * another.
 */
#include <math.h>
#include <stdlib.h>

#include "anomaly/detector.h"

static int compare_doubles(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

size_t gmix_i_count_from(size_t n, const double *rising, double x) {
    size_t low = 0, high = n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (rising[middle] < x) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return n - low;
}

double gmix_i_anomaly_p(const gmix_detector *det, size_t count, double score) {
    const double p = (1.0 + (double)count) / (1.0 + (double)det->n_calibrating);
    const double top = det->sorted[det->n_calibrating - 1];
    const bool beyond = count == 0 && score > top && det->tail_scale > 0.0;
    return beyond ? p * exp(-(score - top) / det->tail_scale) : p;
}

double gmix_i_calibrating_cut(gmix_detector *det) {
    const size_t n = det->n;
    double *const sorted = det->sorted;
    memcpy(sorted, det->held_out, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, compare_doubles);
    const double middle = sorted[n / 2], upper = sorted[3 * n / 4];
    const double scale = (upper - middle) / log(2.0);
    return middle + scale * log(5.0 * (double)n);
}

static double find_tail_scale(size_t n, const double *sorted) {
    const size_t most = n > 1 ? n - 1 : 1, tenth = n / 10 > 10 ? n / 10 : 10;
    const size_t above = tenth < most ? tenth : most;
    double sum = 0.0;
    for (size_t i = n - above; i < n && n > above; i++) {
        sum += sorted[i] - sorted[n - above - 1];
    }
    return sum / (double)above;
}

gmix_status gmix_i_calibrate(gmix_ctx *ctx, const size_t *fold_of, bool clean,
                             gmix_detector *det) {
    gmix_status status = GMIX_OK;
    const size_t n = det->n;
    GMIX_TRY(gmix_i_detector_room(ctx, n, sizeof(double), &det->calibrating));
    GMIX_TRY(gmix_i_detector_room(ctx, det->folds + 1, sizeof(size_t), &det->begin));
    const double all = gmix_i_calibrating_cut(det), cut = clean ? INFINITY : all;
    size_t m = 0;
    for (size_t f = 0; f < det->folds; f++) {
        det->begin[f] = m;
        for (size_t i = 0; i < n; i++) {
            if (fold_of[i] == f && det->held_out[i] <= cut) {
                det->calibrating[m++] = det->held_out[i];
            }
        }
        qsort(det->calibrating + det->begin[f], m - det->begin[f], sizeof(double),
              compare_doubles);
    }
    det->begin[det->folds] = det->n_calibrating = m; /* the lowest of `sorted`, too */
    det->tail_scale = find_tail_scale(m, det->sorted);
done:
    return status;
}
