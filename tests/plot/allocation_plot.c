/* Pictures under a budget of allocations: out of memory and nothing else, no leak, outputs
 * untouched. */
#include "allocation.h"

static gmix_status draw(gmix_ctx *ctx, subject *s, const char *kind, bool dense) {
    char before, *svg = &before;
    gmix_plot_options opts;
    gmix_plot_options_init(&opts);
    opts.kind = kind;
    opts.contours = dense;
    return settle_text(gmix_plot_svg(ctx, s->model, &s->report, &s->x, &opts, &svg), &svg,
                       &before);
}

static gmix_status try_density(gmix_ctx *ctx, subject *s) {
    return draw(ctx, s, "density", false);
}

static gmix_status try_scatter(gmix_ctx *ctx, subject *s) {
    return draw(ctx, s, "scatter", true);
}

static gmix_status try_matrix(gmix_ctx *ctx, subject *s) {
    return draw(ctx, s, "matrix", false);
}

static gmix_status try_projection(gmix_ctx *ctx, subject *s) {
    return draw(ctx, s, "projection", false);
}

static gmix_status try_trace(gmix_ctx *ctx, subject *s) {
    return draw(ctx, s, "trace", false);
}

static gmix_status try_clusters(gmix_ctx *ctx, subject *s) {
    return draw(ctx, s, "clusters", false);
}

static gmix_status try_uncertainty(gmix_ctx *ctx, subject *s) {
    return draw(ctx, s, "uncertainty", false);
}

static gmix_status try_confusion(gmix_ctx *ctx, subject *s) {
    return draw(ctx, s, "confusion", false);
}

static gmix_status try_terminal(gmix_ctx *ctx, subject *s) {
    char before, *text = &before;
    return settle_text(gmix_plot_terminal(ctx, s->model, &s->x, NULL, &text), &text,
                       &before);
}

static gmix_status try_write(gmix_ctx *ctx, subject *s) {
    const gmix_status status =
        gmix_plot_write(ctx, s->model, &s->report, &s->x, NULL, s->path);
    CHECK((access(s->path, F_OK) == 0) == (status == GMIX_OK));
    unlink(s->path);
    return status;
}

/* Cairo has an allocator of its own: what is ours is tried. */
static gmix_status try_png(gmix_ctx *ctx, subject *s) {
    char before, *bytes = &before;
    size_t n = 7;
    const gmix_status status =
        gmix_plot_png(ctx, s->model, &s->report, &s->x, NULL, &bytes, &n);
    if (status == GMIX_OK) {
        CHECK(n > 1000 && memcmp(bytes, "\x89PNG", 4) == 0);
        gmix_text_free(&bytes);
    } else {
        CHECK(bytes == &before && n == 7);
    }
    return status;
}

int main(void) {
    subject s = {.data = fixture_clusters(N, D, K, 6.0, 1)};
    s.x = gmix_table_f64(s.data.x, N, D);
    for (size_t i = 0; i < N; i++) {
        s.labels[i] = (int32_t)(i % 3);
    }
    s.x.labels = s.labels;
    s.x.n_classes = 3;
    snprintf(s.path, sizeof s.path, "allocation_plot-%ld.svg", (long)getpid());
    const gmix_table plain = gmix_table_f64(s.data.x, N, D);
    gmix_fit_options_init(&s.opts);
    s.opts.n_components = K;
    CHECK_STATUS(NULL, gmix_fit(NULL, &plain, &s.opts, &s.model, &s.report), GMIX_OK);
    run("density", try_density, &s);
    run("scatter", try_scatter, &s);
    run("matrix", try_matrix, &s);
    run("projection", try_projection, &s);
    run("trace", try_trace, &s);
    run("clusters", try_clusters, &s);
    run("uncertainty", try_uncertainty, &s);
    run("confusion", try_confusion, &s);
    run("terminal", try_terminal, &s);
    run("write", try_write, &s);
    if (gmix_plot_check_path(NULL, "x.png") == GMIX_OK) {
        run("png", try_png, &s);
    }
    gmix_model_free(&s.model);
    gmix_report_free(&s.report);
    free(s.data.x);
    return CHECK_DONE();
}
