/*
 * Chapters of a journal and their titles: pairs of texts, a name and a value each. See journal_chapters.h.
 */
#include "base/journal_chapters.h"

#include <stdio.h>

#include "base/option_sets.h"

gmix_i_wire gmix_i_title_of(gmix_ctx *ctx, const char *call) {
    gmix_i_wire title = gmix_i_wire_writer(ctx, "gmixcall", NULL, 0);
    gmix_i_title_text(&title, "call", call);
    return title;
}

void gmix_i_title_text(gmix_i_wire *title, const char *name, const char *text) {
    char *both[] = {(char *)(uintptr_t)name, (char *)(uintptr_t)(text ? text : "")};
    gmix_i_wire_text(title, &both[0]);
    gmix_i_wire_text(title, &both[1]);
}

void gmix_i_title_number(gmix_i_wire *title, const char *name, uint64_t number) {
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    gmix_i_title_text(title, name, text);
}

void gmix_i_title_options(gmix_i_wire *title, const gmix_option_info *table,
                          const void *opts) {
    for (const gmix_option_info *o = table; o && o->name; o++) {
        char number[32];
        if (strcmp(o->name, "time_limit") != 0) {
            gmix_i_title_text(title, o->name, gmix_i_option_text(opts, o, number));
        }
    }
}

/* The next pair of texts of a title that is read; false at its end. */
static bool next_pair(gmix_i_wire *w, char *pair[2]) {
    for (size_t i = 0; i < 2; i++) {
        gmix_i_free(w->ctx, pair[i]);
        pair[i] = NULL;
    }
    if (w->status != GMIX_OK || w->at >= w->size) {
        return false;
    }
    gmix_i_wire_text(w, &pair[0]);
    gmix_i_wire_text(w, &pair[1]);
    return w->status == GMIX_OK && pair[0] && pair[1];
}

static gmix_status say_other(gmix_ctx *ctx, char *const kept[2], char *const here[2]) {
    static const char advice[] =
        "go on with what it was begun with, or take another file for this";
    if (strcmp(kept[0], "rows") == 0 || strcmp(kept[0], here[0]) != 0) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "the checkpoint was made with other %s: %s",
                           strcmp(kept[0], "rows") == 0 ? "data" : "options", advice);
    }
    if (strcmp(kept[0], "call") == 0) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "the checkpoint is of other work, %s, not %s: %s", kept[1],
                           here[1], advice);
    }
    return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                       "the checkpoint was made with %s '%.60s', not '%.60s': %s",
                       kept[0], kept[1], here[1], advice);
}

/* Says what differs first between two titles; options before rows, which come last. */
static gmix_status compare(gmix_ctx *ctx, const void *old, size_t old_size,
                           const void *title, size_t size) {
    gmix_status status = GMIX_OK;
    char *kept[2] = {NULL, NULL}, *here[2] = {NULL, NULL};
    gmix_i_wire a = gmix_i_wire_reader(ctx, "gmixcall", "a title", old, old_size);
    gmix_i_wire b = gmix_i_wire_reader(ctx, "gmixcall", "a title", title, size);
    while (next_pair(&a, kept) && next_pair(&b, here)) {
        if (strcmp(kept[0], here[0]) != 0 || strcmp(kept[1], here[1]) != 0) {
            status = say_other(ctx, kept, here);
            goto done;
        }
    }
    GMIX_TRY(a.status);
    GMIX_TRY(b.status);
    if (old_size != size || memcmp(old, title, size) != 0) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION, "the checkpoint is of another version of gmix");
    }
done:
    for (size_t i = 0; i < 2; i++) {
        gmix_i_free(ctx, kept[i]);
        gmix_i_free(ctx, here[i]);
    }
    return status;
}

/* The first title is the journal's: those of calls within the first are chapters of it. */
static gmix_status settle_title(gmix_ctx *ctx, const void *title, size_t size) {
    size_t n;
    const void *const kept = gmix_i_journal_title(ctx, &n);
    if (*gmix_i_journal_checked(ctx)) {
        return GMIX_OK;
    }
    const gmix_status status =
        kept ? compare(ctx, kept, n, title, size)
             : gmix_i_journal_full(ctx, gmix_i_journal_entitle(ctx, title, size));
    *gmix_i_journal_checked(ctx) = status == GMIX_OK;
    return status;
}

gmix_status gmix_i_chapter_begin(gmix_ctx *ctx, gmix_i_wire *title, gmix_i_chapter *out) {
    gmix_status status = GMIX_OK;
    *out = (gmix_i_chapter){.outer = ctx->chapter, .outer_searches = ctx->n_searches};
    GMIX_TRY(gmix_i_wire_close(title));
    GMIX_TRY(settle_title(ctx, title->out, title->at));
    out->is_open = true;
    ctx->chapter = gmix_i_wire_name(title->out, title->at);
    ctx->n_searches = 0;
done:
    gmix_i_free(ctx, title->out);
    return status;
}

void gmix_i_chapter_end(gmix_ctx *ctx, const gmix_i_chapter *chapter) {
    if (chapter->is_open) {
        ctx->chapter = chapter->outer;
        ctx->n_searches = chapter->outer_searches;
    }
}

size_t gmix_i_chapter_search(gmix_ctx *ctx) {
    return ctx->n_searches++;
}
