/*
 * Reading JSON through Jansson, trusting nothing: duplicate members are refused, nesting
 * is bounded by Jansson (2048), and sizes are compared before memory is asked for.
 *
 * Jansson allocates by malloc. Its hooks are global to the process, so a library must not
 * set them; the tree is gone again before the reader returns.
 */
#include "files/json_in.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PLACE_SIZE = 128 };

gmix_status gmix_i_json_parse(gmix_ctx *ctx, const char *file, const char *text,
                              size_t length, json_t **root) {
    json_error_t error;
    const size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL;
    json_t *const parsed = json_loadb(text, length, flags, &error);
    if (parsed) {
        *root = parsed;
        return GMIX_OK;
    }
    if (json_error_code(&error) == json_error_out_of_memory) {
        return gmix_i_fail_nomem(ctx, file, length);
    }
    return gmix_i_fail(ctx, GMIX_ERR_PARSE,
                       "%s is not valid JSON: line %d, column %d: %s", file, error.line,
                       error.column, error.text);
}

const json_t *gmix_i_json_member(const json_t *object, const char *name) {
    const json_t *const value = json_object_get(object, name);
    return json_is_null(value) ? NULL : value;
}

const char *gmix_i_json_kind(const json_t *value) {
    if (!value) {
        return "absent";
    }
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    case JSON_STRING:
        return "a string";
    case JSON_INTEGER:
    case JSON_REAL:
        return "a number";
    case JSON_TRUE:
        return "true";
    case JSON_FALSE:
        return "false";
    case JSON_NULL:
        break;
    }
    return "null";
}

static const char *type_name(json_type type) {
    return type == JSON_OBJECT   ? "an object"
           : type == JSON_ARRAY  ? "an array"
           : type == JSON_STRING ? "a string"
                                 : "a number";
}

gmix_status gmix_i_json_check_type(gmix_ctx *ctx, const char *file, const char *name,
                                   const json_t *value, json_type type) {
    if (value && json_typeof(value) == type) {
        return GMIX_OK;
    }
    return gmix_i_fail(ctx, GMIX_ERR_MODEL, "%s: %s is %s; it should be %s", file, name,
                       gmix_i_json_kind(value), type_name(type));
}

/* Where in nested arrays we are, for messages. */
struct place {
    gmix_ctx *ctx;
    const char *file;
    char name[PLACE_SIZE]; /* "means[1]" */
    double *out;
};

static gmix_status get_real(struct place *at, const json_t *value) {
    const gmix_status status =
        gmix_i_json_check_type(at->ctx, at->file, at->name, value, JSON_REAL);
    if (status != GMIX_OK) {
        return status;
    }
    const double x = json_real_value(value);
    if (!isfinite(x)) {
        return gmix_i_fail(at->ctx, GMIX_ERR_MODEL, "%s: %s is not finite", at->file,
                           at->name);
    }
    if (at->out) {
        *at->out++ = x;
    }
    return GMIX_OK;
}

static gmix_status get_level(struct place *at, const json_t *value, const size_t *dims,
                             size_t n_dims) {
    gmix_status status = GMIX_OK;
    if (n_dims == 0) {
        return get_real(at, value);
    }
    GMIX_TRY(gmix_i_json_check_type(at->ctx, at->file, at->name, value, JSON_ARRAY));
    if (json_array_size(value) != dims[0]) {
        GMIX_FAIL(at->ctx, GMIX_ERR_MODEL, "%s: %s has %zu element%s; it should have %zu",
                  at->file, at->name, json_array_size(value),
                  json_array_size(value) == 1 ? "" : "s", dims[0]);
    }
    const size_t length = strlen(at->name);
    for (size_t i = 0; i < dims[0]; i++) {
        snprintf(at->name + length, PLACE_SIZE - length, "[%zu]", i);
        GMIX_TRY(get_level(at, json_array_get(value, i), dims + 1, n_dims - 1));
    }
    at->name[length] = '\0';
done:
    return status;
}

gmix_status gmix_i_json_get_reals(gmix_ctx *ctx, const char *file, const char *name,
                                  const json_t *value, const size_t *dims, size_t n_dims,
                                  double *out) {
    struct place at = {.ctx = ctx, .file = file, .out = out};
    snprintf(at.name, sizeof at.name / 2, "%s", name);
    return get_level(&at, value, dims, n_dims);
}

gmix_status gmix_i_json_get_count(gmix_ctx *ctx, const char *file, const char *name,
                                  const json_t *value, size_t *out) {
    const gmix_status status = gmix_i_json_check_type(ctx, file, name, value, JSON_REAL);
    if (status != GMIX_OK) {
        return status;
    }
    const double x = json_real_value(value);
    if (!(x >= 0.0 && x <= 9007199254740992.0 && x <= (double)(SIZE_MAX / 2)) ||
        x != floor(x)) {
        return gmix_i_fail(ctx, GMIX_ERR_MODEL,
                           "%s: %s is %.17g; it should be a whole number >= 0", file,
                           name, x);
    }
    *out = (size_t)x;
    return GMIX_OK;
}
