/* One fit in three processes joined by pipes, which goes on where it was killed:
 *     ./three_processes rows.csv 2 state model.json [die after so many answers] */
#include <gmix/gmix.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#define TRY(call) ((call) == GMIX_OK ? (void)0 : (puts(gmix_ctx_message(ctx)), exit(1)))
static gmix_ctx *ctx;
static const void *m;       /* the message at hand */
static size_t size;         /* of it */
static char heard[1 << 26]; /* one that came from elsewhere, with room for the largest */
static int get(FILE *from) {
    m = heard;
    size = from ? fread(heard, 1, sizeof heard, from) : 0;
    return from && fclose(from) == 0 && size > 0;
}
static int put(FILE *to) {
    return fwrite(m, 1, size, to) == size ? fclose(to) : EOF;
}
/* A part's process: it has the job from its parent, and answers through a pipe. */
static FILE *ask(const gmix_table *x, uint64_t first, uint64_t end) {
    gmix_partial *part = NULL;
    int ends[2];
    if (pipe(ends) == 0 && fork() == 0) {
        TRY(gmix_partial_of(ctx, m, size, x, first, end, &part));
        TRY(gmix_partial_bytes(ctx, part, &m, &size));
        _exit(put(fdopen(ends[1], "wb"))); /* what it holds is the parent's to free */
    }
    close(ends[1]);
    return fdopen(ends[0], "rb");
}
int main(int argc, char **argv) {
    gmix_data *d = NULL;
    gmix_engine *e = NULL;
    gmix_model *fit = NULL;
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = (size_t)atoi(argv[2]);
    TRY(gmix_ctx_new(NULL, &ctx));
    TRY(gmix_data_read(ctx, argv[1], NULL, &d));
    const gmix_table *const x = gmix_data_table(d);
    TRY(get(fopen(argv[3], "rb")) ? gmix_engine_load(ctx, m, size, &e)
                                  : gmix_engine_begin(ctx, x->n_cols, &opts, NULL, &e));
    for (int left = argc > 5 ? atoi(argv[5]) : -1; gmix_engine_next(e) < GMIX_JOB_DONE;) {
        FILE *from[3];
        TRY(gmix_engine_job(ctx, e, &m, &size));
        for (unsigned p = 0; p < 3; p++) /* parts begin where blocks do */
            from[p] = ask(x, gmix_engine_part_first(e, x->n_rows, p, 3),
                          gmix_engine_part_first(e, x->n_rows, p + 1, 3));
        for (unsigned p = 3; p-- > 0;) { /* in any order; what is known is refused */
            left -= get(from[p]) && gmix_engine_take(ctx, e, m, size, p) == GMIX_OK;
            TRY(gmix_engine_save(ctx, e, &m, &size));
            put(fopen(argv[3], "wb")) || left == 0 ? _exit(9) : (void)0;
        }
        TRY(gmix_engine_step(ctx, e));
    }
    TRY(gmix_engine_finish(ctx, e, &fit, NULL));
    TRY(gmix_model_write(ctx, fit, NULL, argv[4]));
    gmix_model_free(&fit), gmix_engine_free(&e), gmix_data_free(&d), gmix_ctx_free(&ctx);
}
