/* What the caller of the engine asked for, kept. See master.h. */
#include <stdio.h>
#include <string.h>

#include "base/option_sets.h"
#include "engine/master.h"

static size_t n_options(void) {
    size_t n = 0;
    while (gmix_fit_option_table()[n].name) {
        n++;
    }
    return n;
}

static const gmix_option_info table[] = {
    GMIX_I_OPTION(gmix_engine_options, sample_rows, "size", "0", 0, 1e15, NULL,
                  "rows that the start is found on (0: as many as its size asks for)"),
    GMIX_I_OPTION(gmix_engine_options, n_classes, "size", "0", 0, 1e9, NULL,
                  "classes of the rows' labels (0: one more than the largest)"),
    GMIX_I_OPTIONS_END};

static const gmix_i_option_set set =
    GMIX_I_OPTION_SET(gmix_engine_options, class_names, table);

void gmix_engine_options_init_sized(gmix_engine_options *opts, size_t struct_size) {
    gmix_i_options_init(&set, opts, struct_size);
}

/* Options from their texts, which they point into. */
static gmix_status read_texts(gmix_ctx *ctx, gmix_i_settings *s) {
    gmix_status status = GMIX_OK;
    gmix_fit_options checked;
    gmix_fit_options_init(&s->opts);
    for (size_t o = 0; o < n_options(); o++) {
        GMIX_TRY(gmix_fit_option_set(ctx, &s->opts, gmix_fit_option_table()[o].name,
                                     s->texts[o] ? s->texts[o] : ""));
    }
    GMIX_TRY(gmix_i_fit_options_take(ctx, &s->opts, &checked));
    s->asked = s->opts.n_components;
done:
    return status;
}

static gmix_status copy_text(gmix_ctx *ctx, const char *text, char **out) {
    *out = gmix_i_strdup(&ctx->opts.allocator, text);
    return *out ? GMIX_OK : gmix_i_fail_nomem(ctx, "text", strlen(text) + 1);
}

static gmix_status copy_names(gmix_ctx *ctx, const char *const *names, size_t n,
                              char ***out) {
    gmix_status status = GMIX_OK;
    if (!names || n == 0) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_calloc(ctx, "names", n, sizeof **out, out));
    for (size_t i = 0; i < n; i++) {
        if (!names[i]) {
            GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "name %zu is NULL", i);
        }
        GMIX_TRY(copy_text(ctx, names[i], &(*out)[i]));
    }
done:
    return status;
}

/* A mixture of the same parameters. */
static gmix_status copy_model(gmix_ctx *ctx, const gmix_model *m, gmix_model **out) {
    gmix_model_extras extras;
    gmix_model_extras_init(&extras);
    extras.noise_weight = m->weights[m->k];
    extras.noise_lower = m->noise.lower;
    extras.noise_upper = m->noise.upper;
    return gmix_model_new_with(ctx, m->family->name, m->k, m->d, m->weights, m->means,
                               m->covariances, NULL, &extras, out);
}

/* Of an option, in the place of what it was. */
static gmix_status set_text(gmix_ctx *ctx, gmix_i_settings *s, const char *name,
                            const char *text) {
    gmix_status status = GMIX_OK;
    for (size_t o = 0; o < n_options(); o++) {
        if (strcmp(gmix_fit_option_table()[o].name, name) == 0) {
            char *copy;
            GMIX_TRY(copy_text(ctx, text, &copy));
            gmix_i_free(ctx, s->texts[o]);
            s->texts[o] = copy;
        }
    }
done:
    return status;
}

gmix_status gmix_i_settings_choose(gmix_ctx *ctx, gmix_i_settings *s,
                                   const char *covariance, size_t k) {
    gmix_status status = GMIX_OK;
    char number[24];
    snprintf(number, sizeof number, "%zu", k);
    GMIX_TRY(set_text(ctx, s, "n_components", number));
    if (covariance) {
        GMIX_TRY(set_text(ctx, s, "covariance", covariance));
    }
    GMIX_TRY(read_texts(ctx, s));
    s->opts.init_model = s->init_model;
    s->opts.prior_mean = s->prior_mean;
    s->opts.prior_covariance = s->prior_covariance;
done:
    return status;
}

typedef struct wish {
    const char *option;
    bool is_asked;
} wish;

const char *gmix_i_wants_all_rows(const gmix_fit_options *opts) {
    const wish all[] = {{"noise_region = hull", strcmp(opts->noise_region, "hull") == 0},
                        {"init = labels", strcmp(opts->init, "labels") == 0},
                        {"init = memberships", strcmp(opts->init, "memberships") == 0},
                        {"trim", opts->trim > 0.0}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (all[i].is_asked) {
            return all[i].option;
        }
    }
    return NULL;
}

