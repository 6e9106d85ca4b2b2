/*
 * The layout: title and subtitle above, notes below, the legend on the right (or in the
 * corner that panels leave free), and in what is left a grid of panels. Every length of text
 * is known before it is placed, so that nothing overlaps and nothing is cut off.
 *
 * Margins of a panel depend on its tick labels and these on its size: ticks are chosen once
 * for a guess and once more for the final size, whose labels are no wider.
 */
#include <math.h>
#include <stdio.h>

#include "plot/measure.h"
#include "plot/plot_kind.h"

enum {
    EDGE = 16,
    TITLE = 16,
    SUBTITLE = 12,
    AXIS_TITLE = 12,
    TICK = 11,
    NOTE = 11,
    ENTRY = 12,
    SWATCH = 18,
    ROW = 18,    /* of the legend */
    NARROW = 460 /* pages, where the legend goes above the panels */
};

struct page {
    gmix_i_figure *figure;
    double width, height;
    gmix_i_rect body;   /* the panels with their axes */
    gmix_i_rect legend; /* w: of a column of entries; 0: none */
    size_t legend_columns;
    double notes_top;
    double left, bottom, top, gap_x, gap_y; /* around panels */
    /* Where the last label below panels of this row ends, and beside panels of the first column:
     * those of a neighbour do not run into it. */
    double label_end, label_foot;
};

static double fits(const char *text, double size, double length, char out[160]) {
    return gmix_i_text_fit(text, size, length, out, 160);
}

/* Lines that a sentence takes; draws them if there is a canvas. */
static size_t wrap(gmix_i_canvas *canvas, const char *sentence, double x, double y,
                   double width) {
    char line[400] = "", word[200];
    size_t n_lines = 0, used = 0;
    const gmix_i_label style = {
        .x = x, .size = NOTE, .anchor = -1, .ink = GMIX_I_INK_MUTED};
    for (const char *at = sentence; *at || used > 0;) {
        size_t n = 0;
        while (at[n] && at[n] != ' ' && n < sizeof word - 4) {
            n++;
        }
        snprintf(word, sizeof word, "%s%.*s", used ? " " : "", (int)n, at);
        const double longer =
            gmix_i_text_length(line, NOTE) + gmix_i_text_length(word, NOTE);
        const bool full = used > 0 && (longer > width || used + n + 2 > sizeof line);
        if (full || n == 0) {
            gmix_i_label label = style;
            label.y = y + (double)n_lines * (NOTE + 4) + NOTE;
            if (canvas) {
                canvas->text(canvas, &label, line);
            }
            n_lines++;
            used = 0;
            line[0] = '\0';
            if (n == 0) {
                break;
            }
            continue;
        }
        used += (size_t)snprintf(line + used, sizeof line - used, "%s", word);
        at += n + (at[n] == ' ');
    }
    return n_lines;
}

static double legend_width(const gmix_i_figure *f, double most) {
    double widest = 0;
    char text[160];
    for (size_t i = 0; i < f->n_entries; i++) {
        widest = fmax(widest, fits(f->entries[i].text, ENTRY, most - SWATCH - 8, text));
    }
    return f->n_entries ? widest + SWATCH + 8 : 0;
}

/* Height that a corner of panels leaves free over the width of the legend. */
static double free_corner(const struct page *page, double wide) {
    const gmix_i_figure *const f = page->figure;
    const double each = page->body.w / (double)f->n_columns;
    const double first = floor((page->body.w - wide) / each); /* column that it is over */
    return f->corner && first > 0 ? first * page->body.h / (double)f->n_rows - ROW : 0;
}

/* Takes the legend's place out of the body: on the right, in a corner that is free, or, on
 * narrow pages, above. What has no room is left out, and an ellipsis says so. */
