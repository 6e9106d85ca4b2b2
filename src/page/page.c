/* The page: what is known is found out first, then written from top to bottom. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/option_sets.h"
#include "base/sha256.h"
#include "base/structs.h"
#include "page/assets.h"
#include "page/sheet.h"
#include "plot/cairo_canvas.h"
#include "plot/ink.h"
#include <gmix/bayes.h>

static const gmix_i_option_set set = GMIX_I_OPTION_SET(gmix_page_options, command, NULL);

void gmix_page_options_init_sized(gmix_page_options *opts, size_t struct_size) {
    gmix_i_options_init(&set, opts, struct_size);
}

static gmix_status hash_stream(gmix_ctx *ctx, FILE *file, gmix_i_sha256 *hash) {
    char bytes[4096];
    size_t n;
    while ((n = fread(bytes, 1, sizeof bytes, file)) > 0) {
        gmix_i_sha256_add(hash, bytes, n);
    }
    return ferror(file) ? gmix_i_fail(ctx, GMIX_ERR_IO, "the data cannot be read again")
                        : GMIX_OK;
}

static gmix_status hash_file(gmix_ctx *ctx, const char *path, char out[65]) {
    FILE *const file = fopen(path, "rb");
    if (!file) {
        return gmix_i_fail(ctx, GMIX_ERR_IO, "%s: cannot be opened to be hashed", path);
    }
    gmix_i_sha256 hash;
    gmix_i_sha256_begin(&hash);
    const gmix_status status = hash_stream(ctx, file, &hash);
    fclose(file);
    gmix_i_sha256_end(&hash, out);
    return status;
}

/* Little-endian on any machine; a NaN is a NaN whatever its bits. */
static void hash_values(const gmix_table *x, char out[65]) {
    gmix_i_sha256 hash;
    gmix_i_sha256_begin(&hash);
    for (size_t i = 0; i < x->n_rows; i++) {
        for (size_t j = 0; j < x->n_cols; j++) {
            const double value = gmix_i_table_cell(x, i, j);
            uint64_t bits = 0x7ff8000000000000u;
            unsigned char bytes[8];
            if (!isnan(value)) {
                memcpy(&bits, &value, sizeof bits);
            }
            for (size_t b = 0; b < 8; b++) {
                bytes[b] = (unsigned char)(bits >> 8 * b);
            }
            gmix_i_sha256_add(&hash, bytes, sizeof bytes);
        }
    }
    gmix_i_sha256_end(&hash, out);
}

/* A pipe cannot be read twice: there the values stand for the file. */
static gmix_status find_digest(gmix_i_sheet *sheet) {
    const char *const path = sheet->opts->data_file;
    struct stat what;
    sheet->of_values = !path || stat(path, &what) != 0 || !S_ISREG(what.st_mode);
    if (sheet->of_values) {
        hash_values(sheet->x, sheet->digest);
        return GMIX_OK;
    }
    return hash_file(sheet->ctx, path, sheet->digest);
}

/* Labels and rows left out change the likelihood that a fit reports, and posteriors of streams know none: then
 * N decides. */
static bool has_same_rows(const gmix_i_sheet *sheet) {
    const gmix_report *const r = sheet->report;
    if (!r || r->n_samples == 0) {
        return true; /* there is nothing to differ from */
    }
    const double off =
        fabs(r->log_likelihood - r->log_jacobian - sheet->facts.log_likelihood);
    const bool comparable = gmix_model_n_classes(sheet->model) == 0 &&
                            r->n_dropped_rows == 0 && !(r->trimmed_weight > 0) &&
                            isfinite(r->log_likelihood);
    return r->n_samples == sheet->facts.n &&
           (!comparable || off <= 1e-5 * (fabs(r->log_likelihood) + sheet->facts.total));
}

/* --k0, --k1, ... and --noise in one theme. */
static void put_palette(struct gmix_i_text *out, bool dark) {
    gmix_i_text_add(out, ":root { --noise: #%06x;",
                    (unsigned)gmix_i_ink_colour(GMIX_I_INK_NOISE, dark));
    for (int k = 0; k < GMIX_I_N_HUES; k++) {
        gmix_i_text_add(out, " --k%d: #%06x;", k,
                        (unsigned)gmix_i_ink_colour(gmix_i_component_ink(k), dark));
    }
    gmix_i_text_add(out, " }\n");
}

/* The style sheet, after the colours of the pictures. */
static void put_style(gmix_i_sheet *sheet) {
    struct gmix_i_text *const out = &sheet->out;
    gmix_i_text_add(out, "<style>\n");
    put_palette(out, false);
    gmix_i_text_add(out, "@media screen and (prefers-color-scheme: dark) {\n");
    put_palette(out, true);
    gmix_i_text_add(out, "}\n");
    for (int k = 0; k < GMIX_I_N_HUES; k++) {
        gmix_i_text_add(out, ".k%d { --c: var(--k%d); }\n", k, k);
    }
    gmix_i_text_add(out, "%s</style>\n", gmix_i_page_css);
}

