/*
 * Files piece by piece. See gmix/pieces.h.
 *
 * Of text a window is in memory: what stands above the rows, which stays (names, comments), the records
 * of a piece, and the beginning of one that is not whole yet, which the next piece begins with.
 */
#include <gmix/pieces.h>

#include <string.h>

#include "files/csv_reading.h"
#include "files/hdf5.h"
#include "files/kept_options.h"
#include "files/text_stream.h"

enum {
    PIECE = 1 << 24,
    STEP = 1 << 16,
    LEAST = 1 << 12,
    MOST_HEAD = 64 * PIECE,
    PROBE = 16 /* bytes that tell the format */
};

struct gmix_pieces {
    gmix_allocator from;
    struct gmix_i_kept_options kept;
    size_t piece_bytes;
    bool is_text, over;
    size_t number, n_pieces; /* of other formats */

    struct gmix_i_text_stream stream;
    char *window; /* n bytes, followed by a zero */
    size_t n, capacity;
    size_t head, text; /* bytes above the rows; of these, those above the table */
    size_t given;      /* end of the last piece */
    bool ended;        /* there is no more behind the window */
    struct gmix_i_csv_reading reading; /* ctx NULL: not begun */
};

/* Reads until `room` bytes are there, or the stream ends. Memory grows with what comes: files may be small. */
static gmix_status fill(gmix_ctx *ctx, gmix_pieces *p, size_t room) {
    gmix_status status = GMIX_OK;
    do {
        const size_t step = p->n > STEP ? p->n : STEP;
        const size_t to = p->ended ? p->n : room > p->n + step ? p->n + step : room;
        size_t got = 0;
        GMIX_TRY(gmix_i_grow(ctx, p->stream.name, &p->window, &p->capacity,
                             (to > p->n ? to : p->n) + 1, 1));
        if (!p->ended && to > p->n) {
            GMIX_TRY(
                gmix_i_text_read(ctx, &p->stream, p->window + p->n, to - p->n, &got));
            p->ended = got < to - p->n;
            p->n += got;
        }
    } while (!p->ended && p->n < room);
    p->window[p->n] = '\0';
done:
    return status;
}

/* The end of the last whole line; 0 if there is none. */
static size_t whole_lines(const gmix_pieces *p) {
    size_t n = p->n;
    const char eol = memchr(p->window, '\n', n) ? '\n' : '\r';
    while (n > 0 && p->window[n - 1] != eol) {
        n--;
    }
    return n;
}

/* The end of the last whole record of the window; p->head if there is none. */
static size_t whole_records(const gmix_pieces *p, struct gmix_i_csv csv) {
    csv.end = p->window + p->n;
    size_t n = p->n;
    if (p->ended) {
        return n;
    }
    if (!csv.quotes) {
        while (n > p->head && p->window[n - 1] != csv.eol) {
            n--;
        }
        return n;
    }
    const char *record = csv.body, *next = csv.body;
    while (next < csv.end) { /* the last one may go on behind the window */
        record = next;
        const char *const first = gmix_i_csv_record(&csv, next, csv.end);
        next = first < csv.end ? gmix_i_csv_after(&csv, first) : csv.end;
    }
    return (size_t)(record - p->window);
}

/* The window is a text to which the reading's places belong. */
static void aim(gmix_pieces *p) {
    struct gmix_i_csv *const csv = &p->reading.csv;
    csv->text = p->window + p->text;
    csv->body = p->window + p->head;
    csv->end = p->window + p->n;
    csv->quotes = memchr(csv->body, '"', p->n - p->head) != NULL;
}

/* How the text is cut, from whole lines of it. */
static gmix_status begin_reading(gmix_ctx *ctx, gmix_pieces *p) {
    const size_t n = p->ended ? p->n : whole_lines(p);
    if (n == 0) {
        return gmix_i_fail(ctx, GMIX_ERR_DATA, "%s is empty", p->stream.name);
    }
    const char behind = p->window[n];
    const struct gmix_i_bytes bytes = {.name = p->stream.name, .data = p->window, .n = n};
    p->window[n] = '\0';
    const gmix_status status = gmix_i_csv_begin(ctx, &bytes, &p->kept.opts, &p->reading);
    p->window[n] = behind;
    return status;
}

