/*
 * The task of chains. See posterior_task.h.
 *
 * Rows are centred and scaled by powers of two, as everywhere (ARCHITECTURE.md), and the prior is set
 * there from the table's mean and covariance, so that units change nothing.
 */
#include "posterior/posterior_task.h"

#include <float.h>
#include <math.h>

#include "data/pass.h"
#include "data/resolution.h"
#include "linalg/dot.h"
#include "linalg/linalg.h"
#include "posterior/longer_chains.h"

/* Means spread four times as far as the table's rows: less than the range of most tables, which
 * Richardson & Green (1997) take, and enough for a group more to cost something. */
#define MEANS_PER_SCALE (1.0 / 16.0)

/* A step that is as much of a standard deviation; the streams of its draws, which no chain has. */
static const double COARSE = 0.1;
enum { FIRST_SPREAD = 1000000 };

static gmix_status refuse(gmix_ctx *ctx, const gmix_table *x) {
    for (size_t i = 0; x->weights && i < x->n_rows; i++) {
        if (x->weights[i] != 1.0) {
            return gmix_i_fail(ctx, GMIX_ERR_DATA,
                               "row %zu has the weight %g: samples part whole rows into "
                               "groups; give a row as often as it counts",
                               i + 1, x->weights[i]);
        }
    }
    for (size_t i = 0; x->labels && i < x->n_rows; i++) {
        if (x->labels[i] >= 0) {
            return gmix_i_fail(ctx, GMIX_ERR_DATA,
                               "row %zu has a label: groups are what is sampled, and "
                               "none is known before",
                               i + 1);
        }
    }
    if (x->n_rows < 2 || x->n_rows >= UINT32_MAX) {
        return gmix_i_fail(ctx, GMIX_ERR_DATA,
                           "%zu row%s: samples of groups need at least 2", x->n_rows,
                           x->n_rows == 1 ? "" : "s");
    }
    return GMIX_OK;
}

static gmix_status check_priors(gmix_ctx *ctx, const gmix_posterior_options *o,
                                const gmix_i_group_kind *kind,
                                const gmix_i_number_prior *number, size_t d) {
    if (!kind) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "covariance '%.40s': samples are made of full, diag and "
                           "spherical groups (VVV, VVI, VII)",
                           o->covariance);
    }
    if (o->prior_dof > 0.0 && !(o->prior_dof > kind->least_dof(d))) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "prior_dof is %g: with %zu features it is above %g",
                           o->prior_dof, d, kind->least_dof(d));
    }
    if (!(o->level > 0.0 && o->level < 1.0)) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION, "level is %g: it is between 0 and 1",
                           o->level);
    }
    const size_t iterations = o->iterations > 0 ? o->iterations : GMIX_I_FIRST_ITERATIONS;
    if (o->thin * 4 > iterations) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "one in %zu of %zu iterations leaves fewer than 4 draws",
                           o->thin, iterations);
    }
    const double p = o->components_parameter;
    if (p != 0.0 && (number->most == 0.0 || p < number->least || p > number->most ||
                     (number->is_whole && p != floor(p)))) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           number->most == 0.0
                               ? "components_parameter is %g: the prior '%s' has none"
                               : "components_parameter is %g: for the prior '%s' it is "
                                 "%s%g to %g",
                           p, number->name, number->is_whole ? "a whole number, " : "",
                           number->least, number->most);
    }
    if (o->concentration > 0.0 &&
        (o->concentration_shape > 0.0 || o->concentration_rate > 0.0)) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "the concentration is fixed at %g: a gamma prior of it has no "
                           "meaning then",
                           o->concentration);
    }
    return GMIX_OK;
}

/* The first feature of which the ones before leave no more than rounding, of n rows; D: there is none. root:
 * memory, as matrix. */
static size_t find_dependent(size_t n, size_t d, const double *matrix, double *root) {
    const double least = DBL_EPSILON * (4.0 * (double)d + sqrt((double)n));
    for (size_t j = 0; j < d; j++) {
        double *const own = root + gmix_i_packed_len(j);
        const double *const row = matrix + gmix_i_packed_len(j);
        double left = row[j];
        for (size_t m = 0; m < j; m++) {
            const double *const other = root + gmix_i_packed_len(m);
            own[m] = (row[m] - gmix_i_dot(m, own, other)) / other[m];
            left -= own[m] * own[m];
        }
        if (!(left > least * row[j])) {
            return j;
        }
        own[j] = sqrt(left);
    }
    return d;
}

/* Where rows lie in a plane, groups are the more probable the thinner they are: a scale that is learnt goes to 0. */
static gmix_status refuse_plane(gmix_ctx *ctx, const gmix_table *x, size_t dependent) {
    return dependent == x->n_cols
               ? GMIX_OK
               : gmix_i_fail(
                     ctx, GMIX_ERR_SINGULAR,
                     "all rows lie in a plane: column %zu%s%s%s depends on those "
                     "before it, as far as rounding tells, and the thinner groups "
                     "are the more probable they would be; leave it out, ask for "
                     "covariance = diag, or give prior_scale",
                     dependent + 1, x->names ? " '" : "",
                     x->names ? x->names[dependent] : "", x->names ? "'" : "");
}

