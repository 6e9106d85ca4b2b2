/*
 * Covariance families. A family says how the scatter of its components becomes
 * covariances; its SHAPE (dense matrices or diagonals) says how those are stored,
 * factored and used over rows. Nothing outside a family's file knows which family it is.
 *
 * Inside gmix every component has its own covariance in the form of its shape (packed
 * lower triangle, or D variances); the layout of files and of the public API is the
 * family's.
 */
#ifndef GMIX_FAMILY_FAMILY_H
#define GMIX_FAMILY_FAMILY_H

#include "family/row_rule.h"
#include "linalg/linalg.h"

typedef struct gmix_i_shape gmix_i_shape;
typedef struct gmix_i_family gmix_i_family;
typedef struct gmix_i_gaps gmix_i_gaps;

/* Where a noise component is uniform, in the data's units: D each, one allocation behind
 * lower. */
typedef struct gmix_i_noise_box {
    double *lower, *upper, *log_width;
    double log_volume;
} gmix_i_noise_box;

/* The parameters of a mixture, in whatever units the owner says. */
struct gmix_i_params {
    size_t k, d;
    const gmix_i_family *family;
    double *weights; /* K + 1: the last is that of the noise component, 0 without one */
    double *means;   /* K x D */
    double *cov;     /* K x cov_len */
    double
        *factors; /* K x factors_len of a law with factors, see factor_law.h; or NULL */
    bool
        bare; /* factors alone: cov, which is large where features are many, is not made */
    const struct gmix_i_noise_box *noise; /* of the noise component; borrowed; or NULL */
    double log_volume;                    /* of that box, in the owner's units */
};

/* Parameters made ready for passes over tiles: factors and constants, in doubles and in reals
 * (the same memory when reals are doubles). */
struct gmix_i_prepared {
    const gmix_i_kernels *kernels;
    const gmix_i_shape *shape;
    size_t k, d;
    double *logc; /* K: log pi_k - D/2 log 2 pi - 1/2 log det Sigma_k; and one more: that
                       of the noise component, log pi_0 - log_volume */
    bool has_noise; /* a uniform component: row K of log-densities and responsibilities */
    bool is_start;  /* centres alone are set: rows are taken for what they seem */
    const gmix_i_noise_box *noise; /* borrowed */
    double *centre; /* K x D doubles: where the statistics of a component are centred */
    bool *centred;  /* K: true if that is the mean, false if it is the origin */
    bool any_centred;
    bool *apart; /* K: the mean is so far away that only differences from it will do */
    void *real_factor;   /* K x cov_len reals: Sigma^-1/2 */
    void *real_offset;   /* K x D reals: factor times mean */
    void *real_centre;   /* K x D reals */
    double *factor;      /* K x cov_len doubles */
    gmix_i_product *det; /* K: determinants of the factors */
    double *offset;      /* K x D doubles */
    char *work;          /* per thread: work_size bytes */
    size_t work_size;
    int n_threads;     /* that factoring can use */
    bool *failed;      /* K */
    gmix_i_gaps *gaps; /* for incomplete rows; NULL: there are none */
    /* Densities without matrices, of factors of many features, and no `factor`; NULL: none. */
    struct gmix_i_woodbury *wide;
    gmix_i_row_rules rules; /* of the passes */
};

/* Sums over weighted rows, per component: [n | s (D) | S (cov_len)], see kernels.h. */
typedef struct gmix_i_moments {
    size_t k, d, stride; /* doubles from one component to the next */
    double *at;
} gmix_i_moments;

static inline double gmix_i_moments_n(const gmix_i_moments *m, size_t k) {
    return m->at[k * m->stride];
}
static inline double *gmix_i_moments_sum(const gmix_i_moments *m, size_t k) {
    return m->at + k * m->stride + 1;
}
static inline double *gmix_i_moments_scatter(const gmix_i_moments *m, size_t k) {
    return m->at + k * m->stride + 1 + m->d;
}

