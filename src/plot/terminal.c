/*
 * Pictures of characters. See gmix_plot_terminal().
 *
 * One feature: a histogram of bars with eighths of a line (Unicode block elements), and under
 * it a line with the digits of the components at their means. Two: every place shows the digit
 * of the component that most of its rows belong to, or with UTF-8 a Braille cell of 2 x 4 dots
 * in its colour, and the digits stand at the means. In ASCII, bars are of '#', and rows digits.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/structs.h"
#include "plot/captions.h"
#include "plot/directions.h"
#include "plot/histogram.h"
#include "plot/measure.h"
#include "plot/view.h"
#include "text/text_buffer.h"

enum { MARGIN = 2, MOST_WIDTH = 400, MOST_HEIGHT = 200 };

struct screen {
    gmix_i_plot *plot;
    gmix_terminal_options opts;
    struct gmix_i_text *text;
    size_t w, h;         /* places inside of the frame */
    double *weight;      /* h x w */
    int *winner;         /* h x w: component, -1 noise, GMIX_I_NO_COMPONENT nobody */
    unsigned char *dots; /* h x w: Braille */
    char *sign;          /* h x w: what stands over the dots, or 0 */
};

static char sign_of(int k) {
    static const char signs[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    return k < 0 ? '.' : signs[k % 36];
}

/* ANSI colours that are told apart on dark and light; noise is plain. */
static void start_colour(const struct screen *s, int k, bool bold) {
    static const int codes[] = {34, 31, 32, 35, 33, 36};
    if (s->opts.colour && k >= 0) {
        gmix_i_text_add(s->text, "\x1B[%s%dm", bold ? "1;" : "", codes[k % 6]);
    }
}

static void end_colour(const struct screen *s, int k) {
    if (s->opts.colour && k >= 0) {
        gmix_i_text_add(s->text, "\x1B[0m");
    }
}

/* A name of at most so many columns, of characters that the terminal can show. */
static void short_name(const struct screen *s, const char *name, double columns,
                       char out[160]) {
    gmix_i_text_fit(name, 1, columns, out, 160);
    char *to = out;
    for (const char *c = out; *c && !s->opts.utf8; c++) {
        if ((unsigned char)*c < 0x80) {
            *to++ = *c;
        } else if ((unsigned char)*c >= 0xC0) { /* once for a character */
            *to++ = '?';
        }
    }
    if (!s->opts.utf8) {
        *to = '\0';
    }
}

/* A number with the minus signs that the terminal can show. */
static void end_of_axis(const struct screen *s, double x, char out[32]) {
    gmix_i_plot_number(x, out);
    char *minus;
    while (!s->opts.utf8 && (minus = strstr(out, "\xE2\x88\x92"))) {
        *minus = '-';
        memmove(minus + 1, minus + 3, strlen(minus + 3) + 1);
    }
}

static void put_number_line(struct screen *s, const gmix_i_axis *axis) {
    char lo[32], hi[32], name[160];
    end_of_axis(s, axis->lo, lo);
    end_of_axis(s, axis->hi, hi);
    const size_t ends = gmix_i_text_width(lo) + gmix_i_text_width(hi);
    short_name(s, axis->title, s->w > ends + 6 ? 0.6 * (double)(s->w - ends - 4) : 1,
               name);
    const size_t width = gmix_i_text_width(name);
    const size_t room = s->w > ends ? s->w - ends : 0;
    const size_t before = room > width ? (room - width) / 2 : 1;
    gmix_i_text_blanks(s->text, MARGIN);
    gmix_i_text_add(s->text, "%s", lo);
    gmix_i_text_blanks(s->text, before);
    gmix_i_text_add(s->text, "%s", name);
    gmix_i_text_blanks(s->text, room > width + before ? room - width - before : 1);
    gmix_i_text_add(s->text, "%s\n", hi);
}

static gmix_status open_screen(struct screen *s, size_t lines_around) {
    gmix_status status;
    s->w = s->opts.width - 2 * MARGIN;
    s->h = s->opts.height > lines_around + 2 ? s->opts.height - lines_around : 2;
    GMIX_TRY(gmix_i_plot_alloc(s->plot, s->w * s->h, sizeof *s->weight, &s->weight));
    GMIX_TRY(gmix_i_plot_alloc(s->plot, s->w * s->h, sizeof *s->winner, &s->winner));
    GMIX_TRY(gmix_i_plot_alloc(s->plot, s->w * s->h, 1, &s->dots));
    GMIX_TRY(gmix_i_plot_alloc(s->plot, s->w * s->h, 1, &s->sign));
    for (size_t i = 0; i < s->w * s->h; i++) {
        s->winner[i] = GMIX_I_NO_COMPONENT;
    }
done:
    return status;
}

/* The component that is likeliest at x. */
static int likeliest(const gmix_i_view *view, double x) {
    int best = 0;
    double most = -1;
    for (size_t k = 0; k < view->k; k++) {
        const double share = gmix_i_view_share(view, k, &x);
        if (share > most) {
            most = share;
            best = (int)k;
        }
    }
    return best;
}

static void put_bars(struct screen *s, const gmix_i_view *view, const gmix_i_axis *axis,
                     const double *heights) {
    static const char *const eighths[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    for (size_t line = 0; line < s->h; line++) {
        gmix_i_text_blanks(s->text, MARGIN);
        for (size_t i = 0; i < s->w; i++) {
            const double x =
                axis->lo + ((double)i + 0.5) / (double)s->w * (axis->hi - axis->lo);
            const double over =
                heights[i] * (double)s->h - (double)(s->h - 1 - line); /* in lines */
            const int k = likeliest(view, x);
            int level = over >= 1 ? 8 : over > 0 ? (int)ceil(8 * over) : 0;
            level = s->opts.utf8 ? level : level >= 4 ? 8 : 0;
            if (level == 0) {
                gmix_i_text_add(s->text, " ");
                continue;
            }
            start_colour(s, k, false);
            gmix_i_text_add(s->text, "%s", s->opts.utf8 ? eighths[level] : "#");
            end_colour(s, k);
        }
        gmix_i_text_add(s->text, "\n");
    }
}

/* A line on which the digit of every component stands at its mean. */
static void put_means(struct screen *s, const gmix_i_view *view,
                      const gmix_i_axis *axis) {
    int at[MOST_WIDTH];
    for (size_t i = 0; i < s->w; i++) {
        at[i] = GMIX_I_NO_COMPONENT;
    }
    for (size_t k = view->k; k-- > 0;) {
        const double t = (view->means[k] - axis->lo) / (axis->hi - axis->lo);
        const double i = floor(t * (double)s->w);
        if (i >= 0 && i < (double)s->w && view->weights[k] > 0) {
            at[(size_t)i] = (int)k;
        }
    }
    gmix_i_text_blanks(s->text, MARGIN);
    for (size_t i = 0; i < s->w; i++) {
        if (at[i] == GMIX_I_NO_COMPONENT) {
            gmix_i_text_add(s->text, s->opts.utf8 ? "─" : "-");
        } else {
            start_colour(s, at[i], true);
            gmix_i_text_add(s->text, "%c", sign_of(at[i]));
            end_colour(s, at[i]);
        }
    }
    gmix_i_text_add(s->text, "\n");
}

/* The heights of bars, one to a character: those of the bins that the characters lie in. */
static gmix_status find_heights(struct screen *s, const gmix_i_view *view,
                                const gmix_i_axis *axis, double **out) {
    gmix_status status;
    const gmix_table *const table = s->plot->table;
    gmix_i_histogram histogram;
    double *values, *weights;
    size_t n = 0;
    GMIX_TRY(gmix_i_plot_alloc(s->plot, s->w, sizeof **out, out));
    GMIX_TRY(gmix_i_plot_alloc(s->plot, table->n_rows, sizeof *values, &values));
    GMIX_TRY(gmix_i_plot_alloc(s->plot, table->n_rows, sizeof *weights, &weights));
    for (size_t i = 0; i < table->n_rows; i++) {
        weights[n] = gmix_i_row_weight(table, i);
        n += gmix_i_view_row(view, i, &values[n]);
    }
    GMIX_TRY(gmix_i_histogram_new(s->plot, values, weights, n, view, s->w, &histogram));
    for (size_t i = 0; i < s->w && histogram.n > 0; i++) {
        const double x =
            axis->lo + ((double)i + 0.5) / (double)s->w * (axis->hi - axis->lo);
        const double bin = (x - histogram.lo) / histogram.width;
        if (bin >= 0 && bin < (double)histogram.n) {
            (*out)[i] = histogram.height[(size_t)bin] / histogram.highest;
        }
    }
done:
    return status;
}

static gmix_status put_histogram(struct screen *s) {
    gmix_status status;
    gmix_i_view view;
    gmix_i_axis axes[2] = {{.lo = 0}};
    double *heights;
    size_t n_hidden;
    GMIX_TRY(open_screen(s, 2));
    GMIX_TRY(gmix_i_view_features(s->plot, s->plot->features, 1, &view));
    GMIX_TRY(gmix_i_view_range(&view, axes, &n_hidden));
    GMIX_TRY(gmix_i_plot_feature(s->plot, s->plot->features[0], &axes[0].title));
    GMIX_TRY(find_heights(s, &view, &axes[0], &heights));
    put_bars(s, &view, &axes[0], heights);
    put_means(s, &view, &axes[0]);
    put_number_line(s, &axes[0]);
done:
    return status;
}

/* Counts the rows of component k: dots, and who has most of a place. */
static void place_rows(struct screen *s, const gmix_i_view *view,
                       const gmix_i_axis axes[2], int k, double *count) {
    static const unsigned char braille[4][2] = {
        {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    memset(count, 0, s->w * s->h * sizeof *count);
    for (size_t i = 0; i < s->plot->table->n_rows; i++) {
        double y[2];
        if (s->plot->component[i] != k || !gmix_i_view_row(view, i, y)) {
            continue;
        }
        const double u = (y[0] - axes[0].lo) / (axes[0].hi - axes[0].lo);
        const double v = 1 - (y[1] - axes[1].lo) / (axes[1].hi - axes[1].lo);
        const double x = floor(u * 2 * (double)s->w), z = floor(v * 4 * (double)s->h);
        if (x >= 0 && x < 2 * (double)s->w && z >= 0 && z < 4 * (double)s->h) {
            const size_t column = (size_t)x, line = (size_t)z;
            const size_t at = line / 4 * s->w + column / 2;
            count[at] += gmix_i_row_weight(s->plot->table, i);
            s->dots[at] |= braille[line % 4][column % 2];
        }
    }
    for (size_t at = 0; at < s->w * s->h; at++) {
        if (count[at] > s->weight[at]) {
            s->weight[at] = count[at];
            s->winner[at] = k;
        }
    }
}

static void put_places(struct screen *s) {
    for (size_t line = 0; line < s->h; line++) {
        gmix_i_text_add(s->text, s->opts.utf8 ? " │" : " |");
        for (size_t i = 0; i < s->w; i++) {
            const size_t at = line * s->w + i;
            const int k = s->winner[at];
            if (s->sign[at]) {
                const int mean = s->sign[at] - 1;
                start_colour(s, mean, true);
                gmix_i_text_add(s->text, "%c", sign_of(mean));
                end_colour(s, mean);
            } else if (k == GMIX_I_NO_COMPONENT) {
                gmix_i_text_add(s->text, " ");
            } else if (!s->opts.utf8) {
                gmix_i_text_add(s->text, "%c", sign_of(k));
            } else {
                const unsigned code = 0x2800U + s->dots[at];
                start_colour(s, k, false);
                gmix_i_text_add(s->text, "%c%c%c", (char)(0xE0U | code >> 12),
                                (char)(0x80U | (code >> 6 & 63U)),
                                (char)(0x80U | (code & 63U)));
                end_colour(s, k);
            }
        }
        gmix_i_text_add(s->text, "\n");
    }
    gmix_i_text_add(s->text, s->opts.utf8 ? " └" : " +");
    for (size_t i = 0; i < s->w; i++) {
        gmix_i_text_add(s->text, s->opts.utf8 ? "─" : "-");
    }
    gmix_i_text_add(s->text, "\n");
}

/* The digits at the means, where the places are Braille. */
static void mark_means(struct screen *s, const gmix_i_view *view,
                       const gmix_i_axis axes[2]) {
    for (size_t k = view->k; k-- > 0 && k < 36 && s->opts.utf8;) {
        const double u = (view->means[2 * k] - axes[0].lo) / (axes[0].hi - axes[0].lo);
        const double v =
            1 - (view->means[2 * k + 1] - axes[1].lo) / (axes[1].hi - axes[1].lo);
        if (u >= 0 && u < 1 && v >= 0 && v < 1 && view->weights[k] > 0) {
            const size_t line = (size_t)(v * (double)s->h);
            s->sign[line * s->w + (size_t)(u * (double)s->w)] = (char)(k + 1);
        }
    }
}

static gmix_status choose_view(struct screen *s, gmix_i_view *view,
                               const char *titles[2]) {
    gmix_status status;
    gmix_i_plot *const plot = s->plot;
    if (plot->n_features == 2) {
        GMIX_TRY(gmix_i_view_features(plot, plot->features, 2, view));
        GMIX_TRY(gmix_i_plot_feature(plot, plot->features[0], &titles[0]));
        GMIX_TRY(gmix_i_plot_feature(plot, plot->features[1], &titles[1]));
    } else {
        gmix_i_directions directions;
        GMIX_TRY(gmix_i_informative(plot, plot->features, &plot->n_features, 100));
        GMIX_TRY(
            gmix_i_directions_new(plot, plot->features, plot->n_features, &directions));
        GMIX_TRY(
            gmix_i_view_directions(plot, directions.vectors, directions.centre, 2, view));
        titles[0] = "direction 1";
        titles[1] = "direction 2 of the best plane";
    }
done:
    return status;
}

static gmix_status put_plane(struct screen *s) {
    gmix_status status;
    gmix_i_view view;
    gmix_i_axis axes[2] = {{.lo = 0}};
    const char *titles[2];
    char name[160], lo[32], hi[32];
    double *count;
    size_t n_hidden;
    GMIX_TRY(open_screen(s, 3));
    GMIX_TRY(choose_view(s, &view, titles));
    GMIX_TRY(gmix_i_view_range(&view, axes, &n_hidden));
    GMIX_TRY(gmix_i_plot_alloc(s->plot, s->w * s->h, sizeof *count, &count));
    for (int k = -1; k < (int)s->plot->k; k++) {
        place_rows(s, &view, axes, k, count);
    }
    mark_means(s, &view, axes);
    end_of_axis(s, axes[1].lo, lo);
    end_of_axis(s, axes[1].hi, hi);
    const size_t ends = gmix_i_text_width(lo) + gmix_i_text_width(hi) + 8;
    short_name(s, titles[1], s->w > ends + 2 ? 0.6 * (double)(s->w - ends) : 1, name);
    gmix_i_text_add(s->text, " %s, %s to %s\n", name, lo, hi);
    put_places(s);
    axes[0].title = titles[0];
    put_number_line(s, &axes[0]);
done:
    return status;
}

static gmix_status take_options(gmix_ctx *ctx, const gmix_terminal_options *opts,
                                gmix_terminal_options *out) {
    const gmix_status status = gmix_i_terminal_options_take(ctx, opts, out);
    if (status != GMIX_OK) {
        return status;
    }
    out->width = out->width < MOST_WIDTH ? out->width : MOST_WIDTH;
    out->height = out->height < MOST_HEIGHT ? out->height : MOST_HEIGHT;
    return GMIX_OK;
}

gmix_status gmix_plot_terminal(gmix_ctx *ctx, const gmix_model *model,
                               const gmix_table *table, const gmix_terminal_options *opts,
                               char **text) {
    GMIX_I_CTX(ctx);
    GMIX_I_TABLE(ctx, table);
    gmix_status status;
    gmix_i_plot plot = {.ctx = ctx};
    struct gmix_i_text out = {.ctx = ctx};
    struct screen screen = {.plot = &plot, .text = &out};
    if (!model || !table || !text) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "model, table and text are needed");
    }
    GMIX_TRY(take_options(ctx, opts, &screen.opts));
    GMIX_TRY(gmix_i_plot_open(ctx, model, NULL, table, NULL, NULL, &plot));
    GMIX_TRY(plot.n_features == 1 ? put_histogram(&screen) : put_plane(&screen));
    GMIX_TRY(gmix_i_text_take(&out, text));
done:
    gmix_i_text_drop(&out);
    gmix_i_plot_close(&plot);
    return status;
}
