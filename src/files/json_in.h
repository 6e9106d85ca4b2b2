/*
 * JSON members with their type, size and values checked. Every failure names the file and
 * the member: "model.json: means[1] has 3 elements; it should have 2".
 */
#ifndef GMIX_FILES_JSON_IN_H
#define GMIX_FILES_JSON_IN_H

#include <jansson.h>

#include "base/base.h"

/* Parses a text. Integers come as reals, so -0 and any size of number keep their value.
 */
gmix_status gmix_i_json_parse(gmix_ctx *ctx, const char *file, const char *text,
                              size_t length, json_t **root);

/* The member, or NULL where it is absent or null. */
const json_t *gmix_i_json_member(const json_t *object, const char *name);

/* Fails unless value is of the type. */
gmix_status gmix_i_json_check_type(gmix_ctx *ctx, const char *file, const char *name,
                                   const json_t *value, json_type type);

/* Fails unless value is an array of these n_dims (0 to 3) dimensions with finite numbers,
 * which go to out, row-major, if that is not NULL. n_dims 0: a number. */
gmix_status gmix_i_json_get_reals(gmix_ctx *ctx, const char *file, const char *name,
                                  const json_t *value, const size_t *dims, size_t n_dims,
                                  double *out);

/* A whole number from 0 to 2^53. */
gmix_status gmix_i_json_get_count(gmix_ctx *ctx, const char *file, const char *name,
                                  const json_t *value, size_t *out);

/* "a string", "an array", ...; "absent" for NULL. */
const char *gmix_i_json_kind(const json_t *value);

#endif
