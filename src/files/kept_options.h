/* A copy of how to read a file that lives on by itself. */
#ifndef GMIX_FILES_KEPT_OPTIONS_H
#define GMIX_FILES_KEPT_OPTIONS_H

#include <gmix/files.h>

#include "base/base.h"

struct gmix_i_kept_options {
    char *path;
    gmix_read_options opts; /* points to what is here */
    char **texts;           /* all that they name */
    const char **lists;
    size_t n_texts;
    double truncation[2];
};

gmix_status gmix_i_options_keep(gmix_ctx *ctx, const char *path,
                                const gmix_read_options *opts,
                                struct gmix_i_kept_options *out);
void gmix_i_options_forget(gmix_ctx *ctx, struct gmix_i_kept_options *kept);

#endif
