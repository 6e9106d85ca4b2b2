/* The E-step of a tile as a walk along its rules. See row_rule.h. */
#include "family/row_rule.h"

#include "family/family.h"

void gmix_i_log_terms(const gmix_i_prepared *q, const gmix_i_tile *tile, void *l,
                      void *work) {
    q->shape->log_densities(q, tile, l, work);
    for (size_t i = 0; i < q->rules.n; i++) {
        const gmix_i_row_rule *const rule = &q->rules.at[i];
        if (rule->kind->terms) {
            rule->kind->terms(rule->of, q, tile, l, work);
        }
    }
}

void gmix_i_share_out(const gmix_i_prepared *q, const gmix_i_tile *tile, void *resp,
                      void *log_sums, size_t *active, gmix_i_norm_sums *sums) {
    for (size_t i = 0; i < q->rules.n && !log_sums; i++) {
        const gmix_i_row_rule *const rule = &q->rules.at[i];
        log_sums = rule->kind->log_sums ? rule->kind->log_sums(rule->of, tile) : NULL;
    }
    q->kernels->normalise(tile->n, q->k + q->has_noise, resp, tile->w, log_sums, active,
                          sums);
    for (size_t i = 0; i < q->rules.n; i++) {
        const gmix_i_row_rule *const rule = &q->rules.at[i];
        if (rule->kind->shares) {
            rule->kind->shares(rule->of, q, tile, resp, log_sums, active, sums);
        }
    }
    sums->noise = gmix_i_noise_rows(q, tile, resp);
}

void gmix_i_add_moments(const gmix_i_prepared *q, const gmix_i_tile *tile, void *resp,
                        size_t *active, double *stats, void *work) {
    for (size_t i = q->rules.n; i-- > 0;) {
        const gmix_i_row_rule *const rule = &q->rules.at[i];
        if (rule->kind->moments) {
            rule->kind->moments(rule->of, q, tile, resp, active, stats, work);
        }
    }
    q->shape->accumulate(q, tile, resp, active, stats, work);
}