/* V of the family: the table's covariance in the frame, or what was given. */
static gmix_status make_shape(gmix_ctx *ctx, const gmix_table *x,
                              const gmix_posterior_options *o, gmix_i_posterior_task *t) {
    gmix_status status = GMIX_OK;
    const double *const given = o->prior_matrix;
    const size_t n = t->task.n, d = t->task.d, packed = gmix_i_packed_len(d);
    double *matrix = NULL, *diff = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "the prior", 2 * packed + d, sizeof *matrix, &matrix));
    diff = matrix + 2 * packed;
    for (size_t i = 0; !given && i < n; i++) {
        size_t at = 0;
        GMIX_TRY(gmix_i_poll(ctx));
        for (size_t j = 0; j < d; j++) {
            diff[j] = t->rows[i * d + j]; /* their mean is 0 */
            for (size_t m = 0; m <= j; m++) {
                matrix[at++] += diff[j] * diff[m] / (double)(n - 1);
            }
        }
    }
    for (size_t j = 0, at = 0; given && j < d; j++) {
        for (size_t m = 0; m <= j; m++) {
            matrix[at++] =
                given[j * d + m] * t->frame.inv_scale[j] * t->frame.inv_scale[m];
        }
    }
    const bool full = strcmp(t->task.prior.kind->covariance, "full") == 0;
    if (full && !given && n > d && o->prior_scale == 0.0) {
        GMIX_TRY(refuse_plane(ctx, x, find_dependent(n, d, matrix, matrix + packed)));
    }
    const bool whole = full || given; /* else variances alone are asked for */
    bool sound = whole && gmix_i_cholesky(NULL, d, matrix, matrix + packed);
    for (size_t j = 0; whole && j < d; j++) { /* what it has of its own beside others */
        const size_t at = j * (j + 1) / 2 + j;
        sound = sound && matrix[packed + at] * matrix[packed + at] > 1e-10 * matrix[at];
    }
    if (given && !sound) {
        GMIX_FAIL(ctx, GMIX_ERR_SINGULAR,
                  "prior_matrix is not positive definite, or barely");
    }
    const size_t len = t->task.prior.kind->len(d);
    for (size_t j = 0; j < d; j++) {
        const size_t at = j * (j + 1) / 2;
        for (size_t m = 0; full && m < j; m++) { /* a singular one: its diagonal */
            t->shape[at + m] = sound ? matrix[at + m] : 0.0;
        }
        if (full) {
            t->shape[at + j] = matrix[at + j];
        } else if (len == 1) {
            t->shape[0] += matrix[at + j] / (double)d;
        } else {
            t->shape[j] = matrix[at + j];
        }
    }
done:
    gmix_i_free(ctx, matrix);
    return status;
}

/*
 * Values in coarse steps lie on each other, and the narrower a group on one of them, the higher its density, without an
 * end: with a scale that is learnt the posterior is improper, and chains that found this say "a group for every value".
 * So their rounding is undone, at random: each is somewhere in its step. Finer steps are nothing beside the width of
 * groups, and stay as they are.
 */
static void spread_steps(const gmix_posterior_options *o, gmix_i_posterior_task *t,
                         size_t n, size_t d) {
    for (size_t j = 0; j < d; j++) {
        const double step = t->survey.grain[j].step * t->frame.inv_scale[j];
        gmix_i_stream stream =
            gmix_i_stream_open(o->seed, GMIX_I_RNG_GIBBS, FIRST_SPREAD + j);
        if (!(t->survey.grain[j].step > COARSE * t->survey.sd[j])) {
            continue;
        }
        t->n_spread++;
        for (size_t i = 0; i < n; i++) {
            t->rows[i * d + j] += step * (gmix_i_next_uniform(&stream) - 0.5);
        }
    }
}

static gmix_status read_rows(gmix_ctx *ctx, const gmix_table *x,
                             const gmix_posterior_options *o, bool isotropic,
                             gmix_i_posterior_task *t) {
    gmix_status status = GMIX_OK;
    gmix_i_input input;
    const size_t n = x->n_rows, d = x->n_cols;
    GMIX_TRY(gmix_i_input_table(ctx, x, &input));
    const gmix_i_block all = gmix_i_table_rows(x, 0, n);
    for (size_t c = 0; c < n * d; c++) {
        if (isnan(gmix_i_cell(&all.rows, c / d, c % d))) {
            GMIX_FAIL(ctx, GMIX_ERR_NONFINITE,
                      "row %zu, column %zu is missing: samples part complete rows into "
                      "groups; fill the cells, or leave such rows out",
                      c / d + 1, c % d + 1);
        }
    }
    GMIX_TRY(gmix_i_survey_new(ctx, &input, GMIX_I_MISSING_REFUSE, 0.0, &t->survey));
    GMIX_TRY(gmix_i_frame_new(ctx, d, &t->frame));
    gmix_i_frame_set(&t->frame, t->survey.mean, t->survey.sd, isotropic);
    GMIX_TRY(gmix_i_calloc(ctx, "the rows", n * d, sizeof *t->rows, &t->rows));
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < d; j++) {
            t->rows[i * d + j] = (gmix_i_cell(&all.rows, i, j) - t->frame.shift[j]) *
                                 t->frame.inv_scale[j];
        }
    }
    if (o->prior_scale == 0.0) {
        GMIX_TRY(gmix_i_resolution_find(ctx, &input, &t->survey));
        spread_steps(o, t, n, d);
    }
