/* Telling sound components from spurious ones. See sound.h. */
#include "search/sound.h"

#include <math.h>
#include <string.h>

#include "data/resolution.h"
#include "linalg/gamma_functions.h"
#include "linalg/linalg.h"
#include "search/merging.h"
#include "stats/trim.h"

static const double LEAST_SHARED = 1e-9;

/* Evidence counts four times over, up to the whole loss: what has a fourth of it is beyond
 * question. */
static const double EVIDENCE_WORTH = 4.0;

/* Worth that needs no second look, in descriptions. */
static const double BEYOND_QUESTION = 6.0;

/* Variances below this many of the least that a step allows are those of one value, or two. */
static const double ON_A_VALUE = 2.0;

/* Of the least variance allowed, for components with fewer than so many times D + 1 rows: more of them in a
 * plane are no accident. */
static const double NEXT_TO = 1.05, MANY_ROWS = 5.0;

/* Relative variances between which width comes into doubt, and features beyond which that
 * would cost more than EM itself. */
static const double NARROW = 1e-2, VERY_NARROW = 4e-4;
enum { WIDE_TABLE = 64 };

gmix_status gmix_i_judge_new(gmix_ctx *ctx, const gmix_i_shape *shape,
                             const gmix_i_survey *survey, double trim,
                             const gmix_i_frame *frame, gmix_i_incomplete *incomplete,
                             gmix_i_judge *out) {
    const size_t d = frame->d, len = shape->cov_len(d);
    double *numbers;
    const gmix_status status =
        gmix_i_calloc(ctx, "the check of components", 7 * d + 3 * len + 6 * d * d,
                      sizeof(double), &numbers);
    if (status != GMIX_OK) {
        return status;
    }
    *out = (gmix_i_judge){.d = d,
                          .n = gmix_i_kept_weight(survey, trim),
                          .trims = trim > 0.0,
                          .variance = numbers,
                          .step = numbers + d,
                          .atom = numbers + 2 * d,
                          .near = numbers + 3 * d,
                          .least = numbers + 4 * d,
                          .work = numbers + 4 * d + len,
                          .incomplete = incomplete};
    for (size_t j = 0; j < d; j++) {
        const double sd = survey->sd[j] * frame->inv_scale[j];
        out->variance[j] = sd * sd;
        out->near[j] =
            frame->inv_scale[j] * gmix_i_near_spread(&survey->grain[j], survey->sd[j]);
        out->step[j] = survey->grain[j].step * frame->inv_scale[j];
        out->atom[j] =
            survey->grain[j].atom_share > 0.0
                ? (survey->grain[j].atom - frame->shift[j]) * frame->inv_scale[j]
                : NAN;
    }
    return GMIX_OK;
}

void gmix_i_judge_free(gmix_ctx *ctx, gmix_i_judge *judge) {
    gmix_i_free(ctx, judge->variance);
    *judge = (gmix_i_judge){0};
}

double gmix_i_shared_rows_needed(const gmix_i_family *family, size_t k, size_t d) {
    const size_t unknowns = family->shape->cov_len(d) > d /* of a scatter */
                                ? gmix_i_family_span(family, d)
                                : 1;
    return (double)(unknowns + k) + 0.5;
}

double gmix_i_component_rows(const gmix_i_judge *judge, const gmix_i_params *p) {
    double n = 0.0;
    for (size_t k = 0; k < p->k; k++) {
        n += p->weights[k] * judge->n;
    }
    return n;
}

/* True if one covariance serves all components and the rows together do not determine it. */
static bool few_in_all(const gmix_i_judge *judge, const gmix_i_params *p) {
    return !judge->has_prior && !judge->cov_given &&
           (p->k == 1 || gmix_i_family_is_shared(p->family)) &&
           gmix_i_component_rows(judge, p) <
               gmix_i_shared_rows_needed(p->family, p->k, p->d);
}

bool gmix_i_judge_admits(const gmix_i_judge *judge, const gmix_i_family *family,
                         size_t k) {
    if (judge->has_prior || judge->cov_given) {
        return true;
    }
    const bool one = k == 1 || gmix_i_family_is_shared(family);
    const double needed = one ? gmix_i_shared_rows_needed(family, k, judge->d)
                              : (double)k * gmix_i_rows_needed(family, judge->d);
    return judge->n * (1.0 + 1e-9) >= needed;
}

