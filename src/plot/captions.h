/* What figures say: legends, subtitles, notes. Texts live as long as the plot. */
#ifndef GMIX_PLOT_CAPTIONS_H
#define GMIX_PLOT_CAPTIONS_H

#include "plot/view.h"

/* Four significant digits, or ten, with a point whatever the locale; "36 %". */
void gmix_i_plot_number(double x, char out[32]);
void gmix_i_plot_exact(double x, char out[32]);
void gmix_i_plot_percent(double share, char out[32]);

/* "1 000 000 rows": n of something, in words that take an s. */
gmix_status gmix_i_plot_count(gmix_i_plot *plot, size_t n, const char *what,
                              const char **out);

/* Legend entries of the components, those beyond the room summed up; of noise. */
gmix_status gmix_i_plot_legend(gmix_i_plot *plot, gmix_i_figure *figure,
                               gmix_i_swatch swatch);
void gmix_i_figure_entry(gmix_i_figure *figure, gmix_i_swatch swatch, int ink,
                         const char *text);
void gmix_i_figure_note(gmix_i_figure *figure, const char *sentence);

/* "272 rows, 2 components, full covariances". */
gmix_status gmix_i_plot_subtitle(gmix_i_plot *plot, const char **out);

/* The note on components that cannot be seen. */
gmix_status gmix_i_plot_unseen(gmix_i_plot *plot, gmix_i_figure *figure,
                               const gmix_i_unseen *unseen);

/* The note on rows that panels leave out. */
gmix_status gmix_i_plot_hidden(gmix_i_plot *plot, gmix_i_figure *figure, size_t n);

#endif
