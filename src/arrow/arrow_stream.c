/*
 * Arrow streams as sources: batches one after the other, as views where all columns are numbers of one type
 * without nulls, else converted, some rows at a time. What can be read once alone is kept as it passes, column
 * by column in one block, for later passes. See gmix/arrow.h.
 */
#include <math.h>
#include <stdio.h>

#include "arrow/arrow_column.h"
#include "base/option_sets.h"

enum { ROWS_AT_ONCE = 4096 };

struct gmix_arrow {
    gmix_allocator allocator;
    gmix_arrow_options opts; /* the names in it are not looked at any more */
    gmix_source source;
    char message[GMIX_I_MESSAGE_SIZE];
    char **names; /* D */
    size_t d, n_children;
    size_t *child; /* D, and that of the weights */
    const gmix_i_arrow_kind **kinds;
    bool has_weights, all_same; /* same: one type, float or double */
    struct ArrowArrayStream stream;
    bool is_open, begun; /* begun: a batch was asked for */
    struct ArrowArray batch;
    size_t at; /* rows of the batch that were given */
    double *x, *w;
    ptrdiff_t *offsets;
    double *kept; /* (D + 1) x room, by columns, the weights last */
    size_t n_kept, room;
    bool is_complete; /* all rows are there */
};

static const gmix_option_info table[] = {
    GMIX_I_OPTION(gmix_arrow_options, weights, "text", NULL, 0, 0, NULL,
                  "column of row weights"),
    GMIX_I_OPTION(gmix_arrow_options, keep, "flag", "1", 0, 1, NULL,
                  "keep rows of a stream that is read once"),
    GMIX_I_OPTIONS_END};

static const gmix_i_option_set option_set =
    GMIX_I_OPTION_SET(gmix_arrow_options, keep, table);

void gmix_arrow_options_init_sized(gmix_arrow_options *opts, size_t struct_size) {
    gmix_i_options_init(&option_set, opts, struct_size);
}

static void drop_batch(gmix_arrow *a) {
    if (a->batch.release) {
        a->batch.release(&a->batch);
    }
    a->batch = (struct ArrowArray){0};
    a->at = 0;
}

static void close_stream(gmix_arrow *a) {
    drop_batch(a);
    if (a->is_open && a->stream.release) {
        a->stream.release(&a->stream);
    }
    a->is_open = false;
}

static gmix_status stream_failed(gmix_ctx *ctx, gmix_arrow *a, const char *what) {
    const char *const said =
        a->stream.get_last_error ? a->stream.get_last_error(&a->stream) : NULL;
    return gmix_i_fail(ctx, GMIX_ERR_PARSE,
                       "the Arrow stream failed when asked for %s%s%.300s", what,
                       said && *said ? ": " : "", said ? said : "");
}

/* ---- schema ---- */

static const char *child_name(const struct ArrowSchema *schema, size_t i) {
    const char *const name = schema->children[i]->name;
    return name ? name : "";
}

static gmix_status find_child(gmix_ctx *ctx, const struct ArrowSchema *schema,
                              const char *name, size_t *out) {
    gmix_status status = GMIX_OK;
    const size_t n = (size_t)schema->n_children;
    const char **names = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "names", n, sizeof *names, &names));
    for (size_t i = 0; i < n; i++) {
        names[i] = child_name(schema, i);
        if (name && strcmp(names[i], name) == 0) {
            *out = i;
            goto done;
        }
    }
    const char *const near = name ? gmix_i_nearest(name, names, n) : NULL;
    GMIX_FAIL(ctx, GMIX_ERR_OPTION, "there is no column '%.80s'%s%.80s%s",
              name ? name : "", near ? "; did you mean '" : "", near ? near : "",
              near ? "'?" : "");
done:
    gmix_i_free(ctx, names);
    return status;
}

