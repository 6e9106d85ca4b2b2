/* Rows of components. See members.h. */
#include "search/members.h"

void gmix_i_fill_and_list(void *arg, const gmix_i_tile *tile, void *resp, size_t *active,
                          gmix_i_norm_sums *sums, void *work) {
    const gmix_i_listing *const l = arg;
    const size_t k = l->prepared->k;
    gmix_i_fill_from_model((void *)(uintptr_t)l->prepared, tile, resp, active, sums,
                           work);
    for (size_t c = 0; c < k; c++) {
        gmix_i_member_list *const list = &l->lists[tile->slot * k + c];
        for (size_t i = 0; l->faults[c] && active[c] && i < tile->n_rows; i++) {
            if (gmix_i_real_at(l->prepared->kernels, resp, c * tile->n + i) >
                0.5 * tile->w[i]) {
                if (list->n < GMIX_I_ROWS_NAMED) {
                    list->rows[list->n] = tile->first + i;
                }
                list->n++;
            }
        }
    }
}

void gmix_i_member_list_number(gmix_i_member_list *list, const size_t *row_numbers) {
    const size_t n = list->n < GMIX_I_ROWS_NAMED ? (size_t)list->n : GMIX_I_ROWS_NAMED;
    for (size_t i = 0; i < n; i++) {
        const uint64_t own = row_numbers[list->rows[i]];
        size_t at = i;
        for (; at > 0 && list->rows[at - 1] > own; at--) {
            list->rows[at] = list->rows[at - 1];
        }
        list->rows[at] = own;
    }
}

void gmix_i_member_list_join(gmix_i_member_list *all, const gmix_i_member_list *more) {
    gmix_i_member_list merged = {.n = all->n + more->n};
    size_t a = 0, b = 0;
    for (size_t i = 0; i < GMIX_I_ROWS_NAMED; i++) {
        const bool has_a = a < all->n && a < GMIX_I_ROWS_NAMED;
        const bool has_b = b < more->n && b < GMIX_I_ROWS_NAMED;
        if (has_a && (!has_b || all->rows[a] < more->rows[b])) {
            merged.rows[i] = all->rows[a++];
        } else if (has_b) {
            merged.rows[i] = more->rows[b++];
        }
    }
    *all = merged;
}