static void put_head(gmix_i_sheet *sheet) {
    struct gmix_i_text *const out = &sheet->out;
    gmix_i_text_add(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta "
        "charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" "
        "content=\"default-src 'none'; style-src 'unsafe-inline'; script-src "
        "'sha256-%s'\">\n<meta name=\"viewport\" content=\"width=device-width, "
        "initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light "
        "dark\">\n<meta name=\"generator\" content=\"gmix %s\">\n<title>",
        gmix_i_page_js_sha256, GMIX_VERSION);
    gmix_i_text_add(out, "%zu component%s in ", sheet->facts.k, gmix_i_s(sheet->facts.k));
    gmix_i_sheet_data_name(sheet);
    gmix_i_text_add(out, "</title>\n");
    put_style(sheet);
    gmix_i_text_add(out, "</head>\n<body>\n<a class=\"skip\" href=\"#answer\">To the "
                         "answer</a>\n<header>\n<p class=\"brand\">gmix <span>report on "
                         "<b>");
    gmix_i_sheet_data_name(sheet);
    const bool chosen = sheet->report && sheet->report->n_candidates > 0;
    gmix_i_text_add(out,
                    "</b></span></p>\n<nav aria-label=\"Sections\">\n<a "
                    "href=\"#pictures\">Pictures</a>\n<a href=\"#components\">"
                    "Components</a>\n%s<a href=\"#features\">Features</a>\n<a "
                    "href=\"#rows\">Rows</a>\n%s<a href=\"#fit\">Fit</a>\n<a "
                    "href=\"#recipe\">To do it again</a>\n</nav>\n</header>\n<main>\n",
                    gmix_model_posterior(sheet->model)
                        ? "<a href=\"#posterior\">Posterior</a>\n"
                        : "",
                    chosen ? "<a href=\"#selection\">Models</a>\n" : "");
}

static void put_tail(gmix_i_sheet *sheet) {
    gmix_i_text_add(&sheet->out,
                    "</main>\n<footer>\n<p>Made by gmix %s. This file is "
                    "complete in itself.</p>\n</footer>\n<div id=\"tip\" "
                    "role=\"status\" aria-live=\"polite\" hidden></div>\n<script>"
                    "%s</script>\n</body>\n</html>\n",
                    GMIX_VERSION, gmix_i_page_js);
}

static gmix_status write_page(gmix_i_sheet *sheet) {
    gmix_status status = GMIX_OK;
    put_head(sheet);
    gmix_i_sheet_answer(sheet);
    GMIX_TRY(gmix_i_sheet_pictures(sheet));
    GMIX_TRY(gmix_i_sheet_cards(sheet));
    GMIX_TRY(gmix_i_sheet_posterior(sheet));
    gmix_i_sheet_features(sheet);
    gmix_i_sheet_rows(sheet);
    GMIX_TRY(gmix_i_sheet_labels(sheet));
    gmix_i_sheet_account(sheet);
    gmix_i_sheet_recipe(sheet);
    put_tail(sheet);
done:
    return status;
}

static gmix_status check(gmix_ctx *ctx, const gmix_model *model, const gmix_table *x,
                         const gmix_page_options *opts, gmix_page_options *whole,
                         const void *out) {
    if (!model || !x || !out) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "model, x and what is to be written must not be NULL");
    }
    return gmix_i_options_read(ctx, &set, opts, whole);
}

/* The page's text, in sheet->out; the facts stay for who sets it. opts: checked. */
static gmix_status make(gmix_i_sheet *sheet, const gmix_report *report) {
    gmix_status status = GMIX_OK;
    sheet->report = report && report->n_components > 0 ? report : NULL;
    GMIX_TRY(gmix_i_facts_find(sheet->ctx, sheet->model, sheet->x, &sheet->facts));
    GMIX_TRY(find_digest(sheet));
    sheet->same_rows = has_same_rows(sheet);
    GMIX_TRY(write_page(sheet));
done:
    return status;
}

gmix_status gmix_report_html(gmix_ctx *ctx, const gmix_model *model,
                             const gmix_report *report, const gmix_table *x,
                             const gmix_page_options *opts, char **html) {
    GMIX_I_CTX(ctx);
    GMIX_I_REPORT(ctx, report);
    GMIX_I_TABLE(ctx, x);
    gmix_status status = GMIX_OK;
    gmix_page_options whole;
    gmix_i_sheet sheet = {
        .ctx = ctx, .model = model, .x = x, .opts = &whole, .out = {.ctx = ctx}};
    GMIX_TRY(check(ctx, model, x, opts, &whole, html));
    GMIX_TRY(make(&sheet, report));
    GMIX_TRY(gmix_i_text_take(&sheet.out, html));
done:
    gmix_i_facts_free(ctx, &sheet.facts);
    gmix_i_text_drop(&sheet.out);
    return status;
}

gmix_status gmix_report_pdf(gmix_ctx *ctx, const gmix_model *model,
                            const gmix_report *report, const gmix_table *x,
                            const gmix_page_options *opts, char **bytes,
                            size_t *n_bytes) {
    GMIX_I_CTX(ctx);
    GMIX_I_REPORT(ctx, report);
    GMIX_I_TABLE(ctx, x);
    gmix_status status = GMIX_OK;
    char *html = NULL;
    gmix_page_options whole;
    gmix_i_sheet sheet = {.ctx = ctx,
                          .model = model,
                          .x = x,
                          .opts = &whole,
                          .out = {.ctx = ctx},
                          .on_paper = true};
    GMIX_TRY(check(ctx, model, x, opts, &whole, bytes && n_bytes ? bytes : NULL));
    GMIX_TRY(gmix_i_cairo_check(ctx));
    GMIX_TRY(make(&sheet, report));
    GMIX_TRY(gmix_i_text_take(&sheet.out, &html));
    GMIX_TRY(gmix_i_sheet_print(&sheet, html, bytes, n_bytes));
done:
    gmix_text_free(&html);
    gmix_i_facts_free(ctx, &sheet.facts);
    gmix_i_text_drop(&sheet.out);
    return status;
}
