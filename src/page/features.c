/* Comparing components feature by feature; the formulas are in facts.c. */
#include "page/features.h"

#include <math.h>

static void find_sds(const gmix_model *model, gmix_i_facts *f) {
    for (size_t k = 0; k < f->k; k++) {
        double *const sds = f->sds + k * f->d;
        gmix_model_variances(model, k, sds);
        for (size_t j = 0; j < f->d; j++) {
            sds[j] = sqrt(sds[j]);
        }
    }
}

/* The moments of feature j in the mixture of all components but `except` (K: all). */
typedef struct moments {
    double weight, mean, between, within; /* between, within: variances */
} moments;

static moments mixture_of(const gmix_model *model, const gmix_i_facts *f, size_t j,
                          size_t except) {
    const double *const weights = gmix_model_weights(model);
    const double *const means = gmix_model_means(model);
    moments m = {0};
    /* from the first mean, so that an offset costs no digits */
    const double origin = means[j];
    for (size_t k = 0; k < f->k; k++) {
        const double w = k == except ? 0.0 : weights[k];
        m.weight += w;
        m.mean += w * (means[k * f->d + j] - origin);
    }
    m.mean /= m.weight;
    for (size_t k = 0; k < f->k; k++) {
        const double w = k == except ? 0.0 : weights[k];
        const double from = means[k * f->d + j] - origin - m.mean;
        m.between += w * from * from / m.weight;
        m.within += w * f->sds[k * f->d + j] * f->sds[k * f->d + j] / m.weight;
    }
    m.mean += origin;
    return m;
}

static void compare(const gmix_model *model, gmix_i_facts *f, size_t k, size_t j) {
    const size_t at = k * f->d + j;
    const moments others = mixture_of(model, f, j, k);
    const double own = f->sds[at] * f->sds[at], theirs = others.between + others.within;
    f->distance[at] = 0.0;
    f->spread[at] = 1.0;
    if (others.weight > 0.0) {
        f->distance[at] =
            (gmix_model_means(model)[at] - others.mean) / sqrt((own + theirs) / 2);
        f->spread[at] = sqrt(own / theirs);
    }
}

/* By separation, largest first; the earlier feature first in a tie. D is a few hundred. */
static void sort(gmix_i_facts *f) {
    for (size_t i = 0; i < f->d; i++) {
        size_t at = i;
        while (at > 0 && f->separation[f->order[at - 1]] < f->separation[i]) {
            f->order[at] = f->order[at - 1];
            at--;
        }
        f->order[at] = i;
    }
}

void gmix_i_features_compare(const gmix_model *model, gmix_i_facts *facts) {
    find_sds(model, facts);
    for (size_t j = 0; j < facts->d; j++) {
        const moments all = mixture_of(model, facts, j, facts->k);
        facts->separation[j] = all.between / (all.between + all.within);
        for (size_t k = 0; k < facts->k; k++) {
            compare(model, facts, k, j);
        }
    }
    sort(facts);
}