static gmix_status check_schema(gmix_ctx *ctx, const struct ArrowSchema *s) {
    const int64_t n = s->n_children;
    bool good = s->format && strcmp(s->format, "+s") == 0 && n > 0 && n < (1 << 20) &&
                s->children;
    for (int64_t i = 0; good && i < n; i++) {
        good = s->children[i] && s->children[i]->format;
    }
    return good ? GMIX_OK
                : gmix_i_fail(ctx, GMIX_ERR_PARSE,
                              "the Arrow stream is none of a table: its schema is no "
                              "struct of columns");
}

/* The column at place j is that child. */
static gmix_status take_child(gmix_ctx *ctx, gmix_arrow *a, const struct ArrowSchema *s,
                              size_t i, size_t j) {
    const char *why;
    a->child[j] = i;
    a->kinds[j] = gmix_i_arrow_kind_of(s->children[i], &why);
    if (!a->kinds[j]) {
        return gmix_i_fail(ctx, GMIX_ERR_DATA,
                           "column '%.80s' holds %s, no numbers: leave it out, or make "
                           "numbers of it",
                           child_name(s, i), why);
    }
    if (j < a->d) {
        a->names[j] = gmix_i_strdup(&a->allocator, child_name(s, i));
        return a->names[j] ? GMIX_OK : gmix_i_fail_nomem(ctx, "names", 1);
    }
    return GMIX_OK;
}

static gmix_status take_children(gmix_ctx *ctx, gmix_arrow *a,
                                 const struct ArrowSchema *s,
                                 const gmix_arrow_options *opts) {
    gmix_status status = GMIX_OK;
    const size_t n = (size_t)s->n_children;
    size_t weights = n, j = 0;
    if (opts->weights) {
        GMIX_TRY(find_child(ctx, s, opts->weights, &weights));
    }
    a->has_weights = opts->weights != NULL;
    a->n_children = n;
    a->d = opts->columns ? opts->n_columns : n - (a->has_weights ? 1 : 0);
    if (a->d == 0) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION, "no column is left for the features");
    }
    GMIX_TRY(gmix_i_calloc(ctx, "names", a->d, sizeof *a->names, &a->names));
    GMIX_TRY(gmix_i_calloc(ctx, "columns", a->d + 1, sizeof *a->child, &a->child));
    GMIX_TRY(gmix_i_calloc(ctx, "columns", a->d + 1, sizeof *a->kinds, &a->kinds));
    for (size_t i = 0; i < (opts->columns ? a->d : n); i++) {
        size_t child = i;
        if (opts->columns) {
            GMIX_TRY(find_child(ctx, s, opts->columns[i], &child));
        }
        if (opts->columns || child != weights) {
            GMIX_TRY(take_child(ctx, a, s, child, j++));
        }
    }
    if (a->has_weights) {
        GMIX_TRY(take_child(ctx, a, s, weights, a->d));
    }
    a->all_same = true;
    for (size_t c = 0; c < a->d; c++) {
        a->all_same = a->all_same && a->kinds[c] == a->kinds[0] &&
                      strchr("fg", a->kinds[c]->format[0]);
    }
done:
    return status;
}

static gmix_status read_schema(gmix_ctx *ctx, gmix_arrow *a,
                               const gmix_arrow_options *opts) {
    gmix_status status = GMIX_OK;
    struct ArrowSchema schema = {0};
    if (!a->stream.get_schema || !a->stream.get_next) {
        return gmix_i_fail(ctx, GMIX_ERR_PARSE, "the Arrow stream has been released");
    }
    if (a->stream.get_schema(&a->stream, &schema) != 0) {
        return stream_failed(ctx, a, "its schema");
    }
    GMIX_TRY(check_schema(ctx, &schema));
    GMIX_TRY(take_children(ctx, a, &schema, opts));
done:
    if (schema.release) {
        schema.release(&schema);
    }
    return status;
}

/* ---- rows ---- */