/* Copies of the prior's arrays. */
static gmix_status copy_prior(gmix_ctx *ctx, const gmix_fit_options *given,
                              gmix_i_settings *out) {
    gmix_status status = GMIX_OK;
    const struct {
        const double *from;
        double **to;
        size_t n;
    } arrays[] = {{given->prior_mean, &out->prior_mean, out->d},
                  {given->prior_covariance, &out->prior_covariance,
                   gmix_family_layout(given->covariance, 1, out->d)}};
    for (size_t i = 0; i < 2; i++) {
        if (arrays[i].from && arrays[i].n > 0) {
            GMIX_TRY(gmix_i_calloc(ctx, "the prior", arrays[i].n, sizeof(double),
                                   arrays[i].to));
            memcpy(*arrays[i].to, arrays[i].from, arrays[i].n * sizeof(double));
        }
    }
    out->opts.prior_mean = out->prior_mean;
    out->opts.prior_covariance = out->prior_covariance;
done:
    return status;
}

static gmix_status take_more(gmix_ctx *ctx, const gmix_engine_options *more,
                             gmix_i_settings *out) {
    gmix_status status = GMIX_OK;
    gmix_engine_options own;
    GMIX_TRY(gmix_i_options_read(ctx, &set, more, &own));
    GMIX_TRY(gmix_i_choice_take(ctx, out->d, &out->opts, own.select, &out->choice));
    if (own.select) {
        GMIX_TRY(gmix_i_settings_choose(ctx, out, NULL, out->choice.most));
    }
    out->sample_rows = own.sample_rows;
    out->n_classes = own.n_classes;
    GMIX_TRY(copy_names(ctx, own.names, out->d, &out->names));
    GMIX_TRY(copy_names(ctx, own.class_names, own.n_classes, &out->class_names));
done:
    return status;
}

gmix_status gmix_i_settings_take(gmix_ctx *ctx, size_t d, const gmix_fit_options *opts,
                                 const gmix_engine_options *more, gmix_i_settings *out) {
    gmix_status status = GMIX_OK;
    gmix_fit_options given;
    char number[32];
    *out = (gmix_i_settings){.d = d};
    GMIX_TRY(gmix_i_fit_options_take(ctx, opts, &given));
    const char *const refused = gmix_i_wants_all_rows(&given);
    if (refused &&
        strcmp(refused, "trim") != 0) { /* that hangs on how many rows there are */
        GMIX_FAIL(ctx, GMIX_ERR_OPTION,
                  "%s wants all rows in one place: an engine, whose rows are elsewhere, "
                  "cannot have it; leave it out or use gmix_fit()",
                  refused);
    }
    GMIX_TRY(gmix_i_calloc(ctx, "options", n_options(), sizeof *out->texts, &out->texts));
    for (size_t o = 0; o < n_options(); o++) {
        GMIX_TRY(copy_text(
            ctx, gmix_i_option_text(&given, &gmix_fit_option_table()[o], number),
            &out->texts[o]));
    }
    GMIX_TRY(read_texts(ctx, out));
    GMIX_TRY(take_more(ctx, more, out));
    GMIX_TRY(copy_prior(ctx, &given, out));
    if (given.init_model) {
        GMIX_TRY(copy_model(ctx, given.init_model, &out->init_model));
        out->opts.init_model = out->init_model;
    }
done:
    return status;
}

static void free_names(const gmix_allocator *from, char **names, size_t n) {
    for (size_t i = 0; names && i < n; i++) {
        gmix_i_release(from, names[i]);
    }
    gmix_i_release(from, names);
}

void gmix_i_settings_free(const gmix_allocator *from, gmix_i_settings *s) {
    free_names(from, s->texts, n_options());
    free_names(from, s->names, s->d);
    free_names(from, s->class_names, s->n_classes);
    gmix_model_free(&s->init_model);
    gmix_i_choice_free(from, &s->choice);
    gmix_i_release(from, s->prior_mean);
    gmix_i_release(from, s->prior_covariance);
    *s = (gmix_i_settings){0};
}

static void wire_names(gmix_i_wire *w, char ***names, size_t n) {
    bool any = *names != NULL;
    gmix_i_wire_flag(w, &any);
    if (!any || w->status != GMIX_OK) {
        return;
    }
    if (!w->writing) {
        gmix_i_wire_expect(w, n <= (w->size - w->at) / sizeof(uint64_t));
        gmix_i_wire_alloc(w, n, sizeof **names, names);
    }
    for (size_t i = 0; *names && i < n && w->status == GMIX_OK; i++) {
        gmix_i_wire_text(w, &(*names)[i]);
        gmix_i_wire_expect(w, (*names)[i] != NULL);
    }
}

/* Numbers of a model, the corners of its noise included. */
static size_t model_len(const gmix_i_family *f, size_t k, size_t d) {
    return k + 1 + k * d + gmix_i_family_layout_len(f, k, d) + 2 * d;
}

