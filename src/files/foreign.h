/* Formats that are not read, known by how they begin. */
#ifndef GMIX_FILES_FOREIGN_H
#define GMIX_FILES_FOREIGN_H

#include "files/bytes.h"

/* GMIX_ERR_PARSE with what the file is and the command that makes a table of it; GMIX_OK for
 * what may be text. */
gmix_status gmix_i_foreign_check(gmix_ctx *ctx, const struct gmix_i_bytes *bytes);

#endif
