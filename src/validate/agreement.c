/*
 * Agreement of two labellings. With the table n_ij of rows labelled i by A and j by B, sums
 * a_i, b_j, and N of all, pairs of rows p(x) = x (x - 1) / 2:
 *
 *     ARI = (S - E) / ((P + Q) / 2 - E),   S = sum_ij p(n_ij), P = sum_i p(a_i),
 *     Q = sum_j p(b_j), E = P Q / p(N);    Rand = 1 + (2 S - P - Q) / p(N)
 *     MI = sum_ij n_ij / N log(N n_ij / (a_i b_j)),   NMI = 2 MI / (H_A + H_B)
 *
 * The matching has the most rows (assignment.h). See gmix/compare.h.
 */
#include <math.h>

#include <gmix/compare.h>

#include "base/structs.h"
#include "validate/assignment.h"

static gmix_status count_rows(gmix_ctx *ctx, size_t n, const int32_t *a, const int32_t *b,
                              gmix_agreement *out) {
    for (size_t i = 0; i < n; i++) {
        if (a[i] < 0 || b[i] < 0) {
            continue;
        }
        out->n_rows++;
        out->n_a = (size_t)a[i] >= out->n_a ? (size_t)a[i] + 1 : out->n_a;
        out->n_b = (size_t)b[i] >= out->n_b ? (size_t)b[i] + 1 : out->n_b;
    }
    out->n_unknown = n - out->n_rows;
    if (out->n_rows == 0) {
        return gmix_i_fail(ctx, GMIX_ERR_DATA,
                           "none of the %zu rows has a label in both labellings", n);
    }
    size_t cells;
    if (__builtin_mul_overflow(out->n_a, out->n_b, &cells)) {
        return gmix_i_fail_nomem(ctx, "the table of labels", SIZE_MAX);
    }
    const gmix_status status = gmix_i_calloc(ctx, "the table of labels", cells,
                                             sizeof *out->counts, &out->counts);
    for (size_t i = 0; status == GMIX_OK && i < n; i++) {
        if (a[i] >= 0 && b[i] >= 0) {
            out->counts[(size_t)a[i] * out->n_b + (size_t)b[i]]++;
        }
    }
    return status;
}

/* Sums over the rows (a) and columns (b) of the table. */
static void sum_margins(const gmix_agreement *t, double *a, double *b) {
    for (size_t i = 0; i < t->n_a; i++) {
        for (size_t j = 0; j < t->n_b; j++) {
            a[i] += t->counts[i * t->n_b + j];
            b[j] += t->counts[i * t->n_b + j];
        }
    }
}

static double pairs(double n) {
    return 0.5 * n * (n - 1.0);
}

static double sum_pairs(size_t n, const double *counts) {
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += pairs(counts[i]);
    }
    return sum;
}

static void set_rand(gmix_agreement *t, const double *a, const double *b) {
    const double all = pairs((double)t->n_rows);
    const double both = sum_pairs(t->n_a * t->n_b, t->counts);
    const double in_a = sum_pairs(t->n_a, a), in_b = sum_pairs(t->n_b, b);
    const double expected = all > 0.0 ? in_a / all * in_b : 0.0;
    const double most = 0.5 * (in_a + in_b);
    t->rand = all > 0.0 ? 1.0 + (2.0 * both - in_a - in_b) / all : 1.0;
    t->adjusted_rand = most > expected ? (both - expected) / (most - expected) : 1.0;
}

static double entropy(size_t n, const double *counts, double total) {
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum -= counts[i] > 0.0 ? counts[i] / total * log(counts[i] / total) : 0.0;
    }
    return sum;
}

static void set_information(gmix_agreement *t, const double *a, const double *b) {
    const double n = (double)t->n_rows;
    double sum = 0.0;
    for (size_t i = 0; i < t->n_a; i++) {
        for (size_t j = 0; j < t->n_b; j++) {
            const double count = t->counts[i * t->n_b + j];
            sum += count > 0.0 ? count / n * log(n / a[i] * count / b[j]) : 0.0;
        }
    }
    t->entropy_a = entropy(t->n_a, a, n);
    t->entropy_b = entropy(t->n_b, b, n);
    t->mutual_information = fmax(sum, 0.0);
    const double mean = 0.5 * (t->entropy_a + t->entropy_b);
    t->normalised_mutual_information =
        mean > 0.0 ? fmin(t->mutual_information / mean, 1.0) : 1.0;
}

/* The labels of b that those of a are matched to; none where they share no row. */
static gmix_status match_labels(gmix_ctx *ctx, gmix_agreement *t) {
    gmix_status status = GMIX_OK;
    const size_t cells = t->n_a * t->n_b;
    double *cost = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "matching", cells, sizeof *cost, &cost));
    GMIX_TRY(gmix_i_calloc(ctx, "matching", t->n_a, sizeof *t->match, &t->match));
    for (size_t i = 0; i < cells; i++) {
        cost[i] = -t->counts[i];
    }
    GMIX_TRY(gmix_i_assign(ctx, t->n_a, t->n_b, cost, t->match));
    double matched = 0.0;
    for (size_t a = 0; a < t->n_a; a++) {
        const double rows =
            t->match[a] < 0 ? 0.0 : t->counts[a * t->n_b + (size_t)t->match[a]];
        t->match[a] = rows > 0.0 ? t->match[a] : -1;
        matched += rows;
    }
    t->error_rate = ((double)t->n_rows - matched) / (double)t->n_rows;
done:
    gmix_i_free(ctx, cost);
    return status;
}

static gmix_status compare(gmix_ctx *ctx, size_t n, const int32_t *a, const int32_t *b,
                           gmix_agreement *out) {
    gmix_status status = GMIX_OK;
    gmix_allocator *owner;
    double *margins = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "the comparison", 1, sizeof *owner, &owner));
    *owner = ctx->opts.allocator;
    out->owner = owner;
    GMIX_TRY(count_rows(ctx, n, a, b, out));
    GMIX_TRY(gmix_i_calloc(ctx, "the table of labels", out->n_a + out->n_b,
                           sizeof *margins, &margins));
    sum_margins(out, margins, margins + out->n_a);
    set_rand(out, margins, margins + out->n_a);
    set_information(out, margins, margins + out->n_a);
    GMIX_TRY(match_labels(ctx, out));
done:
    gmix_i_free(ctx, margins);
    return status;
}

enum { FIRST_SIZE = GMIX_I_SIZE_TO(gmix_agreement, owner) };

gmix_status gmix_compare_labels(gmix_ctx *ctx, size_t n, const int32_t *a,
                                const int32_t *b, gmix_agreement *out) {
    GMIX_I_CTX(ctx);
    if (!a || !b || !out) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "two labellings and a place for the result are needed");
    }
    GMIX_I_PLACE(ctx, gmix_agreement, FIRST_SIZE, out);
    gmix_agreement made = {0};
    const gmix_status status = compare(ctx, n, a, b, &made);
    if (status == GMIX_OK) {
        gmix_i_struct_give(out, FIRST_SIZE, &made, sizeof made);
    } else {
        gmix_agreement_free(&made);
    }
    return status;
}

void gmix_agreement_free(gmix_agreement *agreement) {
    if (!agreement || !agreement->owner) {
        return;
    }
    const gmix_allocator from = *(gmix_allocator *)agreement->owner;
    gmix_i_release(&from, agreement->counts);
    gmix_i_release(&from, agreement->match);
    gmix_i_release(&from, agreement->owner);
    static const gmix_agreement none;
    gmix_i_struct_give(agreement, FIRST_SIZE, &none, sizeof none);
}
