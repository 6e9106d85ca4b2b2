/**
 * A table's own text again, with more in it; of the library gmix-files.
 *
 * What was read with gmix_read_options.keep_text is written as it stands, byte by byte: delimiter, quotes,
 * order, other columns, blank lines. New cells come behind each line, and cells that are
 * missing can be filled, with the file's decimal sign.
 *
 *     gmix_rewriter_new(ctx, data, write, self, &r);
 *     gmix_rewriter_heading(ctx, r, names, 2);
 *     for (i = 0; i < n_rows; i++) {
 *         gmix_rewriter_row(ctx, r, NULL, cells, 2);
 *     }
 *     gmix_rewriter_end(ctx, r);
 *     gmix_rewriter_free(&r);
 */
#ifndef GMIX_REWRITE_H
#define GMIX_REWRITE_H

#include "files.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Opaque; of one thread at a time. */
typedef struct gmix_rewriter gmix_rewriter;

/** Takes bytes that are to be written. */
typedef void gmix_write_fn(void *self, const char *bytes, size_t n);

/** A new cell: text (UTF-8), or, where text is NULL, a number; NaN is written as the empty cell,
 * or as NA where blanks are between cells. */
typedef struct gmix_cell {
    const char *text;
    double number;
} gmix_cell;

/**
 * @param data    Read from text with keep_text = 1; must outlive the rewriter.
 * @param digits  Significant digits of numbers written; 0: as many as read back to the same bits.
 * @param write   Called with what is to be written, in order.
 * @param rewriter  [out] Release with gmix_rewriter_free().
 * @return GMIX_OK; GMIX_ERR_ARGUMENT for NULLs or digits that are not from 0 to 17;
 *         GMIX_ERR_UNSUPPORTED for data that were not read from text, or without keep_text;
 *         GMIX_ERR_NOMEM.
 */
GMIX_API gmix_status gmix_rewriter_new(gmix_ctx *ctx, const gmix_data *data, int digits,
                                       gmix_write_fn *write, void *self,
                                       gmix_rewriter **rewriter);

/** Writes what comes before the first row: the header, if there is one, with the names of the new
 * columns behind it. A name that a column of the file has gets a number (name_2). GMIX_ERR_NOMEM;
 * GMIX_ERR_ARGUMENT for NULLs, or after rows have been written. */
GMIX_API gmix_status gmix_rewriter_heading(gmix_ctx *ctx, gmix_rewriter *rewriter,
                                           const char *const *names, size_t n);

/**
 * Writes the next row.
 *
 * @param filled  D numbers, of which those whose cell is missing in the data's table take its place; NULL:
 *                none.
 * @param cells   n new cells.
 * @return GMIX_OK; GMIX_ERR_ARGUMENT for NULLs, or after the last row; GMIX_ERR_NOMEM.
 */
GMIX_API gmix_status gmix_rewriter_row(gmix_ctx *ctx, gmix_rewriter *rewriter,
                                       const double *filled, const gmix_cell *cells,
                                       size_t n);

/** Writes what comes behind the last row: blank lines. */
GMIX_API gmix_status gmix_rewriter_end(gmix_ctx *ctx, gmix_rewriter *rewriter);

/** Frees; NULL is fine. */
GMIX_API void gmix_rewriter_free(gmix_rewriter **rewriter);

#ifdef __cplusplus
}
#endif
#endif