/* The same; where what is there will not do, as it is all comments, from more. */
static gmix_status begin_text(gmix_ctx *ctx, gmix_pieces *p) {
    gmix_status status = GMIX_OK;
    size_t room = p->piece_bytes;
    GMIX_TRY(fill(ctx, p, room));
    status = begin_reading(ctx, p);
    while (status != GMIX_OK && !p->ended && room < MOST_HEAD) {
        GMIX_TRY(fill(ctx, p, room *= 2));
        status = begin_reading(ctx, p);
    }
    GMIX_TRY(status);
    p->text = (size_t)(p->reading.csv.text - p->window);
    p->head = p->given = (size_t)(p->reading.csv.body - p->window);
    aim(p);
done:
    return status;
}

/* Away with what was given; more behind what was not. */
static gmix_status move_on(gmix_ctx *ctx, gmix_pieces *p) {
    gmix_status status = GMIX_OK;
    size_t room = p->head + p->piece_bytes;
    for (size_t i = p->head; i < p->given; i++) {
        p->reading.csv.lines_before += p->window[i] == p->reading.csv.eol;
    }
    memmove(p->window + p->head, p->window + p->given, p->n - p->given);
    p->n -= p->given - p->head;
    p->given = p->head;
    GMIX_TRY(fill(ctx, p, room));
    aim(p);
    while (!p->ended && whole_records(p, p->reading.csv) == p->head) {
        room *= 2;
        GMIX_TRY(gmix_i_check_input(ctx, p->stream.name, room));
        GMIX_TRY(fill(ctx, p, room));
        aim(p);
    }
done:
    return status;
}

/* The whole records of the window. */
static gmix_status read_window(gmix_ctx *ctx, gmix_pieces *p, bool is_first,
                               struct gmix_data **out) {
    gmix_status status = GMIX_OK;
    struct gmix_data *data = NULL;
    struct gmix_i_csv_reading *const r = &p->reading;
    p->given = whole_records(p, r->csv);
    const char behind = p->window[p->given];
    r->csv.end = p->window + p->given;
    p->window[p->given] = '\0';
    r->ctx = ctx;
    GMIX_TRY(gmix_i_data_new(ctx, &data));
    GMIX_TRY(is_first ? gmix_i_csv_first(r, data) : gmix_i_csv_next(r, data));
    if (r->n_rows > 0) {
        GMIX_TRY(gmix_i_data_finish(ctx, p->stream.name, gmix_i_reader_csv.name,
                                    p->stream.decoder.kind, &p->kept.opts, data));
        *out = data;
        data = NULL;
    }
done:
    p->window[p->given] = behind;
    gmix_data_free(&data);
    return status;
}

static gmix_status next_text(gmix_ctx *ctx, gmix_pieces *p, struct gmix_data **data) {
    gmix_status status = GMIX_OK;
    while (!*data && !p->over) {
        const bool is_first = !p->reading.ctx;
        if (is_first) {
            GMIX_TRY(begin_text(ctx, p));
        }
        GMIX_TRY(move_on(ctx, p));
        if (p->n > p->head || is_first) {
            GMIX_TRY(read_window(ctx, p, is_first, data));
        }
        p->over = p->ended && p->given == p->n;
    }
done:
    return status;
}

/* Standard input that is no text is taken whole. */
static gmix_status load_rest(gmix_ctx *ctx, gmix_pieces *p, struct gmix_data **data) {
    gmix_status status = GMIX_OK;
    size_t room = PIECE;
    while (!p->ended) {
        GMIX_TRY(gmix_i_check_input(ctx, p->stream.name, p->n));
        GMIX_TRY(fill(ctx, p, room));
        room *= 2;
    }
    GMIX_TRY(
        gmix_data_from_memory(ctx, p->stream.name, p->window, p->n, &p->kept.opts, data));
    p->n_pieces = 1;
done:
    return status;
}

static gmix_status next_number(gmix_ctx *ctx, gmix_pieces *p, struct gmix_data **data) {
    gmix_status status = GMIX_OK;
    p->number++;
    if (p->stream.block) {
        GMIX_TRY(load_rest(ctx, p, data));
    } else {
        p->kept.opts.piece = p->number;
        GMIX_TRY(gmix_data_read(ctx, p->kept.path, &p->kept.opts, data));
        p->n_pieces = gmix_data_n_pieces(*data);
    }
    p->over = p->number >= p->n_pieces;
done:
    return status;
}

gmix_status gmix_pieces_next(gmix_ctx *ctx, gmix_pieces *pieces, gmix_data **data) {
    GMIX_I_CTX(ctx);
    gmix_data *next = NULL;
    if (!pieces || !data) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "pieces and data must not be NULL");
    }
    if (pieces->over) {
        *data = NULL;
        return GMIX_OK;
    }
    const gmix_status status =
        pieces->is_text ? next_text(ctx, pieces, &next) : next_number(ctx, pieces, &next);
    if (status == GMIX_OK) {
        *data = next;
    } else {
        gmix_data_free(&next);
    }
    return status;
}

