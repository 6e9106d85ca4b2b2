/*
 * From parameters to what passes over rows need.
 *
 * Component k is used either centred at its mean, which is always exact, or about the
 * origin of the frame, which saves D subtractions a row but loses the digits of
 * |Sigma^-1/2 mu_k|: log-densities lose that factor, second moments its square.
 * ORIGIN_LIMIT keeps both losses under 1e-11 in double precision; single precision is
 * always centred. Diagonal covariances go about the origin by their kernel, which takes no
 * centre, up to APART_LIMIT.
 */
#include <math.h>
#include <string.h>

#include "base/threads.h"
#include "family/factor_law.h"
#include "family/gaps.h"
#include "family/woodbury.h"
#include "linalg/elementary.h"

static const double ORIGIN_LIMIT = 64.0, APART_LIMIT = 1e6,
                    LOG_2PI = 1.83787706640934548356;

size_t gmix_i_params_len(const gmix_i_params *p) {
    return 1 + p->k * (1 + p->d + p->family->shape->cov_len(p->d) +
                       gmix_i_factors_len(p->family, p->d));
}

gmix_status gmix_i_params_new(gmix_ctx *ctx, const gmix_i_family *family, size_t k,
                              size_t d, gmix_i_params *out) {
    const size_t len = family->shape->cov_len(d), factors = gmix_i_factors_len(family, d);
    *out = (gmix_i_params){.k = k, .d = d, .family = family};
    size_t count;
    if (__builtin_mul_overflow(k, 1 + d + len + factors, &count) ||
        __builtin_add_overflow(count, 1, &count)) {
        return gmix_i_fail_nomem(ctx, "the parameters", SIZE_MAX);
    }
    const gmix_status status =
        gmix_i_calloc(ctx, "the parameters", count, sizeof(double), &out->weights);
    if (status == GMIX_OK) {
        out->means = out->weights + k + 1;
        out->cov = out->means + k * d;
        out->factors = factors ? out->cov + k * len : NULL;
    }
    return status;
}

void gmix_i_params_free(const gmix_allocator *from, gmix_i_params *p) {
    gmix_i_release(from, p->weights);
    *p = (gmix_i_params){0};
}

void gmix_i_params_copy(const gmix_i_params *from, gmix_i_params *to) {
    to->noise = from->noise;
    to->log_volume = from->log_volume;
    to->bare = from->bare;
    if (from->bare) {
        const size_t k = from->k, d = from->d;
        memcpy(to->weights, from->weights, (1 + k * (1 + d)) * sizeof(double));
        memcpy(to->factors, from->factors,
               k * gmix_i_factors_len(from->family, d) * sizeof(double));
    } else {
        memcpy(to->weights, from->weights, gmix_i_params_len(from) * sizeof(double));
    }
}

void gmix_i_params_copy_covariance(const gmix_i_params *from, size_t k,
                                   gmix_i_params *to) {
    const size_t len = from->family->shape->cov_len(from->d);
    const size_t factors = gmix_i_factors_len(from->family, from->d);
    memcpy(to->cov + k * len, from->cov + k * len, len * sizeof *to->cov);
    for (size_t i = k * factors; i < (k + 1) * factors; i++) {
        to->factors[i] = from->factors[i];
    }
}

/* True if factoring takes long. */
static bool is_large(size_t k, size_t d, size_t len) {
    return k * d * len > 100000;
}

static size_t padded(size_t n) {
    return (n + 7) / 8 * 8;
}

gmix_status gmix_i_prepared_new(gmix_ctx *ctx, const gmix_i_kernels *kernels,
                                const gmix_i_shape *shape, size_t k, size_t d,
                                gmix_i_prepared *out) {
    gmix_status status = GMIX_OK;
    const size_t len = shape->cov_len(d), real = kernels->real_size;
    *out = (gmix_i_prepared){.kernels = kernels, .shape = shape, .k = k, .d = d};
    gmix_i_row_rules_add(&out->rules, &gmix_i_rule_noise, NULL);
    out->work_size = (2 * len * sizeof(long double) + 63) / 64 * 64;
    GMIX_TRY(
        gmix_i_calloc(ctx, "constants", 2 * padded(k + 1), sizeof(double), &out->logc));
    GMIX_TRY(gmix_i_calloc(ctx, "centres", k * d, sizeof(double), &out->centre));
    GMIX_TRY(gmix_i_calloc(ctx, "flags", 2 * k, sizeof(bool), &out->centred));
    out->apart = out->centred + k;
    GMIX_TRY(gmix_i_calloc(ctx, "flags", k, sizeof(bool), &out->failed));
    GMIX_TRY(gmix_i_calloc(ctx, "factors", k * len, sizeof(double), &out->factor));
    GMIX_TRY(gmix_i_calloc(ctx, "determinants", k, sizeof *out->det, &out->det));
    GMIX_TRY(gmix_i_calloc(ctx, "offsets", k * d, sizeof(double), &out->offset));
    if (real == sizeof(double)) {
        out->real_factor = out->factor;
        out->real_offset = out->offset;
        out->real_centre = out->centre;
    } else {
        GMIX_TRY(gmix_i_calloc(ctx, "factors", k * len, real, &out->real_factor));
        GMIX_TRY(gmix_i_calloc(ctx, "offsets", k * d, real, &out->real_offset));
        GMIX_TRY(gmix_i_calloc(ctx, "centres", k * d, real, &out->real_centre));
    }
    out->n_threads = is_large(k, d, len) ? ctx->opts.n_threads : 1;
    GMIX_TRY(gmix_i_calloc(ctx, "factor scratch", (size_t)out->n_threads, out->work_size,
                           &out->work));
done:
    if (status != GMIX_OK) {
        gmix_i_prepared_free(&ctx->opts.allocator, out);
    }
    return status;
}

