/*
 * Rows that a component is there for. Where a single row makes up more than half of a component's
 * scatter along a feature,
 *
 *     r_nk (x_nj - mu_kj)^2 > 1/2 n_k Sigma_k,jj,
 *
 * and chance does not explain that, it is a typo, or an outlier that wants a noise component or
 * trimming: it says so little about the others that it should be looked at. So should a component that is one row, which a
 * covariance shared by all allows. Neither is the fault of the other rows, and the solution is as
 * sound as it would be without.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/apart.h"
#include "search/findings.h"
#include "search/members.h"

enum { LEAST_ROWS = 8 }; /* of a component: among fewer, one often has half */
static const double HALF = 0.5, ONE_ROW = 1.5, BY_CHANCE = 0.01;

/* The row with the largest share of a component's scatter along a feature. */
typedef struct largest {
    double share;
    uint64_t row;
    size_t feature;
} largest;

typedef struct outlier_job {
    const gmix_i_candidate *best;
    const gmix_i_prepared *prepared;
    double n;
    largest *found; /* n_slots x K */
} outlier_job;

/* One row of a tile, and which of its cells there are: NULL for all of them. */
typedef struct cells {
    const gmix_i_tile *tile;
    size_t i;
    const uint64_t *observed;
} cells;

/* The share of a row in component c, which it belongs to, by the cells that are there. */
static void look_at(const outlier_job *job, const cells *row, size_t c, double r,
                    largest *found) {
    const gmix_i_tile *const tile = row->tile;
    const gmix_i_params *const p = &job->best->params;
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = p->d, len = shape->cov_len(d);
    for (size_t j = 0; j < d; j++) {
        if (row->observed && !gmix_i_is_observed(row->observed, j)) {
            continue;
        }
        const double off =
            gmix_i_real_at(job->prepared->kernels, tile->x, j * tile->n + row->i) -
            p->means[c * d + j];
        const double share =
            r * off * off /
            (job->n * p->weights[c] * shape->variance(p->cov + c * len, j));
        if (share > found->share) {
            *found = (largest){share, tile->first + row->i, j};
        }
    }
}

static void fill_and_look(void *arg, const gmix_i_tile *tile, void *resp, size_t *active,
                          gmix_i_norm_sums *sums, void *work) {
    const outlier_job *const job = arg;
    const size_t k = job->best->params.k;
    const gmix_i_gap_rows *const gaps = tile->gaps;
    gmix_i_fill_from_model((void *)(uintptr_t)job->prepared, tile, resp, active, sums,
                           work);
    for (size_t c = 0; c < k; c++) {
        for (size_t i = 0, gap = 0; active[c] && i < tile->n_rows; i++) {
            const bool gappy = gaps && gap < gaps->n && gaps->row[gap] == i;
            const cells row = {tile, i,
                               gappy ? gaps->observed + gaps->words * gap : NULL};
            const double r =
                gmix_i_real_at(job->prepared->kernels, resp, c * tile->n + i);
            gap += gappy;
            if (r > 0.5 * tile->w[i]) {
                look_at(job, &row, c, r / tile->w[i], &job->found[tile->slot * k + c]);
            }
        }
    }
}

/* The largest of all slots, into those of the first. */
static void merge(largest *found, size_t n_slots, size_t k) {
    for (size_t slot = 1; slot < n_slots; slot++) {
        for (size_t c = 0; c < k; c++) {
            const largest *const other = &found[slot * k + c];
            if (other->share > found[c].share ||
                (other->share == found[c].share && other->row < found[c].row)) {
                found[c] = *other;
            }
        }
    }
}

static gmix_status name_feature(gmix_i_crew *crew, const largest *one, size_t c,
                                gmix_report *report) {
    const char *const *const names = crew->plan->input->names;
    char feature[96];
    if (names && names[one->feature]) {
        snprintf(feature, sizeof feature, "'%.60s'", names[one->feature]);
    } else {
        snprintf(feature, sizeof feature, "feature %zu", one->feature + 1);
    }
    return gmix_i_report_warn(
        crew->ctx, report,
        "row %llu makes up %.0f %% of the variance of component %zu along %s: is it "
        "right? noise = 0.05 or trim = 0.05 lets such rows be",
        (unsigned long long)one->row + 1, 100.0 * fmin(one->share, 1.0), c, feature);
}

/* Would one of so many cells have such a share of n rows' scatter in more than one of a hundred
 * normal samples? By bounds of the tail of Student's t where the row is a part of the variance it
 * is measured by, and of the normal one where other components or features have a say in that. */
static bool is_chance(const gmix_i_params *p, double share, double n, double n_cells) {
    const bool own = !p->family->isotropic_frame &&
                     gmix_i_family_n_free(p->family, p->k, p->d) ==
                         p->k * gmix_i_family_n_free(p->family, 1, p->d);
    const double tail =
        own ? pow(1.0 - fmin(share, 1.0), 0.5 * (n - 2.0)) : exp(-0.5 * share * n);
    return 0.5 * tail * n_cells > BY_CHANCE;
}