/* What keeps covariances away from singular ones; in the frame's units. */
typedef struct gmix_i_bounds {
    const double *
        floor; /* D: smallest variance; Sigma - diag(floor) stays positive semidefinite */
    /* Most a variance may be, in floors, where a volume that components share would make it
     * wider than any data: beyond it a double cannot hold both. INFINITY without floors. */
    double range;
    bool
        rounded; /* a floor is there because values were rounded: no sign of a collapse */
    const double *ridge; /* D: added to the diagonal */
    /* D: smallest uniqueness of a law with factors; NULL: next to nothing. */
    const double *uniqueness;
    bool *at_floor; /* K, [out]: the floor was binding */
    gmix_ctx *ctx;  /* whose threads and limits matrices that are large go by; or NULL */
    double *work;   /* gmix_i_bounds_work() doubles */
    /* > 0: largest over smallest eigenvalue of all components, the frame's units times unit
     * (D); ratio_work: gmix_i_ratio_work() doubles. See eigen_ratio.c. */
    double eigen_ratio;
    const double *unit;
    double *ratio_work;
} gmix_i_bounds;

/* True of a variance held at the floor: one that was held there before comes back as the floor to rounding, from
 * moments of the solution's own. */
static inline bool gmix_i_is_at_floor(double variance, double floor) {
    return variance < floor * (1.0 + 1e-9);
}

struct gmix_i_shape {
    size_t (*cov_len)(size_t d);
    size_t (*bounds_work)(
        size_t d); /* doubles that keeping a covariance within bounds wants */
    /* Sigma^-1/2; false if cov is not positive definite. Here and below ctx may end what takes long (linalg.h). *det is multiplied by its determinant.
     * work: gmix_i_factor_work(d) bytes. */
    bool (*factor)(gmix_ctx *ctx, size_t d, const double *cov, double *factor,
                   gmix_i_product *det, void *work);
    /* The same of up to 8 side by side, with their determinants, from 1e-140 to 1e140, and out = factor x (D each). Bits of
     * those that are done, the first the lowest: the others are left to `factor`. NULL: none are. */
    unsigned (*factor_some)(size_t n, size_t d, const double *cov, const double *x,
                            double *factor, double *det, double *out);
    /* out: K x n reals, log pi_k N(x | ...). */
    void (*log_densities)(const gmix_i_prepared *q, const gmix_i_tile *tile, void *out,
                          void *work);
    /* Adds a tile, weighted by resp (K x n), to K blocks of statistics. */
    void (*accumulate)(const gmix_i_prepared *q, const gmix_i_tile *tile,
                       const void *resp, const size_t *active, double *stats, void *work);
    /* Incomplete rows, see gaps.h and kernels.h: entries of `terms`; doubles that making
     * them takes. */
    size_t (*gap_len)(size_t d);
    size_t (*gap_work)(size_t d);
    /* All but mean and shift of the terms of components first .. first + k - 1, side by
     * side; logc is NaN where Sigma is not positive definite. */
    void (*gap_terms)(const gmix_i_kernels *kernels, const gmix_i_params *p, size_t first,
                      size_t k, size_t o, const size_t *order, double *terms,
                      double *work);
    /* The kernels of this shape. */
    void (*gap_density)(const gmix_i_kernels *kernels, size_t d, size_t o, size_t k,
                        const double *x, const double *terms, double *out, double *work);
    void (*gap_moments)(const gmix_i_kernels *kernels, size_t d, size_t o, size_t k,
                        const double *x, const size_t *order, const double *r,
                        const double *terms, double *stats, double *work);
    /* missing (D - o) = B (x - mean) + root(C) z, about the mean; z may be NULL for 0.
     * terms: of one component, entries one double wide. work: cov_len doubles. */
    void (*gap_fill)(size_t d, size_t o, const double *x, const double *terms,
                     const double *z, double *missing, double *work);
    /* scatter -= s s^T / n: from about the centre to about the mean. */
    void (*recentre)(size_t d, double n, const double *sum, double *scatter);
    /* cov_ij *= scale_i scale_j */
    void (*rescale)(size_t d, const double *scale, double *cov);
    double (*variance)(const double *cov, size_t j); /* of feature j */
    /* -1/2 (n log det Sigma + tr Sigma^-1 S): the log-likelihood, less a constant, of n rows
     * with scatter S. factor: Sigma^-1/2, as `factor` makes it. */
    double (*gaussian_loglik)(size_t d, const double *factor, double n,
                              const double *scatter);
    void (*from_variances)(size_t d, const double *variances, double *cov);
    /* To and from a D x D matrix; from reads the lower triangle. */
    void (*to_matrix)(size_t d, const double *cov, double *matrix);
    void (*from_matrix)(size_t d, const double *matrix, double *cov);
    /* out = root z with root root^T = cov; root: cov_len doubles. */
    bool (*root)(gmix_ctx *ctx, size_t d, const double *cov, double *root);
    void (*apply_root)(size_t d, const double *root, const double *z, double *out);
    /* True if cov - least is positive definite. work: cov_len doubles. */
    bool (*exceeds)(gmix_ctx *ctx, size_t d, const double *cov, const double *least,
                    double *work);
    /* n covariances to coordinates without constraints (coordinates.c): the logarithms of
     * n x D positive numbers and `rest`, n x (cov_len - D); false if one is not positive
     * definite. And back. work: cov_len doubles. */
    bool (*unconstrain)(gmix_ctx *ctx, size_t n, size_t d, const double *cov,
                        double *positive, double *rest, double *work);
    void (*constrain)(gmix_ctx *ctx, size_t n, size_t d, const double *positive,
                      const double *rest, double *cov, double *work);
    /* The Fisher information of one row about the means (n x D), logarithms and rest. */
    void (*information)(size_t n, size_t d, const double *cov, const double *positive,
                        double *of_mean, double *of_positive, double *of_rest);
};

