/* Samples of a posterior for people. See gmix/posterior_draws.h. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gmix/show.h>

#include "text/text_buffer.h"

enum { WIDTH = 80, MOST_FEATURES = 6 };

/* Where rows repeat the scale goes to the least there is, 1e-12. */
static const double REPEATED = 1e-11;

static void put_prior(struct gmix_i_text *text, const gmix_posterior_draws *o) {
    gmix_i_text_add(text, "How many groups? %zu rows x %zu feature%s, covariance %s\n",
                    o->n_samples, o->n_features, o->n_features == 1 ? "" : "s",
                    o->covariance);
    if (!o->components) {
        gmix_i_text_add(text,
                        "Prior: Dirichlet process, concentration %.3g (%.3g to "
                        "%.3g)\n",
                        o->concentration_summary.mean, o->concentration_summary.lower,
                        o->concentration_summary.upper);
    } else {
        gmix_i_text_add(text, "Prior: mixture of finite mixtures, K %s", o->components);
        if (o->components_parameter > 0.0) {
            gmix_i_text_add(text, " (%g)", o->components_parameter);
        }
        gmix_i_text_add(text, ", weights Dirichlet (%.3g)\n",
                        o->concentration_summary.mean);
    }
    gmix_i_text_add(text, "%zu chain%s of %zu iterations, %zu draws (%.3g s)\n",
                    o->n_chains, o->n_chains == 1 ? "" : "s", o->n_iterations, o->n_draws,
                    o->seconds);
    if (o->first_iterations > 0 && o->n_iterations > o->first_iterations) {
        gmix_i_text_add(text,
                        "after %zu iterations the chains did not agree (R-hat above "
                        "1.01), and went on\n",
                        o->first_iterations);
    }
    if (o->n_spread > 0) {
        gmix_i_text_add(text,
                        "%zu feature%s in coarse steps: each value is put somewhere in "
                        "its step, at random\n",
                        o->n_spread, o->n_spread == 1 ? "" : "s");
    }
    if (o->end != GMIX_POSTERIOR_ALL) {
        gmix_i_text_add(text, "%s: what there was until then\n",
                        o->end == GMIX_POSTERIOR_CANCELLED ? "interrupted"
                                                           : "the time limit passed");
    }
}

/* The last number worth a line. */
static size_t last_shown(const gmix_posterior_draws *o) {
    size_t last = 1;
    for (size_t i = 0; i < o->n_numbers; i++) {
        const double k = o->components_posterior ? o->components_posterior[i] : 0.0;
        last = k >= 0.0005 || o->groups_posterior[i] >= 0.0005 ? i + 1 : last;
    }
    return last;
}

static void put_probabilities(struct gmix_i_text *text, const gmix_posterior_draws *o) {
    const bool finite = o->components_posterior != NULL;
    gmix_i_text_add(text, finite ? "\n            components K      groups with rows\n"
                                   "         posterior   prior     posterior   prior\n"
                                 : "\n          groups with rows\n"
                                   "         posterior   prior\n");
    for (size_t i = 0; i < last_shown(o); i++) {
        gmix_i_text_add(text, "  %5zu", i + 1);
        if (finite) {
            gmix_i_text_add(text, "  %9.3f  %6.3f   ", o->components_posterior[i],
                            o->components_prior[i]);
        }
        gmix_i_text_add(text, "  %9.3f  %6.3f\n", o->groups_posterior[i],
                        o->groups_prior[i]);
    }
}

static void put_verdict(struct gmix_i_text *text, const gmix_posterior_draws *o) {
    const bool finite = o->components_posterior != NULL;
    const size_t k = o->most_probable;
    const double *const posterior =
                            finite ? o->components_posterior : o->groups_posterior,
                        *const prior = finite ? o->components_prior : o->groups_prior;
    const gmix_posterior_number *const worst =
        o->groups_summary.r_hat > o->log_posterior_summary.r_hat
            ? &o->groups_summary
            : &o->log_posterior_summary;
    if (isnan(worst->r_hat)) {
        gmix_i_text_add(text, "\ntoo few draws to say how many are most probable, or "
                              "whether the chains agree\n");
        return;
    }
    gmix_i_text_add(text,
                    "\n%zu %s%s most probable: %.0f %%, where the prior has %.0f %%\n", k,
                    finite ? "component" : "group", k == 1 ? " is" : "s are",
                    100.0 * posterior[k - 1], 100.0 * prior[k - 1]);
    if (!finite) {
        gmix_i_text_wrapped(text, 0, WIDTH,
                            "A Dirichlet process opens more groups with every row: its "
                            "number of groups describes these rows, and is no estimate "
                            "of a number of components that is finite.");
    }
    gmix_i_text_add(text,
                    "number of groups: R-hat %.3f, worth %.0f independent draws; log "
                    "posterior: %.3f, %.0f\n",
                    o->groups_summary.r_hat, o->groups_summary.ess,
                    o->log_posterior_summary.r_hat, o->log_posterior_summary.ess);
    if (worst->r_hat > 1.01 || o->groups_summary.ess < 400.0) {
        gmix_i_text_wrapped(
            text, 0, WIDTH,
            worst->r_hat > 1.01
                ? "The chains do not agree yet (R-hat above 1.01): take more iterations "
                  "before you trust these probabilities."
                : "Probabilities rest on fewer than 400 independent draws: take more "
                  "iterations for another digit.");
    }
}