static void place_legend(struct page *page) {
    const gmix_i_figure *const f = page->figure;
    gmix_i_rect *const body = &page->body;
    const bool narrow = page->width < NARROW;
    const double wide = legend_width(f, narrow ? body->w : fmin(230, 0.38 * page->width));
    const double high = (double)f->n_entries * ROW;
    page->legend = (gmix_i_rect){body->x + body->w - wide, body->y + 4, wide, high};
    page->legend_columns = 1;
    if (f->n_entries == 0 || high <= free_corner(page, wide)) {
        return;
    }
    if (narrow) {
        const size_t n = (size_t)fmax(1, floor((body->w + 12) / (wide + 12)));
        const size_t rows = (f->n_entries + n - 1) / n;
        const double share = page->height >= 1.4 * page->width ? 0.5 : 0.3;
        const double most = fmax(1, floor(share * body->h / ROW));
        page->legend_columns = n;
        page->legend =
            (gmix_i_rect){body->x, body->y - 4, wide, fmin((double)rows, most) * ROW};
        body->y += page->legend.h + 4;
        body->h -= page->legend.h + 4;
    } else {
        body->w -= wide + 18;
        page->legend.h = fmin(high, fmax(1, floor(body->h / ROW)) * ROW);
    }
}

/* On a small page the panels come first: without notes, then without legend. */
static void spare_room(struct page *page, double top) {
    enum { LEAST = 130 }; /* height of the panels with their axes */
    gmix_i_figure *const f = page->figure;
    double lines = 0;
    for (size_t i = 0; i < f->n_notes; i++) {
        lines += (double)wrap(NULL, f->notes[i], 0, 0, page->width - 2 * EDGE);
    }
    const double left = page->height - top - EDGE;
    const double notes = lines > 0 ? lines * (NOTE + 4) + 8 : 0;
    f->n_notes = left - notes < LEAST ? 0 : f->n_notes;
    const bool above = page->width < NARROW;
    f->n_entries = above && left < LEAST + 2 * ROW ? 0 : f->n_entries;
}

static void divide_page(struct page *page) {
    const gmix_i_figure *const f = page->figure;
    double top = EDGE;
    top += f->title ? TITLE + 4 : 0;
    top += f->subtitle ? SUBTITLE + 6 : 0;
    top += f->title || f->subtitle ? 6 : 0;
    spare_room(page, top);
    size_t n_lines = 0;
    for (size_t i = 0; i < f->n_notes; i++) {
        n_lines += wrap(NULL, f->notes[i], 0, 0, page->width - 2 * EDGE);
    }
    const double notes = n_lines ? (double)n_lines * (NOTE + 4) + 8 : 0;
    page->notes_top = page->height - EDGE - notes + 8;
    page->body = (gmix_i_rect){EDGE, top, page->width - 2 * EDGE,
                               page->height - top - EDGE - notes};
    place_legend(page);
}

static double widest_tick(const gmix_i_ticks *ticks) {
    double widest = 0;
    for (size_t i = 0; i < ticks->n; i++) {
        widest = fmax(widest, gmix_i_text_length(ticks->text[i], TICK));
    }
    return widest;
}

/* Is there room for the labels of this panel's axis, or do others have the same ones? */
static bool shows_y(const gmix_i_figure *f, const gmix_i_panel *p) {
    return !f->shares_titles || p->column == 0;
}

static bool shows_x(const gmix_i_figure *f, const gmix_i_panel *p) {
    return !f->shares_titles || p->row + 1 == f->n_rows;
}

/* Room that axes take on the left and below; the last label may stand out on the right. */
static void measure_axes(struct page *page) {
    const gmix_i_figure *const f = page->figure;
    page->left = page->bottom = page->top = 0;
    double inner_left = 0, inner_bottom = 0;
    for (size_t i = 0; i < f->n_panels; i++) {
        const gmix_i_panel *const p = &f->panels[i];
        double left = widest_tick(&p->y.ticks), bottom = p->x.ticks.n ? TICK + 8 : 0;
        left += left > 0 ? 8 : 0;
        left += p->y.title ? AXIS_TITLE + 8 : 0;
        bottom += p->x.title ? AXIS_TITLE + 6 : 0;
        left = shows_y(f, p) ? left : 0;
        bottom = shows_x(f, p) ? bottom : 0;
        page->top = fmax(page->top, p->heading ? AXIS_TITLE + 8 : 0);
        page->left = fmax(page->left, p->column == 0 ? left : 0);
        page->bottom = fmax(page->bottom, p->row + 1 == f->n_rows ? bottom : 0);
        inner_left = fmax(inner_left, p->column > 0 ? left : 0);
        inner_bottom = fmax(inner_bottom, p->row + 1 < f->n_rows ? bottom : 0);
    }
    page->gap_x = inner_left + (f->shares_titles ? 8 : 20);
    page->gap_y = inner_bottom + page->top + (f->shares_titles ? 8 : 16);
}

