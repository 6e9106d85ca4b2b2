/* Sorted numbers and their quantiles. */
#ifndef GMIX_BASE_ORDER_H
#define GMIX_BASE_ORDER_H

#include <stddef.h>

/* Sorts n numbers, none of them NaN. */
void gmix_i_sort_reals(double *x, size_t n);

/* Quantile p, 0 .. 1, of n >= 1 sorted numbers, between neighbours (type 7 of Hyndman & Fan
 * 1996, as R's default). */
double gmix_i_quantile(const double *sorted, size_t n, double p);

/* A row on its way into an order: by key, equal ones by row. */
typedef struct gmix_i_card {
    double key;
    size_t row;
} gmix_i_card;

void gmix_i_sort_cards(gmix_i_card *cards, size_t n);

#endif
