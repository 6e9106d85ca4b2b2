/* Columns asked for by more than their names: ranges, globs, exclusions. */
#ifndef GMIX_FILES_COLUMN_PATTERNS_H
#define GMIX_FILES_COLUMN_PATTERNS_H

#include "files/columns.h"

/*
 * Marks in set (n flags) the columns that a pattern stands for:
 *
 *   a            the column of that name, or of that number from 0
 *   2-31, a..f   from one to the other; either end of .. may be left out
 *   x*, ?1       names, where * stands for any text and ? for a character
 *   numeric, all the columns taken by default; every one
 *
 * False if it is none, or names a column that is not there.
 */
bool gmix_i_columns_match(const char *pattern, const char *const *names, size_t n,
                          const unsigned char *kinds, bool *set);

/* The column of a name, or else of a number from 0; GMIX_I_NO_COLUMN: none. */
size_t gmix_i_columns_find(const char *wanted, size_t length, const char *const *names,
                           size_t n);

#endif