done:
    return status;
}

/* What chains learn, and where they begin. */
static void set_hyper(const gmix_posterior_options *o, gmix_i_gibbs_task *t) {
    t->partition.kind =
        strcmp(o->prior, "dp") == 0 ? GMIX_I_DIRICHLET_PROCESS : GMIX_I_FINITE_MIXTURES;
    const bool process = t->partition.kind == GMIX_I_DIRICHLET_PROCESS;
    t->learns_scale = o->prior_scale == 0.0;
    t->scale_shape = 1.0;
    t->scale_rate = 2.0;
    t->kappa_per_scale = o->prior_shrinkage == 0.0 ? MEANS_PER_SCALE : 0.0;
    t->prior.scale = t->learns_scale ? 0.5 : o->prior_scale;
    t->prior.kappa = t->kappa_per_scale > 0.0 ? t->kappa_per_scale * t->prior.scale
                                              : o->prior_shrinkage;
    t->learns_concentration =
        o->concentration == 0.0 && (process || o->concentration_shape > 0.0);
    t->concentration_shape = o->concentration_shape > 0.0 ? o->concentration_shape : 2.0;
    t->concentration_rate = o->concentration_rate > 0.0 ? o->concentration_rate : 4.0;
    t->partition.concentration = o->concentration > 0.0 ? o->concentration
                                 : t->learns_concentration
                                     ? t->concentration_shape / t->concentration_rate
                                     : 1.0;
    t->partition.number = gmix_i_number_prior_named(o->components);
    t->partition.parameter = o->components_parameter != 0.0 ? o->components_parameter
                                                            : t->partition.number->usual;
}

gmix_status gmix_i_posterior_task_make(gmix_ctx *ctx, const gmix_table *x,
                                       const gmix_posterior_options *o,
                                       gmix_i_posterior_task *t) {
    gmix_status status = GMIX_OK;
    double *work = NULL;
    const size_t n = x->n_rows, d = x->n_cols;
    const gmix_i_group_kind *const kind =
        gmix_i_group_kind_named(gmix_family_name(o->covariance));
    GMIX_TRY(refuse(ctx, x));
    GMIX_TRY(check_priors(ctx, o, kind, gmix_i_number_prior_named(o->components), d));
    const size_t len = kind->len(d);
    GMIX_TRY(read_rows(ctx, x, o, strcmp(kind->covariance, "spherical") == 0, t));
    t->task = (gmix_i_gibbs_task){
        .n = n, .d = d, .rows = t->rows, .n_proposals = o->n_proposals, .seed = o->seed};
    t->task.partition.n = n;
    t->task.prior.kind = kind;
    t->task.prior.d = d;
    t->task.prior.nu = o->prior_dof > 0.0 ? o->prior_dof : kind->usual_dof(d);
    GMIX_TRY(gmix_i_calloc(ctx, "the prior", d, sizeof *t->mean, &t->mean));
    GMIX_TRY(gmix_i_calloc(ctx, "the prior", len, sizeof *t->shape, &t->shape));
    GMIX_TRY(gmix_i_calloc(ctx, "the prior", len, sizeof *work, &work));
    GMIX_TRY(gmix_i_calloc(ctx, "the prior", n + 1, sizeof *t->ratio, &t->ratio));
    GMIX_TRY(gmix_i_calloc(ctx, "the prior", n + 2, sizeof *t->sum, &t->sum));
    for (size_t j = 0; o->prior_mean && j < d; j++) {
        t->mean[j] = (o->prior_mean[j] - t->frame.shift[j]) * t->frame.inv_scale[j];
    }
    GMIX_TRY(make_shape(ctx, x, o, t));
    t->task.prior.mean = t->mean;
    t->task.prior.shape = t->shape;
    set_hyper(o, &t->task);
    if (!gmix_i_group_prior_begin(&t->task.prior, n, t->ratio, t->sum, work)) {
        GMIX_FAIL(ctx, GMIX_ERR_SINGULAR, "the prior of covariances is singular");
    }
done:
    gmix_i_free(ctx, work);
    return status;
}

void gmix_i_posterior_task_free(gmix_ctx *ctx, gmix_i_posterior_task *t) {
    gmix_i_survey_free(ctx, &t->survey);
    gmix_i_frame_free(&ctx->opts.allocator, &t->frame);
    gmix_i_free(ctx, t->rows);
    gmix_i_free(ctx, t->mean);
    gmix_i_free(ctx, t->shape);
    gmix_i_free(ctx, t->ratio);
    gmix_i_free(ctx, t->sum);
}
