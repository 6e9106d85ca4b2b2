/*
 * Convex hulls by Qhull (Barber, Dobkin & Huhdanpaa 1996), the reentrant library: no state
 * outside of qhT. It takes memory from malloc and gives all of it back. Facets are triangulated
 * ("Qt"), which makes their volumes exact.
 */
#include <gmix/files.h>

#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libqhull_r/qhull_ra.h>

static void mark_corners(qhT *qh, size_t n, unsigned char *is_corner) {
    vertexT *vertex;
    memset(is_corner, 0, n * sizeof *is_corner);
    FORALLvertices {
        const int point = qh_pointid(qh, vertex->point);
        if (point >= 0 && (size_t)point < n) {
            is_corner[point] = 1;
        }
    }
}

/* Qhull's own words, without line ends. */
static gmix_status fail_in_words(gmix_ctx *ctx, int code, char *said) {
    if (code == qh_ERRmem) {
        return gmix_i_fail(ctx, GMIX_ERR_NOMEM, "out of memory: the hull");
    }
    said[strcspn(said, "\n")] = '\0';
    return gmix_i_fail(
        ctx, GMIX_ERR_DATA,
        "noise_region is 'hull', which could not be found (Qhull: %.160s); "
        "take 'box', or say the noise_volume",
        said);
}

gmix_status gmix_hull_points(gmix_ctx *ctx, size_t d, size_t n, const double *points,
                             double *volume, unsigned char *is_corner) {
    GMIX_I_CTX(ctx);
    char command[] = "qhull Qt Pp", *said = NULL;
    size_t length = 0;
    int kept = 0, total = 0;
    qhT qh;
    FILE *const words = open_memstream(&said, &length); /* it would write to stderr */
    if (!words) {
        return gmix_i_fail_nomem(ctx, "the hull", 1);
    }
    qh_zero(&qh, words);
    const int code = qh_new_qhull(&qh, (int)d, (int)n, (double *)(uintptr_t)points, False,
                                  command, words, words);
    *volume = 0.0;
    if (code == 0) {
        qh_getarea(&qh, qh.facet_list);
        *volume = qh.totvol;
        mark_corners(&qh, n, is_corner);
    }
    qh_freeqhull(&qh, !qh_ALL);
    qh_memfreeshort(&qh, &kept, &total);
    fclose(words);
    const gmix_status status = code == 0 || code == qh_ERRsingular
                                   ? GMIX_OK
                                   : fail_in_words(ctx, code, said ? said : "");
    free(said);
    return status;
}
