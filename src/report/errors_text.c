/*
 * Standard errors as a table, a line for each parameter: its component, what it is, estimate,
 * standard error and interval. What all components share is named once, by a dash. Numbers
 * have the digits that the error leaves: two of its own.
 */
#include "report/errors_text.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { NAME = 32, MOST_LINES = 60 };

typedef struct table {
    struct gmix_i_text *text;
    const gmix_model *model;
    const gmix_standard_errors *errors;
    size_t k, d, width; /* width: of names */
    bool diagonal, shared, matrices;
} table;

/* At most NAME bytes of a feature's name, whole characters, nothing that steers a terminal. */
static void feature(const table *t, size_t j, char out[NAME + 1]) {
    const char *const name = gmix_model_feature_name(t->model, j);
    size_t used = 0;
    if (!name) {
        snprintf(out, NAME + 1, "x%zu", j);
        return;
    }
    for (; name[used] && used < NAME; used++) {
        const unsigned char c = (unsigned char)name[used];
        out[used] = c < 32 || c == 127 ? '?' : name[used];
    }
    while (name[used] && used > 0 && ((unsigned char)name[used] & 0xC0) == 0x80) {
        used--;
    }
    out[used] = '\0';
}

static void put_number(struct gmix_i_text *text, double x, double se, size_t width) {
    char cell[64];
    const double size = fmax(fabs(x), se);
    const int place = se > 0.0 ? 1 - (int)floor(log10(fmin(se, DBL_MAX))) : 4;
    if (place > 12 || (size >= 1e9 && place < 0) || size >= 1e12) {
        snprintf(cell, sizeof cell, "%.4e", x);
    } else {
        snprintf(cell, sizeof cell, "%.*f", place > 0 ? place : 0, x);
    }
    if (cell[0] == '-' && cell[strspn(cell, "-0.")] == '\0') {
        memmove(cell, cell + 1, strlen(cell));
    }
    const size_t n = strlen(cell);
    gmix_i_text_blanks(text, n < width ? width - n : 1);
    gmix_i_text_add(text, "%s", cell);
}

/* name: "variance"; j, l: features, or SIZE_MAX for none. */
static void put_line(const table *t, size_t component, const char *name, size_t j,
                     size_t l, double estimate, const double at[3]) {
    char of[2 * NAME + 8] = "", first[NAME + 1], second[NAME + 1];
    if (j != SIZE_MAX) {
        feature(t, j, first);
        snprintf(of, sizeof of, " %s", first);
    }
    if (l != SIZE_MAX) {
        feature(t, l, second);
        snprintf(of, sizeof of, " %s, %s", first, second);
    }
    char label[32] = "-";
    if (component != SIZE_MAX) {
        snprintf(label, sizeof label, "%zu", component);
    }
    gmix_i_text_add(t->text, "  %9s  %s%s", label, name, of);
    const size_t used = strlen(name) + gmix_i_text_width(of);
    gmix_i_text_pad(t->text, t->width, used);
    put_number(t->text, estimate, at[0], 11);
    put_number(t->text, at[0], at[0], 9);
    put_number(t->text, at[1], at[0], 10);
    put_number(t->text, at[2], at[0], 10);
    gmix_i_text_add(t->text, "\n");
}

static void put_covariance(const table *t, size_t c, size_t i, size_t j, size_t at) {
    const gmix_standard_errors *const e = t->errors;
    const double row[3] = {e->covariances[at], e->covariances_lower[at],
                           e->covariances_upper[at]};
    put_line(t, c, i == j ? "variance" : "covariance", i, i == j ? SIZE_MAX : j,
             gmix_model_covariances(t->model)[at], row);
}

/* Covariances c of so many, or those that all share. */
static void put_covariances(const table *t, size_t c, bool between) {
    const size_t d = t->d, of = t->shared ? SIZE_MAX : c;
    const size_t each = t->errors->n_covariances / (t->shared ? 1 : t->k);
    if (each == 1) {
        put_covariance(t, of, d == 1 ? 0 : SIZE_MAX, d == 1 ? 0 : SIZE_MAX, c);
        return;
    }
    for (size_t i = 0; i < d; i++) {
        for (size_t j = i; j < (between && !t->diagonal ? d : i + 1); j++) {
            put_covariance(t, of, i, j, c * each + (t->matrices ? i * d + j : i));
        }
    }
}

static void put_lines(const table *t, bool between) {
    const gmix_standard_errors *const e = t->errors;
    const double *const weights = gmix_model_weights(t->model);
    const double *const means = gmix_model_means(t->model);
    for (size_t c = 0; c < t->k; c++) {
        const double w[3] = {e->weights[c], e->weights_lower[c], e->weights_upper[c]};
        put_line(t, c, "weight", SIZE_MAX, SIZE_MAX, weights[c], w);
        for (size_t j = 0; j < t->d; j++) {
            const size_t at = c * t->d + j;
            const double m[3] = {e->means[at], e->means_lower[at], e->means_upper[at]};
            put_line(t, c, "mean", j, SIZE_MAX, means[at], m);
        }
        if (!t->shared) {
            put_covariances(t, c, between);
        }
    }
    if (t->shared) {
        put_covariances(t, 0, between);
    }
    if (gmix_model_noise_weight(t->model) > 0.0) {
        const double w[3] = {e->noise, e->noise_lower, e->noise_upper};
        put_line(t, SIZE_MAX, "weight of noise", SIZE_MAX, SIZE_MAX,
                 gmix_model_noise_weight(t->model), w);
    }
}

static void set_width(table *t, bool between) {
    size_t widest = 1;
    for (size_t j = 0; j < t->d; j++) {
        char name[NAME + 1];
        feature(t, j, name);
        const size_t width = gmix_i_text_width(name);
        widest = width > widest ? width : widest;
    }
    t->width =
        between ? strlen("covariance , ") + 2 * widest : strlen("variance ") + widest;
}

void gmix_i_text_standard_errors(struct gmix_i_text *text, const gmix_model *model,
                                 const gmix_report *report) {
    const gmix_standard_errors *const e = &report->errors;
    const char *const family = gmix_model_covariance_name(model);
    size_t dims[3];
    table t = {.text = text,
               .model = model,
               .errors = e,
               .k = gmix_model_n_components(model),
               .d = gmix_model_n_features(model)};
    if (!e->method || e->n_components != t.k || e->n_features != t.d ||
        e->n_covariances != gmix_family_layout(family, t.k, t.d)) {
        return;
    }
    const size_t n_dims = gmix_family_dims(family, t.k, t.d, dims);
    t.diagonal = gmix_family_is_diagonal(family) != 0;
    t.shared = gmix_family_layout(family, t.k + 1, t.d) == e->n_covariances;
    t.matrices = n_dims == (t.shared ? 2 : 3);
    const size_t lines = t.k * (1 + t.d * (t.d + 3) / 2);
    const bool between = !t.diagonal && t.d > 1 && lines <= MOST_LINES;
    set_width(&t, between);
    gmix_i_text_add(text, "\nstandard errors by %s", e->method);
    if (e->n_replicates > 0) {
        gmix_i_text_add(text, ", %zu replicates", e->n_replicates);
    }
    if (e->n_left_out > 0) {
        gmix_i_text_add(text, " (%zu more left out)", e->n_left_out);
    }
    gmix_i_text_add(text, "; intervals of %g %%\n\n  component  ", 100.0 * e->level);
    gmix_i_text_add(text, "parameter");
    gmix_i_text_pad(text, t.width, 9);
    gmix_i_text_add(text, "%11s%9s%10s%10s\n", "estimate", "error", "lower", "upper");
    put_lines(&t, between);
}
