/*
 * Chains that go on until they agree: by the rank-normalised split R-hat (mixing.h), which Vehtari et al. (2021) want
 * below 1.01. What is drawn is what a run of as many iterations would have drawn. Rejected: more chains, since each begins
 * anew with a burn-in of its own.
 */
#include "posterior/longer_chains.h"

#include <math.h>

#include "posterior/mixing.h"

enum { MOST_TIMES = 8 };
static const double AGREE = 1.01, MOST_WORK = 1e10;

size_t gmix_i_most_iterations(const gmix_i_gibbs_run *run) {
    const gmix_i_gibbs_task *const t = run->task;
    const double groups = 8.0; /* each row meets so many, roughly */
    const double row = groups * (8.0 + (double)(t->prior.len + t->d));
    const double first =
        GMIX_I_FIRST_ITERATIONS * row * (double)t->n * (double)run->n_chains;
    size_t times = 1;
    while (times < MOST_TIMES && 2.0 * (double)times * first <= MOST_WORK) {
        times *= 2;
    }
    return times * GMIX_I_FIRST_ITERATIONS;
}

/* The draws of one number behind the burn-in, chain after chain; x: room for all. */
static gmix_status one_r_hat(const gmix_i_gibbs_run *run, size_t first, size_t which,
                             double *x, double *worst) {
    const size_t n = run->records[0].n - first;
    double r_hat, ess;
    for (size_t c = 0; c < run->n_chains; c++) {
        const gmix_i_gibbs_record *const r = &run->records[c];
        const double *const traces[] = {r->groups, r->log_posterior, r->scale};
        memcpy(x + c * n, traces[which] + first, n * sizeof *x);
    }
    const gmix_status status = gmix_i_mixing(run->ctx, x, run->n_chains, n, &r_hat, &ess);
    *worst = isnan(r_hat) ? *worst : fmax(*worst, r_hat);
    return status;
}

static gmix_status worst_r_hat(const gmix_i_gibbs_run *run, double burn_in,
                               double *worst) {
    gmix_status status = GMIX_OK;
    const size_t first = gmix_i_gibbs_first_draw(&run->records[0], burn_in);
    double *x = NULL;
    *worst = 1.0;
    GMIX_TRY(gmix_i_calloc(run->ctx, "traces", run->n_chains * run->records[0].n,
                           sizeof *x, &x));
    for (size_t which = 0; which < 3; which++) {
        GMIX_TRY(one_r_hat(run, first, which, x, worst));
    }
done:
    gmix_i_free(run->ctx, x);
    return status;
}

gmix_status gmix_i_gibbs_run_longer(gmix_i_gibbs_run *run, double burn_in, size_t most) {
    gmix_status status = GMIX_OK;
    double worst = INFINITY;
    GMIX_TRY(gmix_i_gibbs_run_all(run));
    while (run->end == GMIX_OK && 2 * run->n_draws <= most) {
        GMIX_TRY(worst_r_hat(run, burn_in, &worst));
        if (!(worst > AGREE)) {
            break;
        }
        run->n_draws *= 2;
        GMIX_TRY(gmix_i_gibbs_run_all(run));
    }
done:
    return status;
}
