/* The header of an NPY file (NEP 1, versions 1.0, 2.0 and 3.0). */
#ifndef GMIX_FILES_NPY_H
#define GMIX_FILES_NPY_H

#include "files/bytes.h"

enum { GMIX_I_NPY_MAX_DIMS = 8 };

struct gmix_i_npy {
    char kind;    /* 'f', 'i', 'u' or 'b' */
    size_t size;  /* bytes of an element: 1, 2, 4 or 8 */
    bool swapped; /* in the other byte order than this machine's */
    bool fortran; /* column-major */
    size_t n_rows, n_cols;
    const char *data;
};

/* Reads the header and checks that the file holds what it promises. */
gmix_status gmix_i_npy_open(gmix_ctx *ctx, const struct gmix_i_bytes *bytes,
                            struct gmix_i_npy *out);

#endif