extern const gmix_i_shape gmix_i_shape_dense, gmix_i_shape_diagonal;

struct gmix_i_family {
    const char *name;
    /* Volume, shape and orientation of the covariances: Equal for all components, Variable, or
     * those of the Identity. From these follows which family contains which. */
    const char *form;
    /* A family outside these: it keeps to more than its letters say, which are those of the simplest
     * family that contains it. It is contained by that one and what contains that, and itself
     * contains those in `holds`, whose letters sum to two steps less at least. */
    bool outside;
    const char *const *holds; /* names, NULL-terminated; or NULL: none */
    const gmix_i_shape *shape;
    /* Factors q, of a law Sigma_k = Lambda_k Lambda_k^T + Psi_k (factor_law.h); 0: none. Then
     * `form` is that of the uniquenesses Psi_k, which are a family of their own, and the members
     * from n_free to update are NULL: the functions below know. */
    size_t n_factors;
    const char *other_name; /* of such a law, or its own */
    bool common_loadings;   /* Lambda_k is one for all */
    const gmix_i_family *uniquenesses;
    /* Estimates change with a rescaling of single features: the frame scales all alike.
     */
    bool isotropic_frame;
    /* Free parameters of the K covariances. */
    size_t (*n_free)(size_t k, size_t d);
    /* The public layout: its dimensions, outermost first (returns how many, 1 to 3), their
     * product, and the way to and from covariances in the form of the shape. */
    size_t (*layout_dims)(size_t k, size_t d, size_t dims[3]);
    size_t (*layout_len)(size_t k, size_t d);
    void (*to_layout)(size_t k, size_t d, const double *cov, double *layout);
    void (*from_layout)(size_t k, size_t d, const double *layout, double *cov);
    /* The M-step: scatter about the means to the covariances that maximise the likelihood
     * within the bounds. cov holds those of the step before, where iterations begin.
     * Components with n = 0 keep their cov where they have one alone. Uses m up. */
    void (*update)(const gmix_i_moments *m, const gmix_i_bounds *bounds, double *cov);
    bool bounds_ratio; /* update keeps to bounds->eigen_ratio */
    /* Doubles of bounds->work that update wants beyond the shape's; NULL: none. */
    size_t (*update_work)(size_t k, size_t d);
    /* Nanoseconds for each component and D^3 that a search counts for an update, beside the pass: half of what
     * eigenvectors take, and a seventh where it goes on until it gains nothing, so that searches of small
     * tables with these families may take longer: so many times what is counted. 0: nothing to speak of. */
    double update_cost, update_takes;
};

/* The registry: all families, NULL-terminated; all names, those of families first, then
 * their other names; by any name, or NULL. */
extern const gmix_i_family *const gmix_i_families[];
extern const char *const gmix_i_family_names[];
const gmix_i_family *gmix_i_family_find(const char *name);
/* The same for D features, with a message: of the nearest name, or of a family of one
 * feature asked for more. */
gmix_status gmix_i_family_get(gmix_ctx *ctx, const char *name, size_t d,
                              const gmix_i_family **out);

/* A family's members, by functions that know laws with factors, too; the layout's doubles are
 * not those of matrices there: see gmix_family_parts(). factors: as in params. */
