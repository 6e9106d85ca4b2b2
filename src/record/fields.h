/*
 * What records are made of: one table of members each, by which they are written as JSON and read
 * back (src/files/record_json.c), in this order. A member that is more than a number or a word is a
 * part: its writer and reader go by its name.
 */
#ifndef GMIX_RECORD_FIELDS_H
#define GMIX_RECORD_FIELDS_H

#include <gmix/report.h>

#include "base/base.h"

typedef enum gmix_i_field_kind {
    GMIX_I_FIELD_REAL,  /* double; null stands for NaN */
    GMIX_I_FIELD_COUNT, /* size_t */
    GMIX_I_FIELD_FLAG,  /* int, 0 or 1 */
    GMIX_I_FIELD_WORD,  /* const char *, one of a list; NULL: absent */
    GMIX_I_FIELD_PART
} gmix_i_field_kind;

typedef struct gmix_i_field {
    const char *name; /* in JSON */
    gmix_i_field_kind kind;
    size_t offset; /* not of parts */
    bool optional; /* a word: absent where it is NULL */
    bool needed;   /* a number: where counts must be there, so must it */
    /* Is it worth being written? NULL: always. record: what it is of, in this report. */
    bool (*shown)(const void *record, const gmix_report *report);
    const char *const *(*words)(void); /* of a word: the lists it may be from */
    const char *const *(*more_words)(void);
    const char *(*word_for)(const char *text); /* for what is in no list; NULL: nothing */
} gmix_i_field;

extern const gmix_i_field gmix_i_report_fields[], gmix_i_candidate_fields[],
    gmix_i_errors_fields[], gmix_i_prior_change_fields[];
extern const size_t gmix_i_n_report_fields, gmix_i_n_candidate_fields,
    gmix_i_n_errors_fields, gmix_i_n_prior_change_fields;

#endif