static gmix_status check_batch(gmix_ctx *ctx, const gmix_arrow *a) {
    const struct ArrowArray *const b = &a->batch;
    bool good = b->n_children == (int64_t)a->n_children && b->children &&
                b->n_buffers <= 1 && (b->n_buffers == 0 || b->buffers);
    for (size_t j = 0; good && j < a->d + (a->has_weights ? 1 : 0); j++) {
        good = gmix_i_arrow_is_sound(b->children[a->child[j]], b->offset, b->length);
    }
    return good ? GMIX_OK
                : gmix_i_fail(ctx, GMIX_ERR_PARSE,
                              "a batch of the Arrow stream is not what its schema says");
}

/* The next batch that has rows; *ended without one. */
static gmix_status fetch(gmix_ctx *ctx, gmix_arrow *a, bool *ended) {
    gmix_status status = GMIX_OK;
    *ended = false;
    while (!*ended && a->at >= (size_t)a->batch.length) {
        drop_batch(a);
        a->begun = true;
        if (a->stream.get_next(&a->stream, &a->batch) != 0) {
            a->batch = (struct ArrowArray){0};
            return stream_failed(ctx, a, "rows");
        }
        *ended = !a->batch.release;
        if (!*ended) {
            GMIX_TRY(check_batch(ctx, a));
        }
    }
done:
    return status;
}

static bool may_view(const gmix_arrow *a) {
    bool may = a->all_same && !gmix_i_arrow_has_nulls(&a->batch);
    for (size_t j = 0; may && j < a->d; j++) {
        const struct ArrowArray *const column = a->batch.children[a->child[j]];
        may = !gmix_i_arrow_has_nulls(column) &&
              (uintptr_t)column->buffers[1] % sizeof(double) == 0;
    }
    return may;
}

/* The columns where they lie. */
static void view(gmix_arrow *a, size_t n, gmix_table *block) {
    const bool single = a->kinds[0]->format[0] == 'f';
    const size_t size = single ? sizeof(float) : sizeof(double);
    uintptr_t first = 0;
    *block = gmix_table_of(single ? GMIX_F32 : GMIX_F64, n, a->d, 1, 0);
    for (size_t j = 0; j < a->d; j++) {
        const struct ArrowArray *const column = a->batch.children[a->child[j]];
        const size_t start = (size_t)column->offset + (size_t)a->batch.offset + a->at;
        const uintptr_t at = (uintptr_t)column->buffers[1] + start * size;
        if (j == 0) {
            first = at;
            block->data = (const char *)column->buffers[1] + start * size;
        }
        a->offsets[j] = (ptrdiff_t)((intptr_t)(at - first) / (intptr_t)size);
    }
    block->col_offsets = a->offsets;
}

static void cells(const gmix_arrow *a, size_t j, size_t n, double *out,
                  ptrdiff_t stride) {
    gmix_i_arrow_cells(a->kinds[j], a->batch.children[a->child[j]], &a->batch, a->at, n,
                       out, stride);
}

/* Room for n more rows: columns move apart. */
static gmix_status make_room(gmix_ctx *ctx, gmix_arrow *a, size_t n) {
    gmix_status status = GMIX_OK;
    double *more = NULL;
    if (a->n_kept + n <= a->room) {
        return GMIX_OK;
    }
    const size_t room = a->n_kept + n > 2 * a->room ? a->n_kept + n : 2 * a->room;
    GMIX_TRY(gmix_i_calloc(ctx, "rows of the Arrow stream", room,
                           (a->d + 1) * sizeof *more, &more));
    for (size_t j = 0; j <= a->d && a->n_kept > 0; j++) {
        memcpy(more + j * room, a->kept + j * a->room, a->n_kept * sizeof *more);
    }
    gmix_i_free(ctx, a->kept);
    a->kept = more;
    a->room = room;
done:
    return status;
}

