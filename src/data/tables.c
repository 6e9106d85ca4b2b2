/* Views of arrays. See gmix/table.h. */
#include <gmix/table.h>

gmix_table gmix_table_f64(const double *x, size_t n_rows, size_t n_cols) {
    return (gmix_table){.data = x,
                        .dtype = GMIX_F64,
                        .n_rows = n_rows,
                        .n_cols = n_cols,
                        .row_stride = (ptrdiff_t)n_cols,
                        .col_stride = 1};
}

gmix_table gmix_table_f32(const float *x, size_t n_rows, size_t n_cols) {
    return (gmix_table){.data = x,
                        .dtype = GMIX_F32,
                        .n_rows = n_rows,
                        .n_cols = n_cols,
                        .row_stride = (ptrdiff_t)n_cols,
                        .col_stride = 1};
}

gmix_table gmix_table_f64_columns(const double *x, size_t n_rows, size_t n_cols) {
    return (gmix_table){.data = x,
                        .dtype = GMIX_F64,
                        .n_rows = n_rows,
                        .n_cols = n_cols,
                        .row_stride = 1,
                        .col_stride = (ptrdiff_t)n_rows};
}

gmix_table gmix_table_f32_columns(const float *x, size_t n_rows, size_t n_cols) {
    return (gmix_table){.data = x,
                        .dtype = GMIX_F32,
                        .n_rows = n_rows,
                        .n_cols = n_cols,
                        .row_stride = 1,
                        .col_stride = (ptrdiff_t)n_rows};
}
