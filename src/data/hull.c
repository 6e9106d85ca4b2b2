/*
 * The hull of many rows from hulls of few: the corners of the hull of a set are among those of
 * its parts', so rows are taken in by the thousand and all but the corners forgotten. Features
 * are scaled to [0, 1] first, where Qhull's tolerances mean the same for all of them.
 */
#include "data/hull.h"

#include <math.h>
#include <string.h>

enum { FIRST_ROOM = 8192 }; /* rows */

typedef struct gathered {
    gmix_ctx *ctx;
    const gmix_i_survey *survey;
    gmix_hull_fn *hull;
    size_t d, n, room;
    double *points; /* room x D, in [0, 1] */
    unsigned char *is_corner;
    double volume; /* of the hull of the points, when they were last looked at */
} gathered;

static gmix_status make_room(gathered *g, size_t room) {
    gmix_status status = GMIX_OK;
    double *points = NULL;
    unsigned char *marks = NULL;
    GMIX_TRY(gmix_i_calloc(g->ctx, "the hull", room * g->d, sizeof *points, &points));
    GMIX_TRY(gmix_i_calloc(g->ctx, "the hull", room, sizeof *marks, &marks));
    if (g->n > 0) {
        memcpy(points, g->points, g->n * g->d * sizeof *points);
    }
    gmix_i_free(g->ctx, g->points);
    gmix_i_free(g->ctx, g->is_corner);
    g->points = points;
    g->is_corner = marks;
    g->room = room;
    points = NULL;
done:
    gmix_i_free(g->ctx, points);
    return status;
}

/* Keeps the corners of the hull alone; all points if they lie in a plane so far. */
static gmix_status keep_corners(gathered *g) {
    gmix_status status = GMIX_OK;
    g->volume = 0.0;
    if (g->n <= g->d) {
        return GMIX_OK;
    }
    GMIX_TRY(g->hull(g->ctx, g->d, g->n, g->points, &g->volume, g->is_corner));
    size_t kept = 0;
    for (size_t i = 0; g->volume > 0.0 && i < g->n; i++) {
        if (g->is_corner[i]) {
            memmove(g->points + kept++ * g->d, g->points + i * g->d,
                    g->d * sizeof *g->points);
        }
    }
    g->n = g->volume > 0.0 ? kept : g->n;
done:
    return status;
}

/* Row i into the next place; false if a cell is missing. */
static bool scaled_row(gathered *g, const gmix_i_rows *rows, size_t i) {
    double *const point = g->points + g->n * g->d;
    for (size_t j = 0; j < g->d; j++) {
        const double low = g->survey->lowest[j];
        point[j] = (gmix_i_cell(rows, i, j) - low) / (g->survey->highest[j] - low);
        if (isnan(point[j])) {
            return false;
        }
    }
    return true;
}

static gmix_status take_rows(gathered *g, const gmix_table *t) {
    gmix_status status = GMIX_OK;
    const gmix_i_rows rows = gmix_i_table_rows(t, 0, t->n_rows).rows;
    for (size_t i = 0; i < t->n_rows; i++) {
        if (g->n == g->room) {
            GMIX_TRY(keep_corners(g));
        }
        if (g->n > g->room / 2) {
            GMIX_TRY(make_room(g, 2 * g->room));
        }
        const bool weighs = !t->weights || t->weights[i] > 0.0;
        g->n += weighs && scaled_row(g, &rows, i);
    }
done:
    return status;
}

static gmix_status gather(gathered *g, const gmix_i_input *in) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(make_room(g, FIRST_ROOM));
    if (in->table) {
        GMIX_TRY(take_rows(g, in->table));
    } else {
        gmix_table part = {.n_rows = 1};
        GMIX_TRY(gmix_i_source_reset(g->ctx, in->source));
        while (part.n_rows > 0) {
            GMIX_TRY(gmix_i_source_next(g->ctx, in->source, 4096, &part));
            GMIX_TRY(take_rows(g, &part));
        }
    }
    GMIX_TRY(keep_corners(g));
done:
    return status;
}

gmix_status gmix_i_hull_log_volume(gmix_ctx *ctx, const gmix_i_input *in,
                                   const gmix_i_survey *survey, gmix_hull_fn *hull,
                                   double *log_volume) {
    gmix_status status = GMIX_OK;
    gathered g = {.ctx = ctx, .survey = survey, .hull = hull, .d = in->n_cols};
    double sum = 0.0;
    for (size_t j = 0; j < g.d; j++) {
        sum += log(survey->highest[j] - survey->lowest[j]);
    }
    if (g.d == 1) {
        *log_volume = sum;
        return GMIX_OK;
    }
    if (g.d > GMIX_I_HULL_MOST_FEATURES) {
        return gmix_i_fail(
            ctx, GMIX_ERR_OPTION,
            "noise_region is 'hull', which is for at most %d features: the "
            "hull of %zu has too many facets; take 'box', or say the "
            "noise_volume",
            GMIX_I_HULL_MOST_FEATURES, g.d);
    }
    if (!hull) {
        return gmix_i_fail(
            ctx, GMIX_ERR_OPTION,
            "noise_region is 'hull', but the option hull, which finds it, is "
            "NULL: set it to gmix_hull_points(), take 'box', or say the "
            "noise_volume");
    }
    GMIX_TRY(gather(&g, in));
    if (!(g.volume > 0.0)) {
        GMIX_FAIL(ctx, GMIX_ERR_DATA,
                  "noise_region is 'hull', but the rows without missing cells lie in a "
                  "plane: their hull has no volume; take 'box', or say the noise_volume");
    }
    *log_volume = log(g.volume) + sum;
done:
    gmix_i_free(ctx, g.points);
    gmix_i_free(ctx, g.is_corner);
    return status;
}