void gmix_i_prepared_free(const gmix_allocator *from, gmix_i_prepared *q) {
    gmix_i_release(from, q->logc);
    gmix_i_release(from, q->centred);
    gmix_i_release(from, q->failed);
    if (q->real_factor != q->factor) {
        gmix_i_release(from, q->real_factor);
        gmix_i_release(from, q->real_offset);
        gmix_i_release(from, q->real_centre);
    }
    gmix_i_release(from, q->factor);
    gmix_i_release(from, q->det);
    gmix_i_release(from, q->offset);
    gmix_i_release(from, q->centre);
    gmix_i_release(from, q->work);
    gmix_i_gaps_free(from, &q->gaps);
    if (q->wide) {
        gmix_i_woodbury_free(from, q->wide);
        gmix_i_release(from, q->wide);
    }
    for (size_t i = 0; i < q->rules.n; i++) {
        const gmix_i_row_rule *const rule = &q->rules.at[i];
        if (rule->kind->release) {
            rule->kind->release(from, rule->of);
        }
    }
    *q = (gmix_i_prepared){0};
}

void gmix_i_to_reals(const gmix_i_prepared *q, size_t n, const double *from, void *to) {
    if (to != from) {
        q->kernels->convert(n, from, to);
    }
}

/* Chooses the centre of component k from its offset, the mean in units of its own spread.
 */
static void choose_centre(const gmix_i_params *p, size_t k, gmix_i_prepared *q) {
    const size_t d = p->d;
    const double *const mean = p->means + k * d;
    double largest = 0.0;
    for (size_t j = 0; j < d; j++) {
        const double size = fabs(q->offset[k * d + j]);
        largest = size > largest ? size : largest;
    }
    const bool centred =
        q->kernels->real_size < sizeof(double) || !(largest <= ORIGIN_LIMIT);
    q->centred[k] = centred;
    q->apart[k] = q->kernels->real_size == sizeof(double) && !(largest <= APART_LIMIT);
    for (size_t j = 0; j < d; j++) { /* as the kernel will see it, rounded to a real */
        q->centre[k * d + j] = !centred ? 0.0
                               : q->kernels->real_size < sizeof(double)
                                   ? (double)(float)mean[j]
                                   : mean[j];
    }
}

typedef struct prepare_job {
    gmix_ctx *ctx;
    const gmix_i_params *p;
    gmix_i_prepared *q;
    size_t len;  /* of a covariance */
    bool shared; /* all components have that of the first, which is factored already */
} prepare_job;

static void factor_one(const prepare_job *job, size_t k, int thread) {
    gmix_i_prepared *const q = job->q;
    const bool is_wide = q->d >= GMIX_I_POLL_FROM;
    gmix_ctx own; /* each thread polls one of its own */
    if (is_wide) {
        gmix_i_ctx_child(job->ctx, NULL, thread == 0, &own);
    }
    q->det[k] = (gmix_i_product){.factor = 1.0};
    q->failed[k] = !q->shape->factor(is_wide ? &own : NULL, q->d,
                                     job->p->cov + k * job->len, q->factor + k * job->len,
                                     &q->det[k], q->work + (size_t)thread * q->work_size);
}

static void copy_first(const prepare_job *job, size_t k) {
    gmix_i_prepared *const q = job->q;
    q->det[k] = q->det[0];
    q->failed[k] = q->failed[0];
    memcpy(q->factor + k * job->len, q->factor, job->len * sizeof *q->factor);
}

static void prepare_one(void *arg, size_t k, int thread) {
    const prepare_job *const job = arg;
    gmix_i_prepared *const q = job->q;
    const size_t d = q->d;
    if (!job->shared) {
        factor_one(job, k, thread);
    } else if (k > 0) {
        copy_first(job, k);
    }
    q->shape->apply_root(d, q->factor + k * job->len, job->p->means + k * d,
                         q->offset + k * d);
    choose_centre(job->p, k, q);
}

