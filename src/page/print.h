/*
 * What is on its way from the page's text to paper. The text is our own (sheet.h), so its reader
 * knows a few elements and no more: it is no reader of HTML.
 */
#ifndef GMIX_PAGE_PRINT_H
#define GMIX_PAGE_PRINT_H

#include "page/flow.h"
#include "page/sheet.h"

/* What blocks of text look like, by the element they are in. */
typedef enum gmix_i_printed {
    GMIX_I_PRINTED_TEXT,
    GMIX_I_PRINTED_LEAD,
    GMIX_I_PRINTED_ASIDE,
    GMIX_I_PRINTED_TITLE,   /* h1 */
    GMIX_I_PRINTED_SECTION, /* h2 */
    GMIX_I_PRINTED_PART,    /* h3 */
    GMIX_I_PRINTED_KINDS
} gmix_i_printed;

typedef struct gmix_i_printer {
    gmix_i_sheet *sheet;
    gmix_i_flow flow;
    char *texts; /* the words, each ended by a zero; as long as the page's text */
    size_t used;
    gmix_i_printed kind;
    size_t bold;          /* depth of <b> */
    bool gap;             /* a blank came before what is next */
    int dot;              /* of the next word */
    int card;             /* ink of the card, GMIX_I_INK_NONE outside */
    bool tiles;           /* in the list of numbers behind the answer */
    size_t block;         /* the first word of the block */
    bool in_table, means; /* means: the list of a card */
    gmix_i_printed_table table;
    gmix_i_printed_cell cell; /* the one that is open */
    size_t picture;           /* the one that waits for its caption; SIZE_MAX: none */
} gmix_i_printer;

/* Words of a text up to `end`. */
void gmix_i_print_text(gmix_i_printer *p, const char *text, const char *end);

/* A tag: from behind its "<" up to its ">". */
void gmix_i_print_tag(gmix_i_printer *p, const char *tag, const char *end);

#endif
