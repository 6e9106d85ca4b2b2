/* Whole files, written so that nobody ever sees half of one. */
#ifndef GMIX_TEXT_WRITE_FILE_H
#define GMIX_TEXT_WRITE_FILE_H

#include "base/base.h"

/*
 * Replaces the file at path by n bytes, atomically: a temporary file in the same folder
 * is written, flushed to the disk and renamed. On failure it is removed, and the old file
 * is as it was. "-" is standard output. Devices and pipes are written to directly.
 */
gmix_status gmix_i_write_file(gmix_ctx *ctx, const char *path, const char *bytes,
                              size_t n);

#endif