/* The covariance of all rows as the mixture has it: within plus between components. */
static void overall(const gmix_i_judge *judge, const gmix_i_params *p, double *cov) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = p->d, len = shape->cov_len(d);
    double *const matrix = judge->work;
    memset(matrix, 0, d * d * sizeof *matrix);
    for (size_t k = 0; k < p->k; k++) { /* the frame is centred at the overall mean */
        const double *const mean = p->means + k * d;
        for (size_t i = 0; i < d; i++) {
            for (size_t j = 0; j <= i; j++) {
                matrix[i * d + j] += p->weights[k] * mean[i] * mean[j];
            }
        }
    }
    shape->from_matrix(d, matrix, cov);
    for (size_t k = 0; k < p->k; k++) {
        for (size_t t = 0; t < len; t++) {
            cov[t] += p->weights[k] * p->cov[k * len + t];
        }
    }
}

/* The variance of feature j that the mixture gives the rows that are not trimmed. */
static double kept_variance(const gmix_i_params *p, size_t j) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = p->d, len = shape->cov_len(d);
    double all = 0.0, mean = 0.0, variance = 0.0;
    for (size_t k = 0; k < p->k; k++) {
        all += p->weights[k];
        mean += p->weights[k] * p->means[k * d + j];
    }
    mean /= all;
    for (size_t k = 0; k < p->k; k++) {
        const double off = p->means[k * d + j] - mean;
        variance +=
            p->weights[k] / all * (shape->variance(p->cov + k * len, j) + off * off);
    }
    return variance;
}

/* Sets `least` to LEAST_SHARED of the features' variances, `all` to the overall covariance; true
 * if that one exceeds it. */
static bool overall_exceeds(const gmix_i_judge *judge, const gmix_i_params *p,
                            double *all) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = p->d;
    double *const scaled = judge->work;
    overall(judge, p, all);
    for (size_t j = 0; j < d; j++) { /* the spread of all rows is that of the outliers */
        scaled[j] =
            LEAST_SHARED * (judge->trims ? kept_variance(p, j) : judge->variance[j]);
    }
    shape->from_variances(d, scaled, judge->least);
    return shape->exceeds(NULL, d, all, judge->least, judge->work);
}

/* True if some direction has next to nothing of the variances of component k's features. */
static bool is_flat(const gmix_i_judge *judge, const gmix_i_params *p, size_t k) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = p->d;
    const double *const cov = p->cov + k * shape->cov_len(d);
    double *const least = judge->work + d * d;
    for (size_t j = 0; j < d; j++) {
        least[j] = LEAST_SHARED * shape->variance(cov, j);
    }
    shape->from_variances(d, least, judge->least);
    return !shape->exceeds(NULL, d, cov, judge->least, judge->work);
}

/* True if all components are: where one is not, they are narrow beside what is between them, and that is
 * all. */
static bool components_lie_flat(const gmix_i_judge *judge, const gmix_i_params *p) {
    bool flat = true;
    for (size_t k = 0; k < p->k; k++) {
        flat = flat && (!(p->weights[k] > 0.0) || is_flat(judge, p, k));
    }
    return flat;
}

/* Nor are rows known to leave a plane where rounding alone may have moved them. */
bool gmix_i_rows_lie_flat(const gmix_i_judge *judge, const gmix_i_params *p) {
    const gmix_i_shape *const shape = p->family->shape;
    double *const all = judge->work + p->d * p->d, *const least = judge->work;
    if (!overall_exceeds(judge, p, all)) {
        return components_lie_flat(judge, p);
    }
    for (size_t j = 0; j < p->d; j++) {
        least[j] = fmax(LEAST_SHARED * judge->variance[j],
                        (1.0 + 1e-9) * gmix_i_rounded_variance(judge->step[j], INFINITY));
        least[j] = fmin(least[j], 0.5 * judge->variance[j]);
    }
    shape->from_variances(p->d, least, judge->least);
    return !shape->exceeds(NULL, p->d, all, judge->least, judge->work);
}

/* True if the covariance that all share is next to singular, or held at the smallest that is allowed. Where all
 * rows lie in a plane: within it. */
