/* One fit in three processes joined by pipes, which goes on where it was killed:
 *     ./three_processes rows.csv 2 state model.json [die after so many answers] */
#include <gmix/gmix.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#define TRY(call) ((call) == GMIX_OK ? (void)0 : (puts(gmix_ctx_message(ctx)), exit(1)))

static gmix_ctx *ctx;
static gmix_table x;
static const void *m; /* the message at hand, */
static size_t size;   /* and its size, which goes first */
static void *heard;   /* the last that came from elsewhere */

static int get(FILE *from) {
    int whole = from && fread(&size, sizeof size, 1, from) == 1;
    m = heard = whole ? realloc(heard, size) : heard;
    whole = whole && heard && fread(heard, 1, size, from) == size;
    return from && fclose(from) == 0 && whole;
}
static int put(FILE *to) {
    fwrite(&size, sizeof size, 1, to);
    fwrite(m, 1, size, to);
    return fclose(to);
}
/* A part's process: it has the job from its parent, and answers through a pipe. */
static FILE *ask(size_t first, size_t end) {
    gmix_partial *part = NULL;
    int ends[2];
    if (pipe(ends) == 0 && fork() == 0) {
        x.data =
            (const double *)x.data + first * x.n_cols; /* as read from CSV: by rows */
        x.n_rows = end - first;
        TRY(gmix_partial_begin(ctx, m, size, first, &part));
        TRY(gmix_partial_add(ctx, part, &x));
        TRY(gmix_partial_bytes(ctx, part, &m, &size));
        _exit(put(fdopen(ends[1], "wb"))); /* what it holds is the parent's to free */
    }
    close(ends[1]);
    return fdopen(ends[0], "rb");
}
int main(int argc, char **argv) {
    gmix_data *data = NULL;
    gmix_engine *e = NULL;
    gmix_fit_options opts;
    gmix_model *model = NULL;
    gmix_ctx_options one;
    gmix_ctx_options_init(&one);
    one.n_threads = 1; /* processes that are forked had better have no more */
    TRY(gmix_ctx_new(&one, &ctx));
    gmix_fit_options_init(&opts);
    opts.n_components = (size_t)atoi(argv[2]);
    TRY(gmix_data_read(ctx, argv[1], NULL, &data));
    x = *gmix_data_table(data);
    TRY(get(fopen(argv[3], "rb")) ? gmix_engine_load(ctx, m, size, &e)
                                  : gmix_engine_begin(ctx, x.n_cols, &opts, NULL, &e));
    const size_t rows = gmix_engine_block_rows(e), n = (x.n_rows - 1) / rows + 1;
    for (int left = argc > 5 ? atoi(argv[5]) : -1;
         gmix_engine_next(e) != GMIX_JOB_DONE;) {
        FILE *from[3];
        TRY(gmix_engine_job(ctx, e, &m, &size));
        for (size_t p = 0; p < 3; p++) { /* parts begin where blocks do */
            from[p] = ask(n * p / 3 * rows, p < 2 ? n * (p + 1) / 3 * rows : x.n_rows);
        }
        for (size_t p = 3; p-- > 0;) { /* in any order; what is known is refused */
            left -= get(from[p]) && gmix_engine_take(ctx, e, m, size, p) == GMIX_OK;
            TRY(gmix_engine_save(ctx, e, &m, &size));
            put(fopen(argv[3], "wb"));
            TRY(left == 0 ? (_exit(9), GMIX_OK) : GMIX_OK);
        }
        TRY(gmix_engine_step(ctx, e));
    }
    TRY(gmix_engine_finish(ctx, e, &model, NULL));
    TRY(gmix_model_write(ctx, model, NULL, argv[4]));
    gmix_model_free(&model);
    gmix_engine_free(&e);
    gmix_data_free(&data);
    gmix_ctx_free(&ctx);
    free(heard);
}
