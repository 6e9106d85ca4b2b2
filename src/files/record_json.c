/* Members of records by their tables. See record_json.h. */
#include "files/record_json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "files/report_read.h"

static void put_part(struct gmix_i_json *json, const gmix_i_put_part *parts, size_t n,
                     const char *name, const void *record) {
    for (size_t i = 0; i < n; i++) {
        if (strcmp(parts[i].name, name) == 0) {
            parts[i].put(json, name, record);
        }
    }
}

void gmix_i_json_record(struct gmix_i_json *json, const gmix_i_field *fields, size_t n,
                        const void *record, const gmix_report *report,
                        const gmix_i_put_part *parts, size_t n_parts) {
    for (size_t i = 0; i < n; i++) {
        const gmix_i_field *const f = &fields[i];
        const void *const at = (const char *)record + f->offset;
        if (f->shown && !f->shown(record, report)) {
            continue;
        }
        switch (f->kind) {
        case GMIX_I_FIELD_REAL:
            gmix_i_json_real(json, f->name, *(const double *)at);
            break;
        case GMIX_I_FIELD_COUNT:
            gmix_i_json_count(json, f->name, *(const size_t *)at);
            break;
        case GMIX_I_FIELD_FLAG:
            gmix_i_json_flag(json, f->name, *(const int *)at != 0);
            break;
        case GMIX_I_FIELD_WORD:
            if (*(const char *const *)at || !f->optional) {
                gmix_i_json_text(json, f->name, *(const char *const *)at);
            }
            break;
        case GMIX_I_FIELD_PART:
            put_part(json, parts, n_parts, f->name, record);
            break;
        }
    }
}

const char *gmix_i_reading_label(const gmix_i_reading *r, const char *name,
                                 char out[GMIX_I_LABEL]) {
    snprintf(out, GMIX_I_LABEL, "%s.%.30s", r->label, name);
    return out;
}

static gmix_status read_word(const gmix_i_reading *r, const gmix_i_field *f,
                             const char *label, const json_t *value, void *at) {
    gmix_status status = GMIX_OK;
    const char *word = NULL;
    GMIX_TRY(gmix_i_json_get_word(r->ctx, r->file, label, value, f->words(), &word));
    if (!word && f->more_words) {
        GMIX_TRY(
            gmix_i_json_get_word(r->ctx, r->file, label, value, f->more_words(), &word));
    }
    if (!word && f->word_for) {
        word = f->word_for(json_string_value(value));
    }
    if (word) {
        memcpy(at, &word, sizeof word);
    }
done:
    return status;
}

static gmix_status read_field(const gmix_i_reading *r, const gmix_i_field *f, void *at) {
    char label[GMIX_I_LABEL];
    const json_t *const value = json_object_get(r->from, f->name);
    const bool is_there = value && !json_is_null(value);
    gmix_i_reading_label(r, f->name, label);
    switch (f->kind) {
    case GMIX_I_FIELD_REAL:
        if (!is_there && !(r->strict && f->needed)) {
            const double unknown = value ? (double)NAN : *(double *)at;
            memcpy(at, &unknown, sizeof unknown);
            return GMIX_OK;
        }
        return gmix_i_json_get_reals(r->ctx, r->file, label, value, NULL, 0, at);
    case GMIX_I_FIELD_COUNT:
        return is_there || r->strict
                   ? gmix_i_json_get_count(r->ctx, r->file, label, value, at)
                   : GMIX_OK;
    case GMIX_I_FIELD_FLAG:
        *(int *)at = json_is_true(value);
        return GMIX_OK;
    case GMIX_I_FIELD_WORD:
        return is_there || (r->strict && !f->optional) ? read_word(r, f, label, value, at)
                                                       : GMIX_OK;
    case GMIX_I_FIELD_PART:
        break;
    }
    return GMIX_OK;
}

gmix_status gmix_i_read_record(const gmix_i_reading *r, const gmix_i_field *fields,
                               size_t n, void *record) {
    gmix_status status = GMIX_OK;
    for (size_t i = 0; i < n; i++) {
        GMIX_TRY(read_field(r, &fields[i], (char *)record + fields[i].offset));
    }
done:
    return status;
}