/* Where several share a component's scatter, none has half of it. */
static gmix_status say_apart(gmix_i_crew *crew, const gmix_i_apart_rows *apart,
                             gmix_report *report) {
    const gmix_table *const table = crew->plan->input->table;
    const char *const s = apart->n == 1 ? "" : "s";
    double weight = 0.0;
    char list[96] = "";
    for (size_t i = 0, used = 0; i < apart->n; i++) {
        weight += table->weights ? table->weights[apart->row[i]] : 1.0;
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%zu",
                                 i == 0              ? ""
                                 : i + 1 == apart->n ? " and "
                                                     : ", ",
                                 apart->row[i] + 1);
    }
    return gmix_i_report_warn(
        crew->ctx, report,
        "row%s %s lie%s apart, over three times as far from all others as these from "
        "each other: %s right? trim = %.3g leaves %s out, noise = 0.05 lets such rows be",
        s, list, apart->n == 1 ? "s" : "", apart->n == 1 ? "is it" : "are they",
        1.01 * weight / crew->plan->survey->total_weight, /* no row in part */
        apart->n == 1 ? "it" : "them");
}

/* The rows of the table that lie apart, unless options see to such rows. */
static gmix_i_apart_rows find_apart(const gmix_i_plan *plan) {
    gmix_i_apart_rows apart = {.n = 0};
    const gmix_i_input *const in = plan->input;
    if (in->table && !in->row_numbers && !(plan->opts->noise > 0.0)) {
        gmix_i_find_apart(in->table, &apart);
    }
    return apart;
}

static bool is_one_of(const gmix_i_apart_rows *apart, uint64_t row) {
    bool is = false;
    for (size_t i = 0; i < apart->n; i++) {
        is = is || apart->row[i] == row;
    }
    return is;
}

static gmix_status say(gmix_i_crew *crew, const gmix_i_candidate *best,
                       const largest *found, gmix_report *report) {
    gmix_status status = GMIX_OK;
    const double all = gmix_i_kept_weight(crew->plan->survey, crew->plan->opts->trim);
    const gmix_i_apart_rows apart = find_apart(crew->plan);
    size_t n_named = 0; /* of the rows that lie apart */
    for (size_t c = 0; c < best->params.k; c++) {
        const double n = best->params.weights[c] * all;
        if (gmix_i_support_fails(&best->support[c])) { /* its rows are named, if few */
            n_named += n < GMIX_I_MOST_APART + 0.5 ? (size_t)(n + 0.5) : 0;
        } else if (found[c].share > HALF && n >= LEAST_ROWS &&
                   !is_chance(&best->params, found[c].share, n,
                              all * (double)best->params.d)) {
            n_named += is_one_of(&apart, found[c].row);
            GMIX_TRY(name_feature(crew, &found[c], c, report));
        } else if (n > 0.0 && n < ONE_ROW && found[c].share >= 0.0) {
            n_named += is_one_of(&apart, found[c].row);
            GMIX_TRY(gmix_i_report_warn(crew->ctx, report,
                                        "component %zu is row %llu alone: an outlier, "
                                        "unless there is more of its "
                                        "kind",
                                        c, (unsigned long long)found[c].row + 1));
        }
    }
    if (n_named < apart.n) {
        GMIX_TRY(say_apart(crew, &apart, report));
    }
done:
    return status;
}

gmix_status gmix_i_report_outliers(gmix_i_crew *crew, const gmix_i_candidate *best,
                                   gmix_report *report) {
    gmix_status status = GMIX_OK;
    gmix_i_worker *const w = &crew->workers[0];
    gmix_i_em *const em = &w->em;
    const size_t k = best->params.k, n_slots = em->accumulator.cut.n_slots;
    outlier_job job = {.best = best,
                       .prepared = &em->prepared,
                       .n = gmix_i_kept_weight(em->survey, em->opts->trim)};
    double *stats;
    GMIX_TRY(
        gmix_i_calloc(&w->ctx, "rows apart", n_slots * k, sizeof *job.found, &job.found));
    for (size_t at = 0; at < n_slots * k; at++) {
        job.found[at].share = -1.0;
    }
    GMIX_TRY(gmix_i_em_prepare(em, &best->params));
    GMIX_TRY(gmix_i_accumulate(&w->ctx, &em->accumulator, &em->prepared, fill_and_look,
                               &job, &stats));
    merge(job.found, n_slots, k);
    GMIX_TRY(say(crew, best, job.found, report));
done:
    if (gmix_i_was_cut(status)) { /* what is said may be shorter */
        w->ctx.message[0] = '\0';
        status = GMIX_OK;
    }
    if (status != GMIX_OK && w->ctx.message[0] && crew->ctx != &w->ctx) {
        memmove(crew->ctx->message, w->ctx.message, sizeof crew->ctx->message);
    }
    gmix_i_free(&w->ctx, job.found);
    return status;
}