static void write_model(gmix_i_wire *w, gmix_model *m) {
    gmix_i_wire_reals(w, m->weights, m->k + 1);
    gmix_i_wire_reals(w, m->means, m->k * m->d);
    gmix_i_wire_reals(w, m->covariances, gmix_i_family_layout_len(m->family, m->k, m->d));
    for (size_t j = 0; j < 2 * m->d; j++) {
        double corner = m->noise.lower ? m->noise.lower[j] : 0.0; /* upper is behind */
        gmix_i_wire_real(w, &corner);
    }
}

static void read_model(gmix_i_wire *w, const gmix_i_family *f, size_t k, size_t d,
                       gmix_model **out) {
    double *all = NULL;
    gmix_model_extras extras;
    gmix_model_extras_init(&extras);
    gmix_i_wire_expect(w, k <= (w->size - w->at) / sizeof(double));
    gmix_i_wire_expect(w, w->status == GMIX_OK &&
                              model_len(f, k, d) <= (w->size - w->at) / sizeof(double));
    gmix_i_wire_alloc(w, w->status == GMIX_OK ? model_len(f, k, d) : 0, sizeof *all,
                      &all);
    if (w->status == GMIX_OK) {
        const double *const means = all + k + 1, *const cov = means + k * d;
        gmix_i_wire_reals(w, all, model_len(f, k, d));
        extras.noise_weight = all[k];
        extras.noise_lower = cov + gmix_i_family_layout_len(f, k, d);
        extras.noise_upper = extras.noise_lower + d;
        w->status = gmix_model_new_with(w->ctx, f->name, k, d, all, means, cov, NULL,
                                        &extras, out);
    }
    gmix_i_free(w->ctx, all);
}

static void wire_model(gmix_i_wire *w, gmix_model **model) {
    bool any = *model != NULL;
    gmix_i_wire_flag(w, &any);
    if (!any || w->status != GMIX_OK) {
        return;
    }
    const gmix_model *const m = *model;
    const gmix_i_family *family = m ? m->family : NULL;
    char *name = m ? (char *)(uintptr_t)m->family->name : NULL;
    size_t k = m ? m->k : 0, d = m ? m->d : 0;
    gmix_i_wire_text(w, &name);
    gmix_i_wire_size(w, &k);
    gmix_i_wire_size(w, &d);
    if (m) {
        write_model(w, *model);
        return;
    }
    gmix_i_wire_expect(w, name && k > 0 && d > 0 && d <= GMIX_I_MOST_COLS);
    if (w->status == GMIX_OK) {
        w->status = gmix_i_family_get(w->ctx, name, d, &family);
    }
    gmix_i_free(w->ctx, name);
    if (w->status == GMIX_OK) {
        read_model(w, family, k, d, model);
    }
}

static void wire_array(gmix_i_wire *w, double **array, size_t n) {
    bool any = *array != NULL;
    gmix_i_wire_flag(w, &any);
    if (any && !w->writing) {
        gmix_i_wire_expect(w, n > 0 && n <= (w->size - w->at) / sizeof(double));
        gmix_i_wire_alloc(w, w->status == GMIX_OK ? n : 0, sizeof **array, array);
    }
    if (any && w->status == GMIX_OK) {
        gmix_i_wire_reals(w, *array, n);
    }
}

/* After the options, which say how long they are. */
static void wire_prior(gmix_i_wire *w, gmix_i_settings *s) {
    const char *const family = s->opts.covariance;
    const size_t n = w->status == GMIX_OK ? gmix_family_layout(family, 1, s->d) : 0;
    wire_array(w, &s->prior_mean, s->d);
    wire_array(w, &s->prior_covariance, n);
    s->opts.prior_mean = s->prior_mean;
    s->opts.prior_covariance = s->prior_covariance;
}

void gmix_i_settings_wire(gmix_i_wire *w, gmix_i_settings *s) {
    gmix_i_wire_size(w, &s->d);
    gmix_i_wire_size(w, &s->n_classes);
    gmix_i_wire_size(w, &s->sample_rows);
    gmix_i_wire_expect(w, s->d > 0 && s->d <= GMIX_I_MOST_COLS);
    wire_names(w, &s->texts, n_options());
    wire_names(w, &s->names, s->d);
    wire_names(w, &s->class_names, s->n_classes);
    wire_model(w, &s->init_model);
    gmix_i_choice_wire(w, &s->choice);
    if (!w->writing && w->status == GMIX_OK) {
        gmix_i_wire_expect(w, s->texts != NULL);
        if (w->status == GMIX_OK) {
            w->status = read_texts(w->ctx, s);
            s->opts.init_model = s->init_model;
        }
    }
    wire_prior(w, s);
}
