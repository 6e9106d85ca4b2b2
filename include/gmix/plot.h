/**
 * Pictures of a mixture and of the data it was fitted to, as SVG, PNG and PDF.
 *
 * A picture has a kind (gmix_plot_kinds()):
 *
 *     density         one feature: histogram, density of the mixture, share of every
 *                     component, decision boundaries
 *     scatter         two features: rows, coloured by component, ellipses, means
 *     matrix          several features: a scatter plot for every pair of them
 *     projection      many features: the plane that separates the components best, and
 *                     what the features contribute to it (Scrucca 2010,
 *                     doi:10.1007/s11222-009-9138-7)
 *     selection       the criterion against the number of components, a line per family
 *     trace           log-likelihood against the iterations of the fit
 *     uncertainty     how surely rows are assigned: a histogram of 1 - max_k r_nk
 *     confusion       components found against classes known (gmix_table.labels)
 *     classification  where no class is known what auto draws, as in mclust; else confusion, whose old
 *                     name it is
 *     clusters        components merged into clusters: tree, entropies
 *     qq              one feature: quantiles and probabilities of rows beside those of the mixture
 *
 * "auto" is density, scatter, matrix or projection, by the number of features shown. A
 * picture of many rows shows their density on a fine grid, so its size is bounded. The same
 * input gives the same bytes of SVG.
 */
#ifndef GMIX_PLOT_H
#define GMIX_PLOT_H

#include "infer.h"
#include "option_info.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Options of a picture. Set by gmix_plot_options_init(); then change fields. */
typedef struct gmix_plot_options {
    size_t struct_size; /* set by _init */
    const char *kind;   /* one of gmix_plot_kinds(); default "auto" */
    /* "light" (default), "dark", or "auto": in SVG what the viewer prefers, light in PNG and
     * PDF. In a page, an ancestor with data-theme="light" or "dark" decides. */
    const char *theme;

    /* Features shown, in this order: names, or 0-based numbers as text. NULL (default): all
     * for up to 5; beyond that, matrix shows the 5 that separate the components best. */
    const char *const *features;
    size_t n_features; /* how many are named; 0 (default): all */

    double width, height; /* CSS pixels, 200 and 150 .. 10000; 0 (default): by kind */
    double scale;         /* pixels of PNG per CSS pixel: 0.1 .. 10; default 2 */
    int contours;         /* 1: contours of the density (scatter). Default 0 */
    int uncertainty;      /* 1: points are larger where 1 - max_k r_nk is. Default 0 */
    const char *title;    /* NULL (default): by kind; "": none */

    /* For kind selection: one of gmix_criterion_names(); NULL (default): the one by which the
     * model was chosen, or "bic". */
    const char *criterion;

    /* For pages that work on the picture. 1: every point is an element with data-row (0-based
     * row of the table), and all that belongs to component k is in groups of class
     * "component" with data-component="k" ("-1": noise). Default 0: the same picture, fewer
     * bytes. */
    int interactive;
    const char
        *id_prefix; /* of ids in the SVG, for several in one page; default "gmix" */
} gmix_plot_options;

/** Sets all options to their defaults. The size lets a library serve programs that were
 * compiled with an older, smaller struct. */
GMIX_API void gmix_plot_options_init_sized(gmix_plot_options *opts, size_t struct_size);

static inline void gmix_plot_options_init(gmix_plot_options *opts) {
    gmix_plot_options_init_sized(opts, sizeof *opts);
}

/** The table behind it (see option_info.h); ends with an entry whose name is NULL. */
GMIX_API const gmix_option_info *gmix_plot_option_table(void);

/** Names of the kinds, "auto" first; of the themes. NULL-terminated; static. */
GMIX_API const char *const *gmix_plot_kinds(void);
GMIX_API const char *const *gmix_plot_themes(void);

/** One line on what a kind shows; NULL if there is no such kind. Static. */
GMIX_API const char *gmix_plot_kind_summary(const char *kind);

