/*
 * JSON text, written member by member: one to a line, indented by one blank per level,
 * innermost arrays of numbers on one line. The first failure (out of memory) is kept in
 * `status` and makes the later calls do nothing.
 */
#ifndef GMIX_FILES_JSON_OUT_H
#define GMIX_FILES_JSON_OUT_H

#include <gmix/files.h>

#include "base/base.h"

struct gmix_i_json {
    gmix_ctx *ctx; /* set by the caller; the rest starts as zero */
    char *bytes;
    size_t used, capacity;
    size_t depth;
    bool inside; /* something precedes on this level */
    gmix_status status;
};

/* A member called name, or an element of an array if name is NULL. */
void gmix_i_json_open(struct gmix_i_json *json, const char *name, char bracket);
void gmix_i_json_close(struct gmix_i_json *json, char bracket);
void gmix_i_json_text(struct gmix_i_json *json, const char *name, const char *text);
void gmix_i_json_real(struct gmix_i_json *json, const char *name, double x);
void gmix_i_json_count(struct gmix_i_json *json, const char *name, size_t n);
void gmix_i_json_flag(struct gmix_i_json *json, const char *name, bool on);
void gmix_i_json_texts(struct gmix_i_json *json, const char *name,
                       const char *const *texts, size_t n);

/* An array of n_dims (1 to 3) dimensions, row-major. */
void gmix_i_json_reals(struct gmix_i_json *json, const char *name, const double *x,
                       const size_t *dims, size_t n_dims);

/* Ends the text with a line end. */
void gmix_i_json_end(struct gmix_i_json *json);

/* Ends the text and hands it to the caller of the library; or an earlier failure. */
gmix_status gmix_i_json_take(struct gmix_i_json *json, char **out);

/* Releases what is held; needed only where the text was not taken. */
void gmix_i_json_drop(struct gmix_i_json *json);

/* The member of standard errors, if the report has some (errors_json.c). */
void gmix_i_json_errors(struct gmix_i_json *json, const gmix_report *report);

/* The members of a report (report_json.c). */
void gmix_i_json_report(struct gmix_i_json *json, const gmix_report *report);

#endif