static void put_scale(struct gmix_i_text *text, const gmix_posterior_draws *o) {
    const gmix_posterior_number *const s = &o->scale_summary;
    if (s->lower < s->upper) {
        gmix_i_text_add(text,
                        "a group's covariance is about %.3g (%.3g to %.3g) of the "
                        "table's, before its rows are seen\n",
                        s->median, s->lower, s->upper);
        if (s->median < REPEATED) {
            gmix_i_text_wrapped(
                text, 0, WIDTH,
                "The scale is at the least there is. Rows that repeat do "
                "this: groups of equal "
                "rows have no width, and the narrower they are the more "
                "probable; leave repeated rows out, or fix "
                "--prior-scale. So does a row a million times as far away as "
                "the others are from each other.");
        }
    } else {
        gmix_i_text_add(
            text, "the prior's covariance of a group is %.4g of the table's\n", s->mean);
    }
    if (o->n_samples <= o->n_features && strcmp(o->covariance, "full") == 0) {
        gmix_i_text_wrapped(text, 0, WIDTH,
                            "There are no more rows than features: of covariances the "
                            "rows say nothing in most directions, and the number of "
                            "groups is the prior's. --covariance diag asks for less.");
    }
}

static void put_clusters(struct gmix_i_text *text, const gmix_posterior_draws *o) {
    const size_t k = o->n_clusters, d = o->n_features;
    gmix_i_text_add(text,
                    "\nPartition nearest to the %zu sampled ones (variation of "
                    "information %.3f nats): %zu cluster%s\n",
                    o->n_partitions, o->expected_vi, k, k == 1 ? "" : "s");
    gmix_i_text_add(text, "  cluster    rows  together\n");
    for (size_t c = 0; c < k; c++) {
        size_t rows = 0;
        for (size_t i = 0; i < o->n_samples; i++) {
            rows += o->labels[i] == (int32_t)c;
        }
        gmix_i_text_add(text, "  %7zu  %6zu     %5.3f\n", c, rows,
                        o->together[c * k + c]);
    }
    gmix_i_text_add(text,
                    "together: how often two rows of the cluster are in one group\n");
    if (o->n_relabelled == 0) {
        gmix_i_text_wrapped(text, 0, WIDTH,
                            "No draw has as many groups as that partition: there are no "
                            "intervals of parameters.");
        return;
    }
    gmix_i_text_add(text,
                    "\nParameters in the %zu draws with as many groups, %g %% "
                    "intervals\n",
                    o->n_relabelled, 100.0 * o->level);
    for (size_t c = 0; c < k; c++) {
        gmix_i_text_add(text, "  %-7zu  weight %.4g (%.4g to %.4g)\n", c,
                        o->weights.mean[c], o->weights.lower[c], o->weights.upper[c]);
        for (size_t j = 0; j < d && j < MOST_FEATURES; j++) {
            const size_t m = c * d + j, v = m * d + j;
            const char *const name = gmix_model_feature_name(o->model, j);
            char number[32];
            (void)snprintf(number, sizeof number, "x%zu", j);
            gmix_i_text_add(text,
                            "           %s: mean %.5g (%.5g to %.5g), sd %.4g (%.4g to "
                            "%.4g)\n",
                            name ? name : number, o->means.mean[m], o->means.lower[m],
                            o->means.upper[m], sqrt(o->covariances.mean[v]),
                            sqrt(o->covariances.lower[v]), sqrt(o->covariances.upper[v]));
        }
        if (d > MOST_FEATURES) {
            gmix_i_text_add(text, "           and %zu more features\n",
                            d - MOST_FEATURES);
        }
    }
}

gmix_status gmix_posterior_draws_to_text(gmix_ctx *ctx, const gmix_posterior_draws *draws,
                                         char **text) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    struct gmix_i_text buffer = {.ctx = ctx};
    if (!draws || !draws->owner || !text) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "draws and a place for the text are needed");
    }
    put_prior(&buffer, draws);
    put_probabilities(&buffer, draws);
    put_verdict(&buffer, draws);
    put_scale(&buffer, draws);
    put_clusters(&buffer, draws);
    GMIX_TRY(gmix_i_text_take(&buffer, text));
done:
    gmix_i_text_drop(&buffer);
    return status;
}
