/* Data sets of HDF5 files, named FILE:/GROUP/NAME. See hdf5.c. */
#ifndef GMIX_FILES_HDF5_H
#define GMIX_FILES_HDF5_H

#include "files/bytes.h"

/* Where the name of a data set begins in such a path; NULL if it is an ordinary one: a file is there, or none is
 * before the colon. */
const char *gmix_i_hdf5_dataset(const char *path);

/* Rows of a data set as the content of an NPY file: all, or the piece of some megabytes with that number, from 1
 * on. out is all zero before. */
gmix_status gmix_i_hdf5_read(gmix_ctx *ctx, const char *path, size_t piece,
                             size_t *n_pieces, struct gmix_i_bytes *out);

#endif