static bool is_narrow_in_all(const gmix_i_judge *judge, const gmix_i_params *p,
                             bool at_floor) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = p->d, len = shape->cov_len(d);
    double *const all = judge->work + d * d;
    if (!overall_exceeds(judge, p, all) && components_lie_flat(judge, p)) {
        overall(judge, p, all);
        for (size_t t = 0; t < len; t++) {
            judge->least[t] = LEAST_SHARED * all[t];
        }
        return !shape->exceeds(NULL, d, p->cov, judge->least, judge->work);
    }
    return (at_floor && !judge->rounded) || is_flat(judge, p, 0);
}

/* What a maximised log-determinant of n degrees' worth of rows gains, on average: about half a
 * nat per parameter, and much more where rows are few. */
static double overfit(double rows, double freedom) {
    const double half = 0.5 * freedom;
    return half > 0.2 ? 0.5 * rows * (log(0.5 * rows) - gmix_i_digamma(half)) : INFINITY;
}

/* Which numbers a component of the family has to itself, beside weight and mean. */
typedef struct own_numbers {
    bool volume, shape, axes;
    size_t factors; /* that features are told by, first */
    size_t loadings;
} own_numbers;

static own_numbers own_of(const gmix_i_family *family, size_t d) {
    const bool matrices = family->shape->cov_len(d) > d;
    const size_t q = family->common_loadings ? 0 : family->n_factors;
    return (own_numbers){.volume = family->form[0] == 'V',
                         .shape = family->form[1] == 'V' && d > 1,
                         .axes = family->form[2] == 'V' && matrices,
                         .factors = q,
                         .loadings = d * q - gmix_i_n_angles(q)};
}

/* The description's length. */
static double description(const gmix_i_judge *judge, own_numbers own,
                          const gmix_i_widths *w) {
    const double *const e = w->e;
    const size_t d = judge->d;
    const double variances = own.shape    ? (double)d - (own.volume ? 0.0 : 1.0)
                             : own.volume ? 1.0
                                          : 0.0;
    double sum = 0.5 * (1.0 + variances + (double)own.loadings) * log(judge->n);
    for (size_t i = 0; i < d; i++) {
        sum += 0.5 * log(judge->n / e[i]);
        for (size_t j = 0; own.axes && j < i; j++) {
            const double off = e[i] - e[j];
            sum += 0.5 * log(judge->n) + 0.5 * log1p(off * off / (e[i] * e[j]));
        }
    }
    if (own.shape || own.axes) {
        for (size_t i = 0; i < d; i++) { /* the narrowest beside all others */
            const double m = w->rows[i],
                         others = (double)(own.axes ? d - 1 - i : own.factors);
            sum += m >= GMIX_I_NO_ROW ? overfit(m, m - 1.0 - others) : 0.0;
        }
    } else if (own.volume || own.factors) {
        const double m = gmix_i_widths_mean_rows(w, d);
        sum += m >= GMIX_I_NO_ROW
                   ? overfit(m * (double)d, (m - 1.0 - (double)own.factors) * (double)d)
                   : 0.0;
    }
    return sum;
}

static double doubt_of_rows(size_t d, double m) {
    const double unknowns = (double)d + 1.0;
    return gmix_i_ramp(m, 2.0 * unknowns, 1.5 * unknowns);
}

/* log det of a covariance; NaN if it is not positive definite. */
static double log_det(const gmix_i_shape *shape, size_t d, const double *cov,
                      double *work) {
    double sum = 0.0;
    if (shape->cov_len(d) > d) {
        if (!gmix_i_cholesky(NULL, d, cov, work)) {
            return NAN;
        }
        for (size_t j = 0; j < d; j++) {
            sum += 2.0 * log(work[j * (j + 1) / 2 + j]);
        }
        return sum;
    }
    for (size_t j = 0; j < d; j++) {
        sum += log(cov[j]);
    }
    return sum;
}

/* What the log-likelihood of their rows loses, were component k and its neighbour b one and every row
 * known to be of the one or the other (-INFINITY without a neighbour). Where groups are apart
 * that is what k is worth, and no EM is needed to tell. */
