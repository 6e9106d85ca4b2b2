/* What is asked of a choice among models: lists in words made numbers and families. */
#ifndef GMIX_SELECT_REQUEST_H
#define GMIX_SELECT_REQUEST_H

#include <gmix/select.h>

#include "family/family.h"

enum { GMIX_I_AUTO_MOST = 50, GMIX_I_AUTO_PATIENCE = 3 };

typedef struct gmix_i_request {
    gmix_select_options opts;
    bool grows;         /* components are "auto" */
    size_t *components; /* rising, each once; none if it grows */
    size_t n_components;
    const gmix_i_family **families; /* in the order asked for, each once */
    size_t n_families;
} gmix_i_request;

/* Checks the options; for D features. opts may be NULL. */
gmix_status gmix_i_request_new(gmix_ctx *ctx, const gmix_select_options *opts, size_t d,
                               gmix_i_request *out);
void gmix_i_request_free(gmix_ctx *ctx, gmix_i_request *request);

/* Refuses options of a fit that have no place in a choice. */
gmix_status gmix_i_select_check(gmix_ctx *ctx, const gmix_fit_options *opts);

#endif
