/*
 * Splitting and merging components by their moments. A component (pi, mu, Sigma) parts along
 * a direction a = Sigma^1/2 u, |u| = 1, into two of weight pi / 2 with
 *
 *     mu +- h a,     Sigma - h^2 a a^T,
 *
 * whose mixture has the same mean and covariance; h = 0.8 is about where the halves of a
 * Gaussian have their means. Two components merge into the one with their moments; that costs at
 * most (Runnalls 2007, doi:10.1109/TAES.2007.4383588)
 *
 *     1/2 [(pi_i + pi_j) log |Sigma_ij| - pi_i log |Sigma_i| - pi_j log |Sigma_j|]
 *
 * in Kullback-Leibler divergence. (Rejected: criteria of Ueda et al. 2000, which need
 * responsibilities and so a pass: the search tries several choices by short runs of EM.)
 */
#include "init/resize.h"

#include <math.h>
#include <string.h>

#include "linalg/linalg.h"

static const double FAR = 0.8, NEAR = 0.4;

gmix_status gmix_i_parts_new(gmix_ctx *ctx, size_t room, size_t d, gmix_i_parts *out) {
    const size_t packed = gmix_i_packed_len(d);
    double *numbers;
    const gmix_status status = gmix_i_calloc(
        ctx, "components of the start",
        room * (2 + d + d * d) + 4 * d + packed + 2 * d * d, sizeof *numbers, &numbers);
    *out = (gmix_i_parts){.d = d, .room = room};
    if (status == GMIX_OK) {
        out->weights = numbers;
        out->means = out->weights + room;
        out->cov = out->means + room * d;
        out->scatter = out->cov + room * d * d;
        out->unit = out->scatter + room;
        out->work = out->unit + d;
    }
    return status;
}

void gmix_i_parts_free(gmix_ctx *ctx, gmix_i_parts *parts) {
    gmix_i_free(ctx, parts->weights);
    *parts = (gmix_i_parts){0};
}

/* The lower triangle of a component's covariance in the features' units, packed. */
static void pack(const gmix_i_parts *p, const double *cov, double *packed) {
    for (size_t i = 0; i < p->d; i++) {
        for (size_t j = 0; j <= i; j++) {
            packed[i * (i + 1) / 2 + j] = cov[i * p->d + j] / (p->unit[i] * p->unit[j]);
        }
    }
}

/* The longest axis of component c, in the data's units; its squared length in the features'. */
static double longest_axis(gmix_i_parts *p, size_t c, double *axis) {
    const size_t d = p->d;
    double *const packed = p->work + 3 * d;
    double *const vectors = packed + gmix_i_packed_len(d);
    double *const values = p->work + 2 * d;
    pack(p, p->cov + c * d * d, packed);
    gmix_i_eigen_sorted(NULL, d, packed, values, vectors, vectors + d * d);
    const double longest = fmax(values[d - 1], 0.0);
    for (size_t j = 0; j < d; j++) {
        axis[j] = sqrt(longest) * vectors[j * d + d - 1] * p->unit[j];
    }
    return longest;
}

/* A direction Sigma^1/2 u of component c with u uniform on the sphere; false if Sigma has no
 * root. */
static bool random_axis(gmix_i_parts *p, size_t c, gmix_i_stream *stream, double *axis) {
    const size_t d = p->d;
    double *const u = p->work + d, *const packed = p->work + 3 * d;
    double length = 0.0;
    for (size_t j = 0; j < d; j++) {
        double z[2];
        gmix_i_normal2(stream, stream->index++, z);
        u[j] = z[0];
        length += z[0] * z[0];
    }
    pack(p, p->cov + c * d * d, packed);
    if (!gmix_i_cholesky(NULL, d, packed, packed)) {
        return false;
    }
    for (size_t i = 0; i < d; i++) {
        double sum = 0.0;
        for (size_t j = 0; j <= i; j++) {
            sum += packed[i * (i + 1) / 2 + j] * u[j];
        }
        axis[i] = sum / sqrt(length) * p->unit[i];
    }
    return true;
}

/* The component with `rank` larger ones, by weight times squared length of the longest axis;
 * of equal ones the first comes first. */
static size_t by_scatter(gmix_i_parts *p, size_t rank) {
    for (size_t c = 0; c < p->k; c++) {
        p->scatter[c] = p->weights[c] * longest_axis(p, c, p->work);
    }
    for (size_t c = 0; c < p->k; c++) {
        size_t larger = 0;
        for (size_t o = 0; o < p->k; o++) {
            larger += p->scatter[o] > p->scatter[c] ||
                      (p->scatter[o] == p->scatter[c] && o < c);
        }
        if (larger == rank) {
            return c;
        }
    }
    return 0;
}

void gmix_i_parts_split(gmix_i_parts *p, size_t choice, gmix_i_stream *stream) {
    const size_t d = p->d, cycle = choice / p->k, a = p->k;
    const size_t b = by_scatter(p, choice % p->k);
    double *const axis = p->work, *const cov = p->cov + b * d * d;
    if (cycle == 0 || !random_axis(p, b, stream, axis)) {
        longest_axis(p, b, axis);
    }
    const double h = cycle % 2 == 0 ? FAR : NEAR;
    for (size_t i = 0; i < d; i++) {
        p->means[a * d + i] = p->means[b * d + i] + h * axis[i];
        p->means[b * d + i] -= h * axis[i];
        for (size_t j = 0; j < d; j++) {
            cov[i * d + j] -= h * h * axis[i] * axis[j];
        }
    }
    memcpy(p->cov + a * d * d, cov, d * d * sizeof *cov);
    p->weights[a] = p->weights[b] *= 0.5;
    p->k++;
}

