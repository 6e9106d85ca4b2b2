/* Any bytes as a model file. What is accepted must survive writing and reading, and every use. */
#include <stdio.h>
#include <string.h>

#include "drive.h"

/* Reads text, writes what was read, and uses it if asked to; NULL if it was refused. */
static char *round_trip(gmix_ctx *ctx, const char *text, size_t n, int use) {
    gmix_model *model = NULL;
    gmix_report report = {0};
    char *again = NULL;
    if (gmix_model_from_json(ctx, text, n, "fuzz.json", &model, &report) != GMIX_OK) {
        target_require(model == NULL, "a model set by a call that failed");
        target_require(gmix_ctx_message(ctx)[0] != '\0', "a failure without a message");
        return NULL;
    }
    target_require(gmix_model_to_json(ctx, model, &report, &again) == GMIX_OK,
                   "a model that was read cannot be written");
    if (use) {
        drive d = {.ctx = ctx, .state = n, .odds = 1};
        drive_model(&d, model, &report);
    }
    gmix_model_free(&model);
    gmix_report_free(&report);
    return again;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    gmix_ctx *ctx = target_ctx();
    char *once = round_trip(ctx, (const char *)bytes, n, 1);
    if (once) {
        char *twice = round_trip(ctx, once, strlen(once), 0);
        if (!twice) {
            (void)fprintf(stderr, "%s\n%s\n", gmix_ctx_message(ctx), once);
        }
        target_require(twice != NULL, "a model that was written cannot be read");
        if (strcmp(once, twice) != 0) {
            (void)fprintf(stderr, "%s\n%s\n", once, twice);
        }
        target_require(strcmp(once, twice) == 0, "reading changed a number");
        gmix_text_free(&twice);
    }
    gmix_text_free(&once);
    gmix_ctx_free(&ctx);
    return 0;
}