/* Components from `first` on, as many as go side by side; returns how many those are. */
static size_t prepare_some(prepare_job *job, size_t first) {
    enum { SOME = 8 };
    gmix_i_prepared *const q = job->q;
    const size_t n = q->k - first < SOME ? q->k - first : SOME, d = q->d;
    double det[SOME];
    const unsigned done =
        q->shape->factor_some && !job->shared
            ? q->shape->factor_some(
                  n, d, job->p->cov + first * job->len, job->p->means + first * d,
                  q->factor + first * job->len, det, q->offset + first * d)
            : 0;
    for (size_t c = 0; c < n; c++) {
        if (done >> c & 1) {
            q->det[first + c] = (gmix_i_product){.factor = det[c]};
            q->failed[first + c] = false;
            choose_centre(job->p, first + c, q);
        } else {
            prepare_one(job, first + c, 0);
        }
    }
    return n;
}

/* Few and small ones without the threads and their polls. */
static gmix_status prepare_all(prepare_job *job) {
    const size_t k = job->q->k;
    if (is_large(k, job->q->d, job->len)) {
        return gmix_i_parallel_for(job->ctx, job->q->n_threads, k, prepare_one, job);
    }
    for (size_t first = 0; first < k;) {
        first += prepare_some(job, first);
    }
    return GMIX_OK;
}

static bool is_shared(const gmix_i_params *p, size_t len) {
    bool same = true;
    for (size_t k = 1; k < p->k && same; k++) {
        same = memcmp(p->cov + k * len, p->cov, len * sizeof *p->cov) == 0;
    }
    return same;
}

static void set_noise(const gmix_i_params *p, gmix_i_prepared *q) {
    const size_t k = q->k;
    q->has_noise = p->weights[k] > 0.0;
    q->noise = p->noise;
    q->logc[k] = q->has_noise ? log(p->weights[k]) - p->log_volume : -INFINITY;
}

/* The constants of the log-densities, all logarithms in one call. */
static void set_constants(const gmix_i_params *p, gmix_i_prepared *q) {
    const size_t k = q->k;
    double *const rest = q->logc + padded(k + 1);
    for (size_t c = 0; c < k; c++) {
        gmix_i_product product = q->det[c];
        gmix_i_product_times(&product, p->weights[c]);
        q->logc[c] = product.factor;
        rest[c] = product.log - 0.5 * (double)q->d * LOG_2PI;
    }
    gmix_i_logs(padded(k), q->logc);
    for (size_t c = 0; c < k; c++) {
        q->logc[c] += rest[c];
    }
    set_noise(p, q);
}

gmix_status gmix_i_prepare(gmix_ctx *ctx, const gmix_i_params *p, gmix_i_prepared *q) {
    const size_t k = p->k, d = p->d, len = p->family->shape->cov_len(d);
    prepare_job job = {
        .ctx = ctx, .p = p, .q = q, .len = len, .shared = is_shared(p, len)};
    if (job.shared) {
        factor_one(&job, 0, 0);
    }
    const gmix_status cut = prepare_all(&job);
    if (cut != GMIX_OK) {
        return cut;
    }
    q->any_centred = false;
    for (size_t c = 0; c < k; c++) {
        if (q->failed[c]) {
            return gmix_i_fail(
                ctx, GMIX_ERR_SINGULAR,
                "the covariance matrix of component %zu is not positive "
                "definite: it rests on too few distinct rows, or on rows in a "
                "plane; ask for fewer components or a larger regularisation",
                c);
        }
        q->any_centred = q->any_centred || q->centred[c];
    }
    q->is_start = false;
    set_constants(p, q);
    gmix_i_to_reals(q, k * len, q->factor, q->real_factor);
    gmix_i_to_reals(q, k * d, q->offset, q->real_offset);
    gmix_i_to_reals(q, k * d, q->centre, q->real_centre);
    gmix_status status = GMIX_OK;
    for (size_t i = 0; i < q->rules.n && status == GMIX_OK; i++) {
        const gmix_i_row_rule *const rule = &q->rules.at[i];
        status = rule->kind->prepare ? rule->kind->prepare(rule->of, p, q) : GMIX_OK;
    }
    return status;
}

gmix_status gmix_i_prepare_wide(gmix_ctx *ctx, const gmix_i_params *p,
                                gmix_i_prepared *q) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(gmix_i_calloc(ctx, "factors", 1, sizeof *q->wide, &q->wide));
    GMIX_TRY(gmix_i_woodbury_new(ctx, p->k, p->d, p->family->n_factors, q->wide));
    if (!gmix_i_woodbury_prepare(p->weights, p->means, p->factors, q->wide)) {
        gmix_i_woodbury_free(&ctx->opts.allocator, q->wide);
        gmix_i_free(ctx, q->wide);
        q->wide = NULL;
        gmix_i_factors_make_matrices(p);
        return gmix_i_prepare(ctx, p, q);
    }
    for (size_t c = 0; c < p->k; c++) {
        q->centred[c] = true;
        q->logc[c] = q->wide->logc[c];
    }
    memcpy(q->centre, p->means, p->k * p->d * sizeof *q->centre);
    q->any_centred = true;
    set_noise(p, q);
done:
    return status;
}