/* Component a becomes the one with the moments of a and b. */
static void merge_into(const gmix_i_parts *p, size_t a, size_t b, double *mean,
                       double *cov) {
    const size_t d = p->d;
    const double all = p->weights[a] + p->weights[b];
    const double u = all > 0.0 ? p->weights[a] / all : 0.5, v = 1.0 - u;
    const double *const m = p->means + a * d, *const n = p->means + b * d;
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j < d; j++) {
            cov[i * d + j] = u * p->cov[(a * d + i) * d + j] +
                             v * p->cov[(b * d + i) * d + j] +
                             u * v * (m[i] - n[i]) * (m[j] - n[j]);
        }
    }
    for (size_t j = 0; j < d; j++) {
        mean[j] = u * m[j] + v * n[j];
    }
}

static double log_det(gmix_i_parts *p, const double *cov) {
    const size_t d = p->d;
    double *const packed = p->work + 3 * d;
    double sum = 0.0;
    pack(p, cov, packed);
    if (!gmix_i_cholesky(NULL, d, packed, packed)) {
        return -INFINITY;
    }
    for (size_t i = 0; i < d; i++) {
        sum += 2.0 * log(packed[i * (i + 1) / 2 + i]);
    }
    return sum;
}

typedef struct pair {
    double cost;
    size_t a, b;
} pair;

/* Costs of all pairs. */
static void weigh_pairs(gmix_i_parts *p, const double *log_dets, pair *pairs) {
    const size_t d = p->d;
    double *const mean = p->work;
    double *const cov = p->work + 3 * d + gmix_i_packed_len(d);
    for (size_t a = 0, n = 0; a < p->k; a++) {
        for (size_t b = a + 1; b < p->k; b++, n++) {
            merge_into(p, a, b, mean, cov);
            const double u = p->weights[a], v = p->weights[b];
            const double cost = (u > 0.0 || v > 0.0 ? (u + v) * log_det(p, cov) : 0.0) -
                                (u > 0.0 ? u * log_dets[a] : 0.0) -
                                (v > 0.0 ? v * log_dets[b] : 0.0);
            pairs[n] = (pair){isnan(cost) ? INFINITY : cost, a, b};
        }
    }
}

/* The pair with `rank` cheaper ones. */
static pair by_cost(pair *pairs, size_t n, size_t rank) {
    for (size_t r = 0; r <= rank; r++) {
        size_t least = r;
        for (size_t i = r + 1; i < n; i++) {
            const bool before =
                pairs[i].a < pairs[least].a ||
                (pairs[i].a == pairs[least].a && pairs[i].b < pairs[least].b);
            least = pairs[i].cost < pairs[least].cost ||
                            (pairs[i].cost == pairs[least].cost && before)
                        ? i
                        : least;
        }
        const pair other = pairs[r];
        pairs[r] = pairs[least];
        pairs[least] = other;
    }
    return pairs[rank];
}

static void leave_out(gmix_i_parts *p, size_t c, bool share) {
    const size_t d = p->d, last = p->k - 1;
    double all = 0.0;
    for (size_t o = 0; o < p->k; o++) {
        all += p->weights[o];
    }
    const double others = all - p->weights[c];
    for (size_t o = 0; share && others > 0.0 && o < p->k; o++) {
        p->weights[o] *= all / others;
    }
    p->weights[c] = p->weights[last];
    memmove(p->means + c * d, p->means + last * d, d * sizeof *p->means);
    memmove(p->cov + c * d * d, p->cov + last * d * d, d * d * sizeof *p->cov);
    p->k--;
}

gmix_status gmix_i_parts_merge(gmix_ctx *ctx, gmix_i_parts *p, size_t choice) {
    gmix_status status = GMIX_OK;
    const size_t d = p->d, n = p->k * (p->k - 1) / 2;
    pair *pairs = NULL;
    double *log_dets = NULL;
    choice %= n + p->k;
    if (choice >= n) {
        leave_out(p, choice - n, true);
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_calloc(ctx, "pairs of components", n, sizeof *pairs, &pairs));
    GMIX_TRY(
        gmix_i_calloc(ctx, "pairs of components", p->k, sizeof *log_dets, &log_dets));
    for (size_t c = 0; c < p->k; c++) {
        log_dets[c] = log_det(p, p->cov + c * d * d);
    }
    weigh_pairs(p, log_dets, pairs);
    const pair chosen = by_cost(pairs, n, choice);
    double *const mean = p->work;
    double *const cov = p->work + 3 * d + gmix_i_packed_len(d);
    merge_into(p, chosen.a, chosen.b, mean, cov);
    memcpy(p->means + chosen.a * d, mean, d * sizeof *mean);
    memcpy(p->cov + chosen.a * d * d, cov, d * d * sizeof *cov);
    p->weights[chosen.a] += p->weights[chosen.b];
    leave_out(p, chosen.b, false);
done:
    gmix_i_free(ctx, pairs);
    gmix_i_free(ctx, log_dets);
    return status;
}
