/* The rows of a tile with bounds. See measured.h. */
#include <math.h>

#include "data/measured.h"

gmix_status gmix_i_between_rows_new(gmix_ctx *ctx, size_t rows, size_t d,
                                    gmix_i_between_rows *out) {
    gmix_status status = GMIX_OK;
    *out = (gmix_i_between_rows){0};
    GMIX_TRY(gmix_i_calloc(ctx, "rows with bounds", rows * (2 * d + 1), sizeof(double),
                           &out->lower));
    GMIX_TRY(gmix_i_calloc(ctx, "rows with bounds", rows, sizeof *out->row, &out->row));
    out->upper = out->lower + rows * d;
    out->base = out->upper + rows * d;
done:
    if (status != GMIX_OK) {
        gmix_i_between_rows_free(ctx, out);
    }
    return status;
}

void gmix_i_between_rows_free(gmix_ctx *ctx, gmix_i_between_rows *rows) {
    gmix_i_free(ctx, rows->lower);
    gmix_i_free(ctx, rows->row);
    *rows = (gmix_i_between_rows){0};
}

/* Row i of the table, at the end of the list; it stays there if it has bounds. */
static void put_row(const gmix_i_between *between, size_t i, const double *shift,
                    const double *inv_scale, gmix_i_between_rows *out) {
    const size_t d = between->d;
    double *const lower = out->lower + out->n * d, *const upper = out->upper + out->n * d;
    bool any = false;
    out->base[out->n] = 0.0;
    for (size_t j = 0; j < d; j++) {
        double low = between->lower[i * d + j], high = between->upper[i * d + j];
        if (isnan(low)) {
            low = -INFINITY;
            high = INFINITY;
        }
        if (between->truncation) {
            low = fmax(low, between->truncation[0]);
            high = fmin(high, between->truncation[1]);
        }
        lower[j] = (low - shift[j]) * inv_scale[j];
        upper[j] = (high - shift[j]) * inv_scale[j];
        any = any || low < high;
        out->base[out->n] -= low == high ? 0.0 : log(inv_scale[j]);
    }
    out->n += any;
}

void gmix_i_between_rows_pack(const gmix_i_between *between, const gmix_i_block *block,
                              size_t first, const double *shift, const double *inv_scale,
                              gmix_i_between_rows *out) {
    out->n = 0;
    for (size_t i = 0; i < block->rows.n_rows; i++) {
        out->row[out->n] = i;
        put_row(between, first + i, shift, inv_scale, out);
    }
}