size_t gmix_i_family_n_free(const gmix_i_family *family, size_t k, size_t d);
size_t gmix_i_family_layout_len(const gmix_i_family *family, size_t k, size_t d);
void gmix_i_family_to_layout(const gmix_i_params *p, double *layout);
void gmix_i_family_from_layout(const double *layout, gmix_i_params *p);
void gmix_i_family_update(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                          gmix_i_params *p);
/* Roughly what the M-step takes per component, where that is more than next to nothing. */
double gmix_i_family_update_nanoseconds(const gmix_i_family *family, size_t d);
/* That, and what searches do not count of it. */
double gmix_i_family_update_takes(const gmix_i_family *family, size_t d);
/* From the units of one frame to another's: cov_ij *= scale_i scale_j. */
void gmix_i_family_rescale(gmix_i_params *p, const double *scale);
/* Dimensions that the rows of a component have to span for its covariance to be none of a
 * plane: D, or with q factors q + 1. */
static inline size_t gmix_i_family_span(const gmix_i_family *family, size_t d) {
    return family->n_factors && family->n_factors + 1 < d ? family->n_factors + 1 : d;
}

/* True if every mixture of one family is one of the other too, and they are not the same. */
bool gmix_i_family_contains(const gmix_i_family *rich, const gmix_i_family *simple);
/* True if all components share one covariance: then its likelihood has no singularity for a
 * component on few rows to fall into. */
bool gmix_i_family_is_shared(const gmix_i_family *family);
/* Where a family without factors stands in a list from simple to rich: after those it contains,
 * in the order in which mclust lists them. Below GMIX_I_FAMILY_RANKS. */
enum { GMIX_I_FAMILY_RANKS = 27 };
size_t gmix_i_family_rank(const gmix_i_family *family);
/* A number that is higher for a family than for all it contains. */
size_t gmix_i_family_level(const gmix_i_family *family);
/* True if they have the same mixtures of D features. */
bool gmix_i_family_equals(const gmix_i_family *a, const gmix_i_family *b, size_t d);

/* What bounds->work has to hold for this family, and for a covariance and a mean before its update; the part
 * of it that is `update_work`. */
size_t gmix_i_bounds_work(const gmix_i_family *family, size_t k, size_t d);
static inline double *gmix_i_update_memory(const gmix_i_bounds *bounds,
                                           const gmix_i_shape *shape, size_t d) {
    return bounds->work + shape->bounds_work(d);
}

/* The layout of most families, K x D x D, for both shapes: initialisers of a family. */
size_t gmix_i_matrices_dims(size_t k, size_t d, size_t dims[3]);
size_t gmix_i_matrices_len(size_t k, size_t d);
void gmix_i_dense_to_matrices(size_t k, size_t d, const double *cov, double *layout);
void gmix_i_dense_from_matrices(size_t k, size_t d, const double *layout, double *cov);
void gmix_i_diagonal_to_matrices(size_t k, size_t d, const double *cov, double *layout);
void gmix_i_diagonal_from_matrices(size_t k, size_t d, const double *layout, double *cov);
#define GMIX_I_DENSE_MATRICES                                                 \
    .shape = &gmix_i_shape_dense, .layout_dims = gmix_i_matrices_dims,        \
    .layout_len = gmix_i_matrices_len, .to_layout = gmix_i_dense_to_matrices, \
    .from_layout = gmix_i_dense_from_matrices
#define GMIX_I_DIAGONAL_MATRICES                                                 \
    .shape = &gmix_i_shape_diagonal, .layout_dims = gmix_i_matrices_dims,        \
    .layout_len = gmix_i_matrices_len, .to_layout = gmix_i_diagonal_to_matrices, \
    .from_layout = gmix_i_diagonal_from_matrices

/* Free parameters of one orientation in D dimensions. */
static inline size_t gmix_i_n_angles(size_t d) {
    return d * (d - 1) / 2;
}

/* W_k += n_k diag(ridge): the ridge as pseudo-scatter, which every family turns into a
 * covariance of its own; for the unconstrained it is Sigma + diag(ridge). Scatter of
 * components with n = 0 is set to zero. */
void gmix_i_ridge_dense(const gmix_i_moments *m, const double *ridge);
void gmix_i_ridge_diagonal(const gmix_i_moments *m, const double *ridge);

