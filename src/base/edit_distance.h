/* How near words are, for hints. Needs the C library alone: the command builds it in. */
#ifndef GMIX_BASE_EDIT_DISTANCE_H
#define GMIX_BASE_EDIT_DISTANCE_H

#include <stddef.h>

/* Levenshtein distance, case-blind; words longer than 63 bytes are cut. */
size_t gmix_i_edit_distance(const char *a, const char *b);

#endif