static double worth_apart(const gmix_i_judge *judge, const gmix_i_params *p, size_t k,
                          size_t b, const gmix_i_widths *w) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = p->d, len = shape->cov_len(d);
    double *const both = judge->work, *const mean = both + len, *const rest = mean + d;
    if (b == k) {
        return -INFINITY;
    }
    const double n = p->weights[k] * judge->n, m = p->weights[b] * judge->n;
    gmix_i_part_merged(p, k, b, rest, mean, both);
    double gain = (n + m) * log_det(shape, d, both, rest) -
                  n * log_det(shape, d, p->cov + k * len, rest) -
                  m * log_det(shape, d, p->cov + b * len, rest);
    for (size_t i = 0; i < d; i++) { /* not of rows whose cells are missing */
        gain += (n - w->rows[i]) * log(w->e[i]);
    }
    const double labels = (n + m) * log(n + m) - n * log(n) - m * log(m);
    const double worth = 0.5 * gain - labels;
    return isnan(worth) ? -INFINITY : worth;
}

/* True if component k sits on one value, or two, of a feature whose steps are far too fine to decide
 * what a group looks like: values that happen to come again, and are not out of proportion. Or is narrower
 * than steps that decide it allow, as in families that turn features into common axes and know one bound
 * for all. */
static bool is_on_a_value(const gmix_i_judge *judge, const gmix_i_params *p, size_t k) {
    const gmix_i_shape *const shape = p->family->shape;
    const double *const cov = p->cov + k * shape->cov_len(p->d);
    for (size_t j = 0; j < p->d; j++) {
        const double all = judge->variance[j], own = shape->variance(cov, j);
        const double least = gmix_i_rounded_variance(judge->step[j], sqrt(all));
        const double times =
            gmix_i_is_visible(least, judge->near[j]) ? 1.0 - 1e-6 : ON_A_VALUE;
        const bool on_atom =
            fabs(p->means[k * p->d + j] - judge->atom[j]) <= 0.5 * judge->step[j];
        if (least > 0.0 && own < times * least && !on_atom) {
            return true;
        }
    }
    return false;
}

/* True if component k, of few rows, is as narrow as is allowed in some direction, or next to it: what a row
 * at the edge adds to identical ones is no width of theirs. But on a value that is out of all proportion. */
static bool is_near_floor(const gmix_i_judge *judge, const gmix_i_params *p, size_t k) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = p->d;
    const double m = p->weights[k] * judge->n;
    bool bounded = judge->floor != NULL && m < MANY_ROWS * (double)(d + 1);
    for (size_t j = 0; bounded && j < d; j++) {
        const double floor = judge->floor[j], off = p->means[k * d + j] - judge->atom[j];
        judge->work[j] = NEXT_TO * floor;
        bounded = floor > 0.0 && !(off * off <= floor);
    }
    if (!bounded) {
        return false;
    }
    shape->from_variances(d, judge->work, judge->least);
    return !shape->exceeds(NULL, d, p->cov + k * shape->cov_len(d), judge->least,
                           judge->work);
}

/* True if component k has rows enough, and no direction in which it is narrow. */
static bool is_clear(const gmix_i_judge *judge, const gmix_i_params *p, size_t k,
                     size_t b) {
    const double m = p->weights[k] * judge->n;
    return p->d <= WIDE_TABLE &&
           doubt_of_rows(gmix_i_family_span(p->family, p->d), m) == 0.0 &&
           gmix_i_is_wide(p, k, b, NARROW, judge->incomplete, judge->work);
}

/* What can be said of component k, which has rows and numbers of its own. */
static void judge_one(const gmix_i_judge *judge, const gmix_i_params *p, size_t k,
                      bool is_at_floor, gmix_i_support *out) {
    const bool at_floor =
        (!judge->rounded && (is_at_floor || is_near_floor(judge, p, k))) ||
        is_on_a_value(judge, p, k);
    const size_t d = p->d, b = gmix_i_part_neighbour(p, k);
    const double m = p->weights[k] * judge->n;
    if (!at_floor && is_clear(judge, p, k, b)) {
        out->told = m;
        return;
    }
    double *const numbers = judge->work + 6 * d * d + 2 * p->family->shape->cov_len(d);
    const gmix_i_widths w = {.e = numbers, .rows = numbers + d};
    if (d > WIDE_TABLE) { /* width is left to the floor */
        for (size_t j = 0; j < d; j++) {
            w.e[j] = 1.0;
            w.rows[j] = m;
        }
    } else {
        gmix_i_local_widths(p, k, b, m, judge->incomplete, judge->work, &w);
    }
    const double told = gmix_i_widths_fewest_rows(&w, d, m),
                 few = doubt_of_rows(gmix_i_family_span(p->family, d), told);
    const double narrow = gmix_i_ramp(-log(w.e[0]), -log(NARROW), -log(VERY_NARROW));
    out->doubt = at_floor ? 1.0 : 1.0 - (1.0 - few) * (1.0 - narrow);
    out->description =
        at_floor ? INFINITY
                 : (1.0 + 0.5 * sqrt(few)) * description(judge, own_of(p->family, d), &w);
    for (size_t j = 0; j < d; j++) {
        out->gain -= 0.5 * w.rows[j] * log(w.e[j]);
    }
    if (out->doubt > 0.0 && isfinite(out->description) &&
        worth_apart(judge, p, k, b, &w) > BEYOND_QUESTION * out->description) {
        out->doubt = 0.0;
        return;
    }
    out->told = told;
    const gmix_i_fault few_rows =
        doubt_of_rows(d, m) < few ? GMIX_I_FEW_SEEN : GMIX_I_FEW;
    out->fault = told < gmix_i_rows_needed(p->family, d) ? few_rows
                 : at_floor                              ? GMIX_I_AT_FLOOR
                 : few > narrow                          ? few_rows
                 : narrow > 0.0                          ? GMIX_I_NARROW
                                                         : GMIX_I_SOUND;
}

