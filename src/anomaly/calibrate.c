/*
 * From held-out scores to p-values. Where rows may be anomalies, those that calibrate end where
 * fewer than a tenth of a row is expected: the half of the rows below the median, and the quarter
 * above it, say how the scores of normal rows fall off (exponentially, were the fit the truth: a score
 * is minus the logarithm of a probability).
 *
 * Beyond all of the m that calibrate, their highest tenth continues the tail: of its k scores, s the
 * mean excess above the next lower one, u,
 *
 *     p(score) = (k + 1) / (m + 1) (1 + (score - u) / (k' s))^-k'.
 *
 * With k' = k this is the probability of so large an excess, the mean of k others known, were excesses
 * exponential: s is an estimate, and exp(-(score - u) / s) would be too small. A fit is one, too: of r
 * rows for each component in D features, squared distances of new rows are F-distributed, with a tail
 * of the power (r - D) / 2; so 1 / k' = 1 / k + 2 / (r - D). The lesser of p and 1 / (m + 1) is valid where p is, since
 * it is small only where p is.
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
    const gmix_i_score_tail *const t = &det->tail;
    const bool beyond =
        count == 0 && score > det->sorted[det->n_calibrating - 1] && t->scale > 0.0;
    return beyond ? fmin(p, t->share * exp(-t->index * log1p((score - t->from) /
                                                             (t->index * t->scale))))
                  : p;
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

/* per_component: rows beyond as many as there are features. */
static gmix_i_score_tail find_tail(size_t n, const double *sorted, double per_component) {
    const size_t most = n > 1 ? n - 1 : 1, tenth = n / 10 > 10 ? n / 10 : 10;
    const size_t above = tenth < most ? tenth : most;
    const double count = (double)above;
    gmix_i_score_tail tail = {.share = (count + 1.0) / ((double)n + 1.0),
                              .index =
                                  1.0 / (1.0 / count + 2.0 / fmax(per_component, 2.0))};
    for (size_t i = n - above; i < n && n > above; i++) {
        tail.from = sorted[n - above - 1];
        tail.scale += (sorted[i] - tail.from) / count;
    }
    return tail;
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
    const gmix_model *const mixture = gmix_detector_model(det);
    det->tail = find_tail(m, det->sorted,
                          (double)m / (double)gmix_model_n_components(mixture) -
                              (double)gmix_model_n_features(mixture));
done:
    return status;
}
