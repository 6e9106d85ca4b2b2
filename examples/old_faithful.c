/*
 * Old Faithful, in C: read a file, fit two Gaussians, see what was found, use it.
 *
 *     cc old_faithful.c $(pkg-config --cflags --libs gmix-files gmix-show) -o old_faithful
 *     ./old_faithful data/faithful.csv
 */
#include <stdio.h>

#include <gmix/gmix.h>

/* Which kind of eruption is one of 2 minutes, with an hour's wait before the next? */
static gmix_status ask(gmix_ctx *ctx, const gmix_model *model) {
    const double eruption[1][2] = {{2.0, 60.0}};
    const gmix_table row = gmix_table_f64(eruption[0], 1, 2);
    double log_density, share[2];
    gmix_status status = gmix_log_density(ctx, model, &row, &log_density);
    if (status == GMIX_OK) {
        status = gmix_responsibilities(ctx, model, &row, share);
    }
    if (status == GMIX_OK) {
        printf(
            "2 minutes, then 60: log-density %.3f, component 0 with %.4f, 1 with %.4f\n",
            log_density, share[0], share[1]);
    }
    return status;
}

/* Five eruptions that never were. */
static gmix_status imagine(gmix_ctx *ctx, const gmix_model *model) {
    double rows[5][2];
    int32_t from[5];
    const gmix_status status = gmix_sample(ctx, model, 5, 1, rows[0], from);
    for (int i = 0; status == GMIX_OK && i < 5; i++) {
        printf("component %d: %.2f minutes, then %.0f\n", from[i], rows[i][0],
               rows[i][1]);
    }
    return status;
}

int main(int argc, char **argv) {
    const char *const path = argc > 1 ? argv[1] : "data/faithful.csv";
    gmix_ctx *ctx = NULL;
    gmix_data *data = NULL;
    gmix_model *model = NULL;
    gmix_report report = {0};
    char *summary = NULL;

    gmix_status status = gmix_ctx_new(NULL, &ctx);
    if (status == GMIX_OK) {
        status = gmix_data_read(ctx, path, NULL, &data);
    }
    if (status == GMIX_OK) {
        gmix_fit_options options;
        gmix_fit_options_init(&options);
        options.n_components = 2;
        status = gmix_fit(ctx, gmix_data_table(data), &options, &model, &report);
    }
    if (status == GMIX_OK) {
        status = gmix_model_to_text(ctx, model, &report, &summary);
    }
    if (status == GMIX_OK) {
        fputs(summary, stdout);
        status = ask(ctx, model);
    }
    if (status == GMIX_OK) {
        status = imagine(ctx, model);
    }
    if (status != GMIX_OK) {
        fprintf(stderr, "%s\n", ctx ? gmix_ctx_message(ctx) : gmix_status_text(status));
    }
    gmix_text_free(&summary);
    gmix_report_free(&report);
    gmix_model_free(&model);
    gmix_data_free(&data);
    gmix_ctx_free(&ctx);
    return status == GMIX_OK ? 0 : 1;
}
