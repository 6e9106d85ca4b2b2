/* See kept_options.h. */
#include "files/kept_options.h"

#include <string.h>

/* Where the options point to. */
enum { N_LISTS = 6, N_NAMES = 3 };

struct places {
    const char *const **lists[N_LISTS];
    size_t sizes[N_LISTS];
    const char **names[N_NAMES];
};

static struct places places_of(gmix_read_options *o) {
    return (struct places){.lists = {&o->columns, &o->missing, &o->errors,
                                     &o->log_columns, &o->bins, &o->between},
                           .sizes = {o->n_columns, o->n_missing, o->n_errors,
                                     o->n_log_columns, o->n_bins, o->n_between},
                           .names = {&o->weights, &o->labels, &o->row_names}};
}

static gmix_status keep_text(gmix_ctx *ctx, struct gmix_i_kept_options *kept,
                             const char *text, const char **out) {
    char *const copy = text ? gmix_i_strdup(&ctx->opts.allocator, text) : NULL;
    if (text && !copy) {
        return gmix_i_fail_nomem(ctx, "options", strlen(text) + 1);
    }
    kept->texts[kept->n_texts] = copy;
    kept->n_texts += copy != NULL;
    *out = copy;
    return GMIX_OK;
}

gmix_status gmix_i_options_keep(gmix_ctx *ctx, const char *path,
                                const gmix_read_options *opts,
                                struct gmix_i_kept_options *out) {
    gmix_status status = GMIX_OK;
    const char *copy;
    size_t n = 0, at = 0;
    *out = (struct gmix_i_kept_options){.opts = *opts};
    const struct places p = places_of(&out->opts);
    for (size_t i = 0; i < N_LISTS; i++) {
        n += *p.lists[i] ? p.sizes[i] : 0;
    }
    GMIX_TRY(
        gmix_i_calloc(ctx, "options", n + N_NAMES + 1, sizeof *out->texts, &out->texts));
    GMIX_TRY(gmix_i_calloc(ctx, "options", n + 1, sizeof *out->lists, &out->lists));
    GMIX_TRY(keep_text(ctx, out, path, &copy));
    out->path = out->texts[0];
    for (size_t i = 0; i < N_LISTS; i++) {
        const char *const *const from = *p.lists[i];
        for (size_t j = 0; from && j < p.sizes[i]; j++) {
            GMIX_TRY(keep_text(ctx, out, from[j], &out->lists[at + j]));
        }
        *p.lists[i] = from ? out->lists + at : NULL;
        at += from ? p.sizes[i] : 0;
    }
    if (opts->truncation) {
        memcpy(out->truncation, opts->truncation, sizeof out->truncation);
        out->opts.truncation = out->truncation;
    }
    for (size_t i = 0; i < N_NAMES; i++) {
        GMIX_TRY(keep_text(ctx, out, *p.names[i], p.names[i]));
    }
done:
    return status;
}

void gmix_i_options_forget(gmix_ctx *ctx, struct gmix_i_kept_options *kept) {
    for (size_t i = 0; i < kept->n_texts; i++) {
        gmix_i_free(ctx, kept->texts[i]);
    }
    gmix_i_free(ctx, kept->texts);
    gmix_i_free(ctx, kept->lists);
    *kept = (struct gmix_i_kept_options){0};
}
