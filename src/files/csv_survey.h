/* What the columns of a text table hold, and how their numbers are written. */
#ifndef GMIX_FILES_CSV_SURVEY_H
#define GMIX_FILES_CSV_SURVEY_H

#include "files/csv.h"
#include "files/number_form.h"

struct gmix_i_csv_kind {
    size_t n_numbers, n_texts, n_missing;
    size_t n_censored; /* of the numbers: with < or > before them; not all are */
    unsigned forms;    /* bit f: every number of the column is one in form f */
    unsigned char differ[GMIX_I_N_FORMS]; /* bit g of differ[f]: not the same numbers */
    unsigned dates;      /* bit h: every text of the column is a date (dates.h) */
    bool days_or_months; /* some are others if days come first than if months do */
    bool signs;          /* some number has a point, comma or mark */
    bool whole;          /* all numbers are whole and >= 0 */
    bool counts;         /* they go up by one, from 0 or 1 */
    double last;
    /* Records: the first that left fewer forms; one that left none; one whose cell is two
     * numbers; the first with text; the first with < or >. NULL: there is none. */
    const char *narrowed, *clash, *doubtful, *text, *censored;
};

/* Goes through the first n_records records of the body. kinds: n_columns, zeroed. */
gmix_status gmix_i_csv_survey(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                              size_t n_records, struct gmix_i_csv_kind *kinds);

/* Adds to what is known of the records before: those of a later piece. */
gmix_status gmix_i_csv_survey_on(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                                 size_t n_records, struct gmix_i_csv_kind *kinds);

/* True if plain numbers are all there is in the columns surveyed. */
bool gmix_i_csv_all_plain(const struct gmix_i_csv *csv,
                          const struct gmix_i_csv_kind *kinds);

/*
 * Decides on a form for each column whose slot is no skipped one (csv.h).
 *
 * A column has one reading if all forms in which its cells are numbers give the same numbers.
 * Of two, plain numbers ("1.234") stay what they are unless another column has decimal commas; commas are
 * read as the other columns' signs say, if these agree. Else both readings are shown and the
 * file is refused (GMIX_ERR_PARSE). With dates, columns of dates have the form of their dates,
 * GMIX_I_N_FORMS + one of dates.h.
 */
gmix_status gmix_i_csv_decide_forms(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                                    const struct gmix_i_csv_kind *kinds,
                                    const size_t *slots, bool dates,
                                    unsigned char *forms);

#endif