static gmix_status keep(gmix_ctx *ctx, gmix_arrow *a, size_t n) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(make_room(ctx, a, n));
    for (size_t j = 0; j < a->d + (a->has_weights ? 1 : 0); j++) {
        cells(a, j, n, a->kept + j * a->room + a->n_kept, 1);
    }
    a->n_kept += n;
done:
    return status;
}

static void give_kept(gmix_arrow *a, size_t most, gmix_table *block) {
    const size_t left = a->n_kept - a->at, n = left < most ? left : most;
    *block = gmix_table_of(GMIX_F64, n, a->d, 1, (ptrdiff_t)a->room);
    block->data = n > 0 ? a->kept + a->at : NULL;
    block->weights = n > 0 && a->has_weights ? a->kept + a->d * a->room + a->at : NULL;
    a->at += n;
}

static gmix_status give(gmix_ctx *ctx, gmix_arrow *a, size_t most, gmix_table *block) {
    gmix_status status = GMIX_OK;
    bool ended;
    if (a->is_complete) {
        give_kept(a, most, block);
        return GMIX_OK;
    }
    GMIX_TRY(fetch(ctx, a, &ended));
    if (ended) {
        *block = gmix_table_of(GMIX_F64, 0, a->d, 1, 1);
        a->is_complete = !a->opts.open && a->opts.keep;
        return GMIX_OK;
    }
    size_t n = (size_t)a->batch.length - a->at;
    n = n < most ? n : most;
    n = n < ROWS_AT_ONCE ? n : ROWS_AT_ONCE;
    if (!a->opts.open && a->opts.keep) {
        GMIX_TRY(keep(ctx, a, n));
    }
    if (may_view(a)) {
        view(a, n, block);
    } else {
        *block = gmix_table_of(GMIX_F64, n, a->d, (ptrdiff_t)a->d, 1);
        block->data = a->x;
        for (size_t j = 0; j < a->d; j++) {
            cells(a, j, n, a->x + j, (ptrdiff_t)a->d);
        }
    }
    if (a->has_weights) {
        cells(a, a->d, n, a->w, 1);
        block->weights = a->w;
    }
    a->at += n;
done:
    return status;
}

/* Of calls by the source, which have no context: its sentence is kept. */
static gmix_status noted(gmix_arrow *a, const gmix_ctx *ctx, gmix_status status) {
    if (status != GMIX_OK) {
        memcpy(a->message, ctx->message, sizeof a->message);
    }
    return status;
}

static gmix_status source_next(void *self, size_t max_rows, gmix_table *block) {
    gmix_arrow *const a = self;
    gmix_ctx ctx = {.opts = {.allocator = a->allocator}};
    return noted(a, &ctx, give(&ctx, a, max_rows, block));
}

static gmix_status begin_again(gmix_ctx *ctx, gmix_arrow *a) {
    if (a->is_complete) {
        a->at = 0;
        return GMIX_OK;
    }
    if (!a->begun) {
        return GMIX_OK;
    }
    if (!a->opts.open) {
        return gmix_i_fail(ctx, GMIX_ERR_DATA,
                           "the Arrow stream has been read, and can be read once only");
    }
    close_stream(a);
    a->begun = false;
    a->stream = (struct ArrowArrayStream){0};
    a->is_open = a->opts.open(a->opts.self, &a->stream) == 0;
    return a->is_open && a->stream.get_next
               ? GMIX_OK
               : gmix_i_fail(ctx, GMIX_ERR_IO,
                             "the Arrow stream could not be opened again");
}

static gmix_status source_reset(void *self) {
    gmix_arrow *const a = self;
    gmix_ctx ctx = {.opts = {.allocator = a->allocator}};
    return noted(a, &ctx, begin_again(&ctx, a));
}

/* ---- public ---- */