/**
 * Draws a picture as SVG: one <svg> element, with <title> and <desc> for those who do not
 * see it, without an XML declaration, so that it can stand in a page or a file.
 *
 * Text is that of the table's and model's names; what XML or terminals could mistake for
 * markup is escaped.
 *
 * @param ctx     Context, or NULL for defaults.
 * @param model   The mixture; may be NULL for the kinds selection and trace.
 * @param report  Of the fit; needed by selection and trace, else may be NULL.
 * @param table   N x D rows; needed by scatter's points, density's histogram, matrix,
 *                uncertainty and confusion, which needs its labels. Where it is NULL,
 *                density, scatter, matrix and projection draw the model alone.
 *                Missing cells (NaN) are as in infer.h; a row is left out of panels that show
 *                a feature it lacks, and the picture says how many were.
 * @param opts    NULL for defaults.
 * @param svg     [out] Release with gmix_text_free().
 *
 * @return GMIX_OK; GMIX_ERR_OPTION for an unknown kind, theme, feature or criterion, or sizes
 *         out of range; GMIX_ERR_DATA if what the kind needs is not there: the message says
 *         what; GMIX_ERR_SHAPE, GMIX_ERR_NONFINITE as in infer.h; GMIX_ERR_ARGUMENT;
 *         GMIX_ERR_NOMEM.
 *
 * Cost: that of gmix_responsibilities(), and a pass over the rows for every panel.
 */
GMIX_API gmix_status gmix_plot_svg(gmix_ctx *ctx, const gmix_model *model,
                                   const gmix_report *report, const gmix_table *table,
                                   const gmix_plot_options *opts, char **svg);

/**
 * The same as PNG or PDF, drawn by Cairo (libcairo.so.2), which is looked for when called.
 *
 * @param bytes    [out] The file's content; release with gmix_text_free().
 * @param n_bytes  [out] Its length.
 * @return As above; GMIX_ERR_UNSUPPORTED if there is no Cairo on this machine, or if this
 *         build does without it.
 */
GMIX_API gmix_status gmix_plot_png(gmix_ctx *ctx, const gmix_model *model,
                                   const gmix_report *report, const gmix_table *table,
                                   const gmix_plot_options *opts, char **bytes,
                                   size_t *n_bytes);
GMIX_API gmix_status gmix_plot_pdf(gmix_ctx *ctx, const gmix_model *model,
                                   const gmix_report *report, const gmix_table *table,
                                   const gmix_plot_options *opts, char **bytes,
                                   size_t *n_bytes);

/**
 * Draws a picture into a file, atomically: a reader sees the old file or the whole new one.
 *
 * @param path  Ends in .svg, .png or .pdf, which says what it becomes; "-": SVG on standard
 *              output.
 * @return As above; GMIX_ERR_OPTION for another ending; GMIX_ERR_IO.
 */
GMIX_API gmix_status gmix_plot_write(gmix_ctx *ctx, const gmix_model *model,
                                     const gmix_report *report, const gmix_table *table,
                                     const gmix_plot_options *opts, const char *path);

/** GMIX_OK if gmix_plot_write() could draw into a file of that name; else why not, as
 * above. Nothing is written: for asking before long work. */
GMIX_API gmix_status gmix_plot_check_path(gmix_ctx *ctx, const char *path);

/** How a terminal shows pictures. Set by gmix_terminal_options_init(). */
typedef struct gmix_terminal_options {
    size_t struct_size; /* set by _init */
    size_t width;       /* columns: 20 ..; default 80 */
    size_t height;      /* lines, the axes among them: 5 ..; default 16 */
    int utf8;           /* 1 (default): block elements and Braille; 0: ASCII */
    int colour;         /* 1: ANSI colours (ISO 6429); default 0 */
} gmix_terminal_options;

GMIX_API void gmix_terminal_options_init_sized(gmix_terminal_options *opts,
                                               size_t struct_size);

static inline void gmix_terminal_options_init(gmix_terminal_options *opts) {
    gmix_terminal_options_init_sized(opts, sizeof *opts);
}

/** The table behind it (see option_info.h); ends with an entry whose name is NULL. */
GMIX_API const gmix_option_info *gmix_terminal_option_table(void);

/**
 * A picture of lines of text: for one feature a histogram over marks of the components, for
 * two a block of the components' digits where they have most rows, for more the plane of
 * kind projection.
 *
 * @param table  N x D rows.
 * @param opts   NULL for defaults.
 * @param text   [out] Ends with a newline; release with gmix_text_free().
 * @return GMIX_OK; GMIX_ERR_OPTION for sizes out of range; else as gmix_plot_svg().
 */
GMIX_API gmix_status gmix_plot_terminal(gmix_ctx *ctx, const gmix_model *model,
                                        const gmix_table *table,
                                        const gmix_terminal_options *opts, char **text);

#ifdef __cplusplus
}
#endif
#endif