/* Of the length of n rows or columns, what number i has and what lies before it. */
static void find_share(const double *shares, size_t n, size_t i, double *share,
                       double *before) {
    *before = *share = 0;
    for (size_t at = 0; at <= i; at++) {
        *before += *share;
        *share = shares[at] > 0 ? shares[at] : 1.0 / (double)n;
    }
}

static void place_panels(struct page *page) {
    const gmix_i_figure *const f = page->figure;
    const double stand_out = 14; /* half of the last tick label */
    const double w =
        page->body.w - page->left - stand_out - (double)(f->n_columns - 1) * page->gap_x;
    const double h =
        page->body.h - page->bottom - page->top - (double)(f->n_rows - 1) * page->gap_y;
    const double all_h = fmax(h, 10 * (double)f->n_rows);
    for (size_t i = 0; i < f->n_panels; i++) {
        gmix_i_panel *const p = &f->panels[i];
        double share, before, high, above;
        find_share(f->column_share, f->n_columns, p->column, &share, &before);
        find_share(f->row_share, f->n_rows, p->row, &high, &above);
        p->rect.x = page->body.x + page->left + before * fmax(w, 10) +
                    (double)p->column * page->gap_x;
        p->rect.w = fmax(w, 10) * share;
        p->rect.y =
            page->body.y + page->top + above * all_h + (double)p->row * page->gap_y;
        p->rect.h = all_h * high;
        gmix_i_ticks_choose(&p->x, p->rect.w, false, &p->x.ticks);
        gmix_i_ticks_choose(&p->y, p->rect.h, true, &p->y.ticks);
    }
}

static void draw_grid(const gmix_i_panel *p, gmix_i_canvas *canvas) {
    gmix_i_open(canvas, "grid", GMIX_I_NO_COMPONENT, gmix_i_stroked(GMIX_I_INK_GRID, 1));
    for (size_t i = 0; p->x.grid && i < p->x.ticks.n; i++) {
        const double x = gmix_i_px(p, p->x.ticks.at[i]);
        canvas->line(canvas, (double[]){x, p->rect.y, x, p->rect.y + p->rect.h}, 2,
                     false);
    }
    for (size_t i = 0; p->y.grid && i < p->y.ticks.n; i++) {
        const double y = gmix_i_py(p, p->y.ticks.at[i]);
        canvas->line(canvas, (double[]){p->rect.x, y, p->rect.x + p->rect.w, y}, 2,
                     false);
    }
    canvas->close(canvas);
}

/* The title of an axis, with the unit that its labels leave out. */
static void axis_title(const gmix_i_axis *axis, double length, char out[160]) {
    const double unit = gmix_i_text_length(axis->ticks.unit, AXIS_TITLE);
    char name[160];
    fits(axis->title, AXIS_TITLE, fmax(length - unit, 20), name);
    snprintf(out, 160, "%.90s%s", name, axis->ticks.unit);
}

static void draw_x_axis(struct page *page, const gmix_i_panel *p, gmix_i_canvas *canvas) {
    const double base = p->rect.y + p->rect.h;
    gmix_i_label label = {.y = base + TICK + 6, .size = TICK, .ink = GMIX_I_INK_MUTED};
    gmix_i_open(canvas, "x-axis", GMIX_I_NO_COMPONENT,
                gmix_i_stroked(GMIX_I_INK_AXIS, 1));
    canvas->line(canvas, (double[]){p->rect.x, base, p->rect.x + p->rect.w, base}, 2,
                 false);
    for (size_t i = 0; i < p->x.ticks.n; i++) {
        const double x = gmix_i_px(p, p->x.ticks.at[i]);
        canvas->line(canvas, (double[]){x, base, x, base + 4}, 2, false);
    }
    canvas->close(canvas);
    page->label_end = p->column == 0 ? -INFINITY : page->label_end;
    for (size_t i = 0; i < p->x.ticks.n; i++) {
        const double half = gmix_i_text_length(p->x.ticks.text[i], TICK) / 2;
        label.x = gmix_i_px(p, p->x.ticks.at[i]);
        if (label.x - half > page->label_end + 4) {
            canvas->text(canvas, &label, p->x.ticks.text[i]);
            page->label_end = label.x + half;
        }
    }
    if (p->x.title) {
        char text[160];
        axis_title(&p->x, p->rect.w, text);
        label.x = p->rect.x + p->rect.w / 2;
        label.y += (p->x.ticks.n ? 0 : -TICK - 2) + AXIS_TITLE + 6;
        label.size = AXIS_TITLE;
        label.ink = GMIX_I_INK_TEXT;
        canvas->text(canvas, &label, text);
    }
}