void gmix_i_judge_all(const gmix_i_judge *judge, const gmix_i_params *p,
                      const bool *at_floor, gmix_i_support *support) {
    if (judge->incomplete) {
        judge->incomplete->shared = false;
    }
    const bool shared = p->k == 1 || gmix_i_family_is_shared(p->family);
    const bool free = !judge->has_prior && !judge->cov_given;
    const bool few = few_in_all(judge, p);
    const bool narrow =
        free && shared && p->k > 1 && is_narrow_in_all(judge, p, at_floor[0]);
    for (size_t k = 0; k < p->k; k++) {
        const double m = p->weights[k] * judge->n;
        support[k] = (gmix_i_support){.loss = NAN};
        if (!(m > 0.0)) {
            support[k].fault = GMIX_I_EMPTY;
        } else if (few || narrow) {
            support[k].fault = few ? GMIX_I_FEW_IN_ALL : GMIX_I_NARROW_ALL;
        } else if (free && !shared && judge->labelled) {
            const bool lacks = m < gmix_i_rows_needed(p->family, p->d);
            support[k].fault = lacks                            ? GMIX_I_FEW
                               : at_floor[k] && !judge->rounded ? GMIX_I_AT_FLOOR
                                                                : GMIX_I_SOUND;
        } else if (free && !shared) {
            judge_one(judge, p, k, at_floor[k], &support[k]);
        }
    }
}

double gmix_i_support_penalty(const gmix_i_support *s) {
    if (s->doubt == 0.0) {
        return 0.0;
    }
    if (isnan(s->loss)) {
        return s->doubt * fmin(s->description, fmax(s->gain, 0.0) + 10.0);
    }
    if (!isfinite(s->description)) {
        return s->doubt * (isfinite(s->loss) ? s->loss : s->gain + 10.0);
    }
    if (!isfinite(s->loss)) { /* there is no doing without it */
        return 0.0;
    }
    const double evidence = fmax(0.0, s->loss - s->description);
    return s->doubt * (s->loss - fmin(s->loss, EVIDENCE_WORTH * evidence));
}

bool gmix_i_support_fails(const gmix_i_support *s) {
    if (s->doubt == 0.0) {
        return s->fault != GMIX_I_SOUND;
    }
    if (isnan(s->loss)) { /* nothing but its rows and widths to tell by */
        return s->doubt > 0.5 && !isfinite(s->description);
    }
    if (!isfinite(s->loss)) {
        return !isfinite(s->description);
    }
    const bool few = s->fault == GMIX_I_FEW || s->fault == GMIX_I_FEW_SEEN;
    const double doubt = few ? s->doubt : 1.0;
    return gmix_i_support_penalty(s) >= 0.5 * doubt * s->loss;
}

size_t gmix_i_support_faults(const gmix_i_support *support, size_t k,
                             gmix_i_fault *faults) {
    size_t n = 0;
    for (size_t c = 0; c < k; c++) {
        const bool fails = gmix_i_support_fails(&support[c]);
        faults[c] = fails ? support[c].fault : GMIX_I_SOUND;
        n += fails;
    }
    return n;
}
