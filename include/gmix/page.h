/**
 * A fit as a page: one HTML or PDF file for a person, with words, pictures and tables.
 *
 * The file needs nothing but itself: styles, script and pictures (SVG, see plot.h) are in it,
 * it asks for nothing over a network, and its own security policy forbids that and any
 * script but the one it came with. Names and texts of the data are escaped. The same input
 * gives the same bytes.
 */
#ifndef GMIX_PAGE_H
#define GMIX_PAGE_H

#include "infer.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What the page should say that is not in the model, its report or the table. Set by
 * gmix_page_options_init(). */
typedef struct gmix_page_options {
    size_t struct_size; /* set by _init */

    /* The file that the table was read from: the page shows its name and, if it is a regular
     * file, the SHA-256 of its bytes. NULL (default): the SHA-256 of the table's values,
     * row by row as little-endian doubles, every missing one as the bytes of 7ff8000000000000. */
    const char *data_file;

    const char
        *command; /* that made the page, for the last section. NULL (default): none */

    /* Names of the table's rows, N: beside their numbers, and where the pointer is. NULL (default):
     * none. */
    const char *const *row_names;
} gmix_page_options;

/** Sets all options to their defaults. The size lets a library serve programs that were
 * compiled with an older, smaller struct. */
GMIX_API void gmix_page_options_init_sized(gmix_page_options *opts, size_t struct_size);

static inline void gmix_page_options_init(gmix_page_options *opts) {
    gmix_page_options_init_sized(opts, sizeof *opts);
}

/**
 * The page as text: how many groups, how sure, what sets them apart; pictures; a card for
 * every component; rows in doubt; the models that were compared; warnings; how to do it again.
 *
 * Where the rows carry labels, the page compares them with the components.
 *
 * @param model   K components in D features.
 * @param report  Of the fit; NULL or all zero: the page says nothing of it.
 * @param x       N x D table that the page is about, the one fitted or another one.
 * @param opts    NULL for defaults.
 * @param html    [out] UTF-8, ends with a newline; release with gmix_text_free().
 * @return GMIX_OK; GMIX_ERR_IO if data_file cannot be read; GMIX_ERR_DATA for a table without
 *         rows; else as gmix_responsibilities().
 *
 * Cost: three passes over the rows, and the pictures'. Memory beyond the data does not grow
 * with N, but for the text: at most some 3 MB.
 */
GMIX_API gmix_status gmix_report_html(gmix_ctx *ctx, const gmix_model *model,
                                      const gmix_report *report, const gmix_table *x,
                                      const gmix_page_options *opts, char **html);

/**
 * The same on paper: A4, as PDF, with an outline, and the heading of a table again on every page
 * that it goes on to. Pictures are drawn in light colours.
 *
 * @param bytes    [out] The document; release with gmix_text_free().
 * @param n_bytes  [out] How long it is.
 * @return As gmix_report_html(); GMIX_ERR_UNSUPPORTED, too, where there is no Cairo (plot.h).
 *
 * Cost: as gmix_report_html().
 */
GMIX_API gmix_status gmix_report_pdf(gmix_ctx *ctx, const gmix_model *model,
                                     const gmix_report *report, const gmix_table *x,
                                     const gmix_page_options *opts, char **bytes,
                                     size_t *n_bytes);

#ifdef __cplusplus
}
#endif
#endif