/* The title stands at the left of the body in the first column, whatever the ticks of the others. */
static void draw_y_axis(struct page *page, const gmix_i_panel *p, gmix_i_canvas *canvas) {
    const double left = page->body.x;
    gmix_i_label label = {
        .x = p->rect.x - 8, .size = TICK, .anchor = 1, .ink = GMIX_I_INK_MUTED};
    gmix_i_open(canvas, "y-axis", GMIX_I_NO_COMPONENT,
                gmix_i_stroked(GMIX_I_INK_AXIS, 1));
    canvas->line(canvas,
                 (double[]){p->rect.x, p->rect.y, p->rect.x, p->rect.y + p->rect.h}, 2,
                 false);
    for (size_t i = 0; i < p->y.ticks.n; i++) {
        const double y = gmix_i_py(p, p->y.ticks.at[i]);
        canvas->line(canvas, (double[]){p->rect.x - 4, y, p->rect.x, y}, 2, false);
    }
    canvas->close(canvas);
    const double foot = p->column > 0 || p->row == 0 ? -INFINITY : page->label_foot;
    page->label_foot = -INFINITY;
    for (size_t i = 0; i < p->y.ticks.n; i++) { /* the largest is on top */
        label.y = gmix_i_py(p, p->y.ticks.at[i]) + 0.36 * TICK;
        if (label.y - TICK > foot) {
            canvas->text(canvas, &label, p->y.ticks.text[i]);
            page->label_foot = fmax(page->label_foot, label.y);
        }
    }
    if (p->y.title) {
        char text[160];
        axis_title(&p->y, p->rect.h, text);
        label.x = p->column == 0
                      ? left + AXIS_TITLE - 2
                      : p->rect.x - 8 - widest_tick(&p->y.ticks) - (p->y.ticks.n ? 8 : 0);
        label.y = p->rect.y + p->rect.h / 2;
        label.size = AXIS_TITLE;
        label.anchor = 0;
        label.angle = -90;
        label.ink = GMIX_I_INK_TEXT;
        canvas->text(canvas, &label, text);
    }
}

static gmix_status draw_panel(gmix_i_plot *plot, struct page *page, const gmix_i_panel *p,
                              gmix_i_canvas *canvas) {
    const gmix_i_figure *const f = page->figure;
    const gmix_i_extent extent = {p->x.lo, p->x.hi, p->y.lo, p->y.hi};
    const gmix_i_group group = {.name = "panel",
                                .component = GMIX_I_NO_COMPONENT,
                                .brush = gmix_i_filled(GMIX_I_INK_NONE, 1),
                                .clip = &p->rect,
                                .extent = &extent};
    if (p->x.grid || p->y.grid) {
        draw_grid(p, canvas);
    }
    canvas->open(canvas, &group);
    const gmix_status status = p->draw(plot, p, canvas);
    canvas->close(canvas);
    if (shows_x(f, p)) {
        draw_x_axis(page, p, canvas);
    }
    if (shows_y(f, p)) {
        draw_y_axis(page, p, canvas);
    }
    if (p->heading) {
        char text[160];
        fits(p->heading, AXIS_TITLE, p->rect.w, text);
        const gmix_i_label label = {.x = p->rect.x,
                                    .y = p->rect.y - 7,
                                    .size = AXIS_TITLE,
                                    .anchor = -1,
                                    .ink = GMIX_I_INK_TEXT};
        canvas->text(canvas, &label, text);
    }
    return status;
}

