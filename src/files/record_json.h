/* Records as JSON, both ways, by their tables of members (record/fields.h). */
#ifndef GMIX_FILES_RECORD_JSON_H
#define GMIX_FILES_RECORD_JSON_H

#include "files/json_in.h"
#include "files/json_out.h"
#include "record/fields.h"

enum { GMIX_I_LABEL = 96 };

/* Writes a part, if there is something to write. */
typedef void gmix_i_put_part_fn(struct gmix_i_json *json, const char *name,
                                const void *record);
typedef struct gmix_i_put_part {
    const char *name;
    gmix_i_put_part_fn *put;
} gmix_i_put_part;

/* The members of a record of this report. parts: one for each part, in any order. */
void gmix_i_json_record(struct gmix_i_json *json, const gmix_i_field *fields, size_t n,
                        const void *record, const gmix_report *report,
                        const gmix_i_put_part *parts, size_t n_parts);

/* Where a record is read from. */
typedef struct gmix_i_reading {
    gmix_ctx *ctx;
    const char *file;
    const json_t *from;
    char label[GMIX_I_LABEL - 32]; /* of the record, for messages: "fit" */
    bool
        strict; /* counts and words must be there, but for optional ones, and needed numbers */
} gmix_i_reading;

/* "fit.n_samples" */
const char *gmix_i_reading_label(const gmix_i_reading *r, const char *name,
                                 char out[GMIX_I_LABEL]);

/* All members but the parts; what is absent stays as it is, and a word that is none of its lists. */
gmix_status gmix_i_read_record(const gmix_i_reading *r, const gmix_i_field *fields,
                               size_t n, void *record);

#endif
