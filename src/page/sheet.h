/*
 * The page while it is written, and its sections in the order of reading; each adds to
 * `out`. The first failure is kept there or returned.
 */
#ifndef GMIX_PAGE_SHEET_H
#define GMIX_PAGE_SHEET_H

#include <gmix/page.h>

#include "page/facts.h"
#include "page/markup.h"

typedef struct gmix_i_sheet {
    gmix_ctx *ctx;
    const gmix_model *model;
    const gmix_report *report; /* NULL if nothing is known of the fit */
    const gmix_table *x;
    const gmix_page_options *opts;
    gmix_i_facts facts;
    char digest[65];
    bool of_values; /* what the digest is of: values, or the bytes of data_file */
    bool same_rows; /* by number and likelihood the rows that were fitted */
    bool on_paper;  /* pictures are not in the text, but drawn when it is set */
    struct gmix_i_text out;
} gmix_i_sheet;

void gmix_i_sheet_answer(gmix_i_sheet *sheet);
gmix_status gmix_i_sheet_pictures(gmix_i_sheet *sheet);

/* Draws picture i at the flow's place and moves on, or, unless `drawn`, only sees to it that the
 * page has room for it and its caption. */
struct gmix_i_flow;
gmix_status gmix_i_sheet_print_picture(gmix_i_sheet *sheet, size_t i,
                                       struct gmix_i_flow *flow, bool drawn);

/* The page's text as PDF. */
gmix_status gmix_i_sheet_print(gmix_i_sheet *sheet, const char *html, char **bytes,
                               size_t *n_bytes);
gmix_status gmix_i_sheet_cards(gmix_i_sheet *sheet);
void gmix_i_sheet_component_table(gmix_i_sheet *sheet);   /* of many, in their place */
gmix_status gmix_i_sheet_boundaries(gmix_i_sheet *sheet); /* of one feature, with them */
gmix_status gmix_i_sheet_posterior(gmix_i_sheet *sheet);  /* of Bayesian models */
void gmix_i_sheet_features(gmix_i_sheet *sheet);
void gmix_i_sheet_rows(gmix_i_sheet *sheet);
gmix_status gmix_i_sheet_labels(gmix_i_sheet *sheet);
void gmix_i_sheet_account(gmix_i_sheet *sheet);
void gmix_i_sheet_recipe(gmix_i_sheet *sheet);

/* Did the fit end before its search was through? Then its counts of runs say nothing. */
bool gmix_i_cut_short(const gmix_report *report);

/* What differences of the numbers in the table of a choice are worth. */
const char *gmix_i_criterion_words(const gmix_report *report);

/* The name of feature j, made safe; "x0" where the model has none. */
void gmix_i_sheet_feature(gmix_i_sheet *sheet, size_t j);

/* "component 3", with its class if it has one, or its name, or "noise", with its mark. */
void gmix_i_sheet_group(gmix_i_sheet *sheet, size_t g);

/* The name of component k, else its class, made safe, in a span; nothing without either. */
void gmix_i_sheet_called(gmix_i_sheet *sheet, size_t k);

/* The colour of group g as an attribute: class="..." with `more` before it. */
void gmix_i_sheet_colour(gmix_i_sheet *sheet, const char *more, size_t g);

/* The data's name, made safe: that of the file without its folders, or "the data". */
void gmix_i_sheet_data_name(gmix_i_sheet *sheet);

/* What the choice among models was by: "BIC". */
void gmix_i_sheet_criterion(gmix_i_sheet *sheet);

/* Mean and one standard deviation to either side, on the range of the data. */
void gmix_i_sheet_strip(gmix_i_sheet *sheet, size_t k, size_t j);

/* Mean and standard deviation of component k in feature j, for people: three digits of the smallest
 * deviation that a component has there, so that the numbers of a column can be compared; of its
 * own where they differ by far. */
void gmix_i_sheet_mean(const gmix_i_sheet *sheet, size_t k, size_t j,
                       char mean[GMIX_I_FIGURE], char sd[GMIX_I_FIGURE]);

/* Value x of feature j as in the data, to the digits that its spread makes worth showing. In
 * ASCII. */
void gmix_i_sheet_value(const gmix_i_sheet *sheet, size_t j, double x,
                        char out[GMIX_I_FIGURE]);

/* Decimals that a figure has. */
size_t gmix_i_places(const char *figure);

#endif