static gmix_status check(gmix_ctx *ctx, const gmix_read_options *opts) {
    if (opts->n_bins > 0) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "bins of a histogram begin where the one before them ends, so "
                           "it is not read in "
                           "pieces: leave bins out or use gmix_data_read()");
    }
    return opts->labels_only || opts->keep_text || opts->piece
               ? gmix_i_fail(
                     ctx, GMIX_ERR_OPTION,
                     "of a file that is read in pieces, labels are not all there "
                     "is, text is not kept, and no piece is chosen: leave "
                     "labels_only, keep_text and piece out or use gmix_data_read()")
               : GMIX_OK;
}

gmix_status gmix_pieces_open(gmix_ctx *ctx, const char *path,
                             const gmix_read_options *opts, size_t piece_bytes,
                             gmix_pieces **pieces) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    gmix_pieces *p = NULL;
    gmix_read_options taken;
    if (!path || !pieces) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "path and pieces must not be NULL");
    }
    GMIX_TRY(gmix_i_read_options_take(ctx, opts, &taken));
    GMIX_TRY(check(ctx, &taken));
    GMIX_TRY(gmix_i_calloc(ctx, "pieces", 1, sizeof *p, &p));
    p->from = ctx->opts.allocator;
    p->stream.fd = -1;
    p->piece_bytes = piece_bytes == 0 ? PIECE : piece_bytes > LEAST ? piece_bytes : LEAST;
    GMIX_TRY(gmix_i_options_keep(ctx, path, &taken, &p->kept));
    if (!gmix_i_hdf5_dataset(path)) {
        GMIX_TRY(gmix_i_text_open(ctx, p->kept.path, &p->stream));
        GMIX_TRY(fill(ctx, p, PROBE));
        p->is_text = gmix_i_reader_of(p->window, p->n) == &gmix_i_reader_csv;
    }
    if (!p->is_text && strcmp(path, "-") != 0) {
        gmix_i_text_close(ctx, &p->stream);
    }
    *pieces = p;
    p = NULL;
done:
    gmix_pieces_free(&p);
    return status;
}

/* Over a window with rows, as next_text() ends it. */
static gmix_status skip_text(gmix_ctx *ctx, gmix_pieces *p) {
    gmix_status status = GMIX_OK;
    bool any = false;
    while (!any && !p->over) {
        GMIX_TRY(move_on(ctx, p));
        struct gmix_i_csv csv = p->reading.csv;
        p->given = whole_records(p, csv);
        csv.end = p->window + p->given;
        const char behind = p->window[p->given];
        p->window[p->given] = '\0';
        any = gmix_i_csv_record(&csv, csv.body, csv.end) < csv.end;
        p->window[p->given] = behind;
        p->over = p->ended && p->given == p->n;
    }
done:
    return status;
}

gmix_status gmix_pieces_skip(gmix_ctx *ctx, gmix_pieces *pieces) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    if (!pieces ||
        !(pieces->is_text ? pieces->reading.ctx != NULL : pieces->number > 0)) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "the first piece says what the columns are: it is read");
    }
    if (pieces->over) {
        return GMIX_OK;
    }
    if (pieces->is_text) {
        GMIX_TRY(skip_text(ctx, pieces));
    } else {
        pieces->number++;
        pieces->over = pieces->number >= pieces->n_pieces;
    }
done:
    return status;
}

double gmix_pieces_share(const gmix_pieces *p) {
    if (!p || p->over) {
        return 1.0;
    }
    if (!p->is_text) {
        return p->n_pieces ? (double)p->number / (double)p->n_pieces : 0.0;
    }
    const double most = 1.0 - 0x1p-20;
    const double share = p->stream.size > 0.0 ? p->stream.at / p->stream.size : 0.0;
    return share < most ? share : most;
}

void gmix_pieces_free(gmix_pieces **pieces) {
    gmix_pieces *const p = pieces ? *pieces : NULL;
    if (!p) {
        return;
    }
    const gmix_allocator from = p->from;
    gmix_ctx ctx = {.opts = {.allocator = from}};
    p->reading.ctx = &ctx;
    gmix_i_csv_end(&p->reading);
    gmix_i_text_close(&ctx, &p->stream);
    gmix_i_options_forget(&ctx, &p->kept);
    gmix_i_release(&from, p->window);
    gmix_i_release(&from, p);
    *pieces = NULL;
}