static gmix_status begin(gmix_ctx *ctx, struct ArrowArrayStream *stream,
                         const gmix_arrow_options *opts, gmix_arrow *a) {
    gmix_status status = GMIX_OK;
    if (stream) {
        a->stream = *stream;
    } else if (opts->open(opts->self, &a->stream) != 0) {
        GMIX_FAIL(ctx, GMIX_ERR_IO, "the Arrow stream could not be opened");
    } else {
        a->is_open = true;
    }
    GMIX_TRY(read_schema(ctx, a, opts));
    GMIX_TRY(
        gmix_i_calloc(ctx, "rows", (size_t)ROWS_AT_ONCE * a->d, sizeof *a->x, &a->x));
    GMIX_TRY(gmix_i_calloc(ctx, "weights", ROWS_AT_ONCE, sizeof *a->w, &a->w));
    GMIX_TRY(gmix_i_calloc(ctx, "columns", a->d, sizeof *a->offsets, &a->offsets));
    a->source = (gmix_source){.struct_size = sizeof a->source,
                              .self = a,
                              .n_cols = a->d,
                              .names = (const char *const *)a->names,
                              .reset = source_reset,
                              .next = source_next};
    if (stream) { /* moved */
        a->is_open = true;
        stream->release = NULL;
    }
done:
    return status;
}

gmix_status gmix_source_from_arrow(gmix_ctx *ctx, struct ArrowArrayStream *stream,
                                   const gmix_arrow_options *opts, gmix_arrow **arrow) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    gmix_arrow *a = NULL;
    gmix_arrow_options taken;
    GMIX_TRY(gmix_i_options_read(ctx, &option_set, opts, &taken));
    if (!arrow || (!stream && !taken.open) || (taken.n_columns > 0 && !taken.columns)) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  "a source wants a stream or a function that opens it, columns that are "
                  "there, and a place for the result");
    }
    if (stream && !stream->release) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the Arrow stream has been released");
    }
    GMIX_TRY(gmix_i_calloc(ctx, "a source", 1, sizeof *a, &a));
    a->allocator = ctx->opts.allocator;
    a->opts = taken;
    GMIX_TRY(begin(ctx, stream, &taken, a));
    *arrow = a;
    a = NULL;
done:
    gmix_arrow_free(&a);
    return status;
}

void gmix_arrow_free(gmix_arrow **arrow) {
    gmix_arrow *const a = arrow ? *arrow : NULL;
    if (!a) {
        return;
    }
    const gmix_allocator from = a->allocator;
    close_stream(a);
    for (size_t j = 0; a->names && j < a->d; j++) {
        gmix_i_release(&from, a->names[j]);
    }
    void *const owned[] = {a->names, a->child, a->kinds, a->x, a->w, a->offsets, a->kept};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) {
        gmix_i_release(&from, owned[i]);
    }
    gmix_i_release(&from, a);
    *arrow = NULL;
}

const gmix_source *gmix_arrow_source(const gmix_arrow *arrow) {
    return arrow ? &arrow->source : NULL;
}

const char *gmix_arrow_message(const gmix_arrow *arrow) {
    return arrow ? arrow->message : "";
}

gmix_status gmix_arrow_table(gmix_ctx *ctx, gmix_arrow *a, gmix_table *out) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    bool ended = false;
    if (!a || !out) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "the source, or the place for the table, is NULL");
    }
    if (!a->is_complete) {
        GMIX_TRY(begin_again(ctx, a));
        a->n_kept = 0;
    }
    while (!a->is_complete && !ended) {
        GMIX_TRY(gmix_i_poll(ctx));
        GMIX_TRY(fetch(ctx, a, &ended));
        if (!ended) {
            GMIX_TRY(keep(ctx, a, (size_t)a->batch.length - a->at));
            a->at = (size_t)a->batch.length;
        }
    }
    a->is_complete = true;
    a->at = 0;
    give_kept(a, a->n_kept, out);
    out->names = (const char *const *)a->names;
    a->at = 0;
done:
    return status;
}
