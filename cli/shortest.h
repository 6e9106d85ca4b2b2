/* Numbers as text: the shortest of 15, 16 or 17 significant digits that reads back to
 * the same bits. */
#ifndef GMIX_CLI_SHORTEST_H
#define GMIX_CLI_SHORTEST_H

#include <stddef.h>

enum { CLI_NUMBER_SIZE = 32 };

/* Writes value and a terminating zero; gives the length. */
size_t cli_number_text(double value, char text[CLI_NUMBER_SIZE]);

#endif
