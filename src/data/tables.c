/* Views of arrays. See gmix/table.h. */
#include <gmix/table.h>

static gmix_table view(const void *data, gmix_dtype dtype, size_t n_rows, size_t n_cols,
                       size_t row_stride, size_t col_stride) {
    return (gmix_table){.data = data,
                        .dtype = dtype,
                        .n_rows = n_rows,
                        .n_cols = n_cols,
                        .row_stride = (ptrdiff_t)row_stride,
                        .col_stride = (ptrdiff_t)col_stride};
}

gmix_table gmix_table_f64(const double *x, size_t n_rows, size_t n_cols) {
    return view(x, GMIX_F64, n_rows, n_cols, n_cols, 1);
}

gmix_table gmix_table_f32(const float *x, size_t n_rows, size_t n_cols) {
    return view(x, GMIX_F32, n_rows, n_cols, n_cols, 1);
}

gmix_table gmix_table_f64_columns(const double *x, size_t n_rows, size_t n_cols) {
    return view(x, GMIX_F64, n_rows, n_cols, 1, n_rows);
}

gmix_table gmix_table_f32_columns(const float *x, size_t n_rows, size_t n_cols) {
    return view(x, GMIX_F32, n_rows, n_cols, 1, n_rows);
}
