/*
 * A column of labels: texts become class numbers. Classes are sorted, by value if all of them
 * are numbers and by bytes else, so that the order of rows does not matter.
 */
#ifndef GMIX_FILES_LABEL_COLUMN_H
#define GMIX_FILES_LABEL_COLUMN_H

#include "files/reader.h"

enum { GMIX_I_MOST_CLASSES = 10000 };

struct gmix_i_labels;

gmix_status gmix_i_labels_begin(gmix_ctx *ctx, size_t n_rows, struct gmix_i_labels **out);
void gmix_i_labels_free(gmix_ctx *ctx, struct gmix_i_labels **labels);

/* True for what stands for an unknown class: nothing, -, ?, NA, N/A, NaN. */
bool gmix_i_labels_unknown(const char *text, size_t n);

/* Gives a row its label, n bytes at text, which are copied; rows without one are unknown.
 * GMIX_ERR_DATA for more than GMIX_I_MOST_CLASSES classes. */
gmix_status gmix_i_labels_put(gmix_ctx *ctx, struct gmix_i_labels *labels, size_t row,
                              const char *text, size_t n);

/* Moves labels and class names into data, and shows them in its table. */
gmix_status gmix_i_labels_end(gmix_ctx *ctx, struct gmix_i_labels *labels,
                              struct gmix_data *data);

#endif