/* The floor of eigenvalues where features are not told apart: the smallest of the D
 * floors, but no less than 1e-2 of the largest, below which a double cannot hold both. */
double gmix_i_common_floor(size_t d, const double *floor);

/* Helpers for families: keep one covariance within the bounds; true if the floor was
 * binding. exceeds: cov is known to be above it. Copy the covariance of component 0 to all. */
bool gmix_i_bound_dense(size_t d, const gmix_i_bounds *bounds, bool exceeds, double *cov);
bool gmix_i_bound_diagonal(size_t d, const gmix_i_bounds *bounds, double *cov);
/* Helpers for families: keep the first `groups` covariances, each of a component's weight (or
 * one for all), to the bound on the ratio of eigenvalues. */
size_t gmix_i_ratio_work(const gmix_i_shape *shape, size_t k, size_t d);
void gmix_i_bound_ratio_dense(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                              size_t groups, double *cov);
void gmix_i_bound_ratio_diagonal(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                                 size_t groups, double *cov);

void gmix_i_spread_first(size_t k, size_t len, double *cov);

/* The shapes' coordinates (coordinates.c). */
bool gmix_i_unconstrain_dense(gmix_ctx *ctx, size_t n, size_t d, const double *cov,
                              double *positive, double *rest, double *work);
void gmix_i_constrain_dense(gmix_ctx *ctx, size_t n, size_t d, const double *positive,
                            const double *rest, double *cov, double *work);
void gmix_i_information_dense(size_t n, size_t d, const double *cov,
                              const double *positive, double *of_mean,
                              double *of_positive, double *of_rest);
bool gmix_i_unconstrain_diagonal(gmix_ctx *ctx, size_t n, size_t d, const double *cov,
                                 double *positive, double *rest, double *work);
void gmix_i_constrain_diagonal(gmix_ctx *ctx, size_t n, size_t d, const double *positive,
                               const double *rest, double *cov, double *work);
void gmix_i_information_diagonal(size_t n, size_t d, const double *cov,
                                 const double *positive, double *of_mean,
                                 double *of_positive, double *of_rest);

/* A box from its corners, checked: finite, and wider than 0 everywhere. */
gmix_status gmix_i_noise_box_new(gmix_ctx *ctx, size_t d, const double *lower,
                                 const double *upper, gmix_i_noise_box *out);
void gmix_i_noise_box_free(const gmix_allocator *from, gmix_i_noise_box *box);

gmix_status gmix_i_params_new(gmix_ctx *ctx, const gmix_i_family *family, size_t k,
                              size_t d, gmix_i_params *out);
void gmix_i_params_free(const gmix_allocator *from, gmix_i_params *p);
/* Doubles behind p->weights: all of them. */
size_t gmix_i_params_len(const gmix_i_params *p);
void gmix_i_params_copy(const gmix_i_params *from, gmix_i_params *to);
/* The covariance of component k alone. */
void gmix_i_params_copy_covariance(const gmix_i_params *from, size_t k,
                                   gmix_i_params *to);

gmix_status gmix_i_prepared_new(gmix_ctx *ctx, const gmix_i_kernels *kernels,
                                const gmix_i_shape *shape, size_t k, size_t d,
                                gmix_i_prepared *out);
void gmix_i_prepared_free(const gmix_allocator *from, gmix_i_prepared *q);
/* Copies doubles to where the kernels read them. */
void gmix_i_to_reals(const gmix_i_prepared *q, size_t n, const double *from, void *to);
/* Factors all components, and makes the rules of rows ready. GMIX_ERR_SINGULAR with a message that
 * names the first bad one. */
gmix_status gmix_i_prepare(gmix_ctx *ctx, const gmix_i_params *p, gmix_i_prepared *q);

/* The same, of a model in double precision whose factors say what its covariances say, without
 * factoring these: for densities, which do without matrices, and not for statistics. */
gmix_status gmix_i_prepare_wide(gmix_ctx *ctx, const gmix_i_params *p,
                                gmix_i_prepared *q);

/* The rows that the noise takes of responsibilities, row K of a (K + 1) x n matrix of reals; 0 without
 * one. */
double gmix_i_noise_rows(const gmix_i_prepared *q, const gmix_i_tile *tile,
                         const void *resp);

static inline size_t gmix_i_stats_len(const gmix_i_shape *shape, size_t d) {
    return 1 + d + shape->cov_len(d);
}

#endif