static void draw_swatch(const gmix_i_entry *e, double x, double y, gmix_i_canvas *c) {
    gmix_i_brush brush = gmix_i_filled(e->ink, 1);
    const bool line =
        e->swatch == GMIX_I_SWATCH_LINE || e->swatch == GMIX_I_SWATCH_DASHED;
    if (line || (e->swatch == GMIX_I_SWATCH_MARK && e->shape >= GMIX_I_N_SHAPES)) {
        brush = gmix_i_stroked(e->ink, line ? 2 : 1.2);
        brush.dashed = e->swatch == GMIX_I_SWATCH_DASHED;
    }
    gmix_i_open(c, "swatch", GMIX_I_NO_COMPONENT, brush);
    if (line) {
        c->line(c, (double[]){x, y, x + SWATCH - 2, y}, 2, false);
    } else if (e->swatch == GMIX_I_SWATCH_BOX) {
        c->rects(c, &(gmix_i_rect){x + 2, y - 5, 11, 10}, 1);
    } else {
        const gmix_i_mark mark = {e->shape, x + 7, y, 4.5, SIZE_MAX};
        c->mark(c, &mark);
    }
    c->close(c);
}

static void draw_legend(const struct page *page, gmix_i_canvas *canvas) {
    const gmix_i_figure *const f = page->figure;
    const size_t columns = page->legend_columns;
    const size_t room = columns * (size_t)(page->legend.h / ROW + 0.5);
    char text[160];
    for (size_t i = 0; i < f->n_entries && i < room; i++) {
        const bool ends = i + 1 == room && room < f->n_entries;
        const gmix_i_entry *const e = &f->entries[i];
        const double x = page->legend.x + (double)(i % columns) * (page->legend.w + 12);
        const size_t line = i / columns;
        const double y = page->legend.y + ((double)line + 0.5) * ROW;
        gmix_i_open(canvas, "legend", ends ? GMIX_I_NO_COMPONENT : e->component,
                    gmix_i_filled(GMIX_I_INK_NONE, 1));
        if (!ends) {
            draw_swatch(e, x, y, canvas);
        }
        fits(ends ? "…" : e->text, ENTRY, page->legend.w - SWATCH - 8 + 0.01, text);
        const gmix_i_label label = {.x = x + SWATCH + 6,
                                    .y = y + 0.36 * ENTRY,
                                    .size = ENTRY,
                                    .anchor = -1,
                                    .ink = GMIX_I_INK_TEXT};
        canvas->text(canvas, &label, text);
        canvas->close(canvas);
    }
}

static void draw_texts(const struct page *page, gmix_i_canvas *canvas) {
    const gmix_i_figure *const f = page->figure;
    const double width = page->width - 2 * EDGE;
    char text[160];
    gmix_i_label label = {.x = EDGE,
                          .y = EDGE + TITLE - 2,
                          .size = TITLE,
                          .anchor = -1,
                          .bold = true,
                          .ink = GMIX_I_INK_TEXT};
    if (f->title) {
        fits(f->title, TITLE * 1.1, width, text); /* bold letters are wider */
        canvas->text(canvas, &label, text);
        label.y += SUBTITLE + 6;
    }
    if (f->subtitle) {
        label.size = SUBTITLE;
        label.bold = false;
        label.ink = GMIX_I_INK_MUTED;
        fits(f->subtitle, SUBTITLE, width, text);
        canvas->text(canvas, &label, text);
    }
    double y = page->notes_top;
    for (size_t i = 0; i < f->n_notes; i++) {
        y += (double)wrap(canvas, f->notes[i], EDGE, y, width) * (NOTE + 4);
    }
}

gmix_status gmix_i_figure_draw(gmix_i_plot *plot, gmix_i_figure *figure,
                               gmix_i_canvas *canvas) {
    struct page page = {
        .figure = figure, .width = figure->width, .height = figure->height};
    divide_page(&page);
    for (size_t i = 0; i < figure->n_panels; i++) {
        gmix_i_panel *const p = &figure->panels[i];
        const double w = page.body.w / (double)figure->n_columns;
        const double h = page.body.h / (double)figure->n_rows;
        gmix_i_ticks_choose(&p->x, w, false, &p->x.ticks);
        gmix_i_ticks_choose(&p->y, h, true, &p->y.ticks);
    }
    measure_axes(&page);
    place_panels(&page);
    draw_texts(&page, canvas);
    gmix_status status = GMIX_OK;
    for (size_t i = 0; i < figure->n_panels && status == GMIX_OK; i++) {
        status = draw_panel(plot, &page, &figure->panels[i], canvas);
    }
    draw_legend(&page, canvas);
    return status;
}
