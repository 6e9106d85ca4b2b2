/* Options in place of fields. See wording.h. */
#include "wording.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *field, *option;
} terms[] = {
    {"header = 1 or 0", "--header or --no-header"},
    {"header = 0", "--no-header"},
    {"decimal = . or decimal = ,", "--decimal . or --decimal ,"},
    {"decimal = .", "--decimal ."},
    {"decimal = ,", "--decimal ,"},
    {"thousands = none", "--thousands none"},
    {"row_names = none", "--row-names none"},
    {"dates = 1", "--dates"},
    {"covariance = diag", "-c diag"},
    {"covariance = tied", "-c tied"},
    {"init_model", "--init-model"},
    {"if its value is missing",
     "if its value is missing, or say with --na what means that"},
    {"max_iter", "--max-iter"},
    {"eigen_ratio", "--eigen-ratio"},
    {"init = model and init_model", "--init-model"},
    {"noise_region", "--noise-volume"},
    {"noise_volume says the volume", "it also says a volume"},
    {"or say the noise_volume", "or say a volume"},
    {"noise_volume", "--noise-volume"},
    {"per_class", "--per-class"},
    {"missing em", "--missing em"},
    {"prior = mclust", "--prior mclust"},
    {"prior_dof", "--prior-dof"},
    {"prior_scale", "--prior-scale"},
    {"prior_shrinkage", "--prior-shrinkage"},
    {"reg_relative", "--reg-relative"},
    {"singular is", "--singular is"},
    {"singular = drop", "--singular drop"},
    {"singular = repair", "--singular repair"},
    {"search = thorough", "--search thorough"},
    {"noise = 0.05", "--noise 0.05"},
    {"trim =", "--trim"},
    {"time_limit", "--time-limit"},
};

/* May c stand beside a word of a sentence? Not if it makes it part of a name. */
static bool part_of_name(char c) {
    return isalnum((unsigned char)c) || (c && strchr("_-/'\"", c));
}

/* The term that begins at `at` and ends there as a word, or -1. */
static int find_term(const char *start, const char *at) {
    if (at > start && (part_of_name(at[-1]) || at[-1] == '.')) {
        return -1;
    }
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        const size_t length = strlen(terms[i].field);
        if (strncmp(at, terms[i].field, length) == 0 && !part_of_name(at[length]) &&
            !(at[length] == '.' && part_of_name(at[length + 1]))) {
            return (int)i;
        }
    }
    return -1;
}

void cli_wording(const char *text, char *out, size_t size) {
    size_t used = 0;
    for (const char *c = text; *c && used + 1 < size;) {
        const int term = find_term(text, c);
        if (term < 0) {
            out[used++] = *c++;
            continue;
        }
        used += (size_t)snprintf(out + used, size - used, "%s", terms[term].option);
        c += strlen(terms[term].field);
    }
    out[used < size ? used : size - 1] = '\0';
}

bool cli_worded_open(struct cli_worded *worded, const gmix_report *report) {
    enum { SIZE = 2048 };
    const size_t n = report->n_warnings;
    *worded = (struct cli_worded){.report = *report};
    worded->report.warnings = calloc(n + 1, sizeof *worded->report.warnings);
    worded->lines = calloc(n + 1, SIZE);
    if (!worded->report.warnings || !worded->lines) {
        cli_worded_close(worded);
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        worded->report.warnings[i] = worded->lines + i * SIZE;
        cli_wording(report->warnings[i], worded->report.warnings[i], SIZE);
    }
    return true;
}

void cli_worded_close(struct cli_worded *worded) {
    free(worded->report.warnings);
    free(worded->lines);
}

gmix_status cli_wording_summary(gmix_ctx *ctx, const gmix_model *model,
                                const gmix_report *report, char **text) {
    struct cli_worded worded;
    if (!report) {
        return gmix_model_to_text(ctx, model, report, text);
    }
    if (!cli_worded_open(&worded, report)) {
        return GMIX_ERR_NOMEM;
    }
    const gmix_status status = gmix_model_to_text(ctx, model, &worded.report, text);
    cli_worded_close(&worded);
    return status;
}
