/* Standard errors in reports: as JSON, and back. docs/cli-json.md says what each member means. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "files/record_json.h"
#include "files/report_read.h"
#include "record/record.h"

enum { N_PARTS = 9 };

/* An array of the member: what it is called, its place, its dimensions. */
typedef struct part {
    const char *name;
    double *values;
    size_t dims[3], n_dims;
} part;

static void list_parts(const gmix_standard_errors *e, const char *covariance,
                       part parts[N_PARTS]) {
    const size_t k = e->n_components, d = e->n_features;
    const part all[N_PARTS] = {{"weights", e->weights, {k}, 1},
                               {"weights_lower", e->weights_lower, {k}, 1},
                               {"weights_upper", e->weights_upper, {k}, 1},
                               {"means", e->means, {k, d}, 2},
                               {"means_lower", e->means_lower, {k, d}, 2},
                               {"means_upper", e->means_upper, {k, d}, 2},
                               {"covariances", e->covariances, {0}, 0},
                               {"covariances_lower", e->covariances_lower, {0}, 0},
                               {"covariances_upper", e->covariances_upper, {0}, 0}};
    memcpy(parts, all, sizeof all);
    for (size_t i = 6; i < N_PARTS; i++) {
        parts[i].n_dims = gmix_family_dims(covariance, k, d, parts[i].dims);
    }
}

void gmix_i_json_errors(struct gmix_i_json *json, const gmix_report *report) {
    const gmix_standard_errors *const e = &report->errors;
    if (!e->method) {
        return;
    }
    part parts[N_PARTS];
    list_parts(e, report->covariance, parts);
    gmix_i_json_open(json, "standard_errors", '{');
    gmix_i_json_record(json, gmix_i_errors_fields, gmix_i_n_errors_fields, e, report,
                       NULL, 0);
    for (size_t i = 0; i < N_PARTS; i++) {
        gmix_i_json_reals(json, parts[i].name, parts[i].values, parts[i].dims,
                          parts[i].n_dims);
    }
    gmix_i_json_close(json, '}');
}

gmix_status gmix_i_errors_from_json(gmix_ctx *ctx, const char *file, const json_t *fit,
                                    gmix_report *report) {
    gmix_status status = GMIX_OK;
    gmix_standard_errors made = {0};
    const size_t k = report->n_components, d = report->n_features;
    const json_t *const of = gmix_i_json_member(fit, "standard_errors");
    if (!of) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_json_check_type(ctx, file, "fit.standard_errors", of, JSON_OBJECT));
    const size_t n_cov =
        report->covariance ? gmix_family_layout(report->covariance, k, d) : 0;
    /* sizes that a file claims: no more than it has numbers for */
    const json_t *const weights = json_object_get(of, "weights");
    const json_t *const means = json_object_get(of, "means");
    if (n_cov == 0 || json_array_size(weights) != k || json_array_size(means) != k ||
        json_array_size(json_array_get(means, 0)) != d) {
        GMIX_FAIL(ctx, GMIX_ERR_MODEL,
                  "%s: fit.standard_errors is not of the covariance, n_components and "
                  "n_features of fit",
                  file);
    }
    part parts[N_PARTS];
    list_parts(&(gmix_standard_errors){.n_components = k, .n_features = d},
               report->covariance, parts);
    for (size_t i = 0; i < N_PARTS; i++) { /* all are there before memory is asked for */
        char name[64];
        snprintf(name, sizeof name, "fit.standard_errors.%s", parts[i].name);
        GMIX_TRY(gmix_i_json_get_reals(ctx, file, name,
                                       json_object_get(of, parts[i].name), parts[i].dims,
                                       parts[i].n_dims, NULL));
    }
    GMIX_TRY(gmix_i_errors_new(ctx, k, d, n_cov, &made));
    list_parts(&made, report->covariance, parts);
    for (size_t i = 0; i < N_PARTS; i++) {
        GMIX_TRY(gmix_i_json_get_reals(ctx, file, parts[i].name,
                                       json_object_get(of, parts[i].name), parts[i].dims,
                                       parts[i].n_dims, parts[i].values));
    }
    GMIX_TRY(gmix_i_read_record(&(gmix_i_reading){.ctx = ctx,
                                                  .file = file,
                                                  .from = of,
                                                  .label = "fit.standard_errors",
                                                  .strict = true},
                                gmix_i_errors_fields, gmix_i_n_errors_fields, &made));
    if (!made.method) {
        GMIX_FAIL(ctx, GMIX_ERR_MODEL,
                  "%s: fit.standard_errors.method '%.40s' is none that is known", file,
                  json_string_value(json_object_get(of, "method")));
    }
    report->errors = made;
    made = (gmix_standard_errors){0};
done:
    gmix_standard_errors_free(&made);
    return status;
}
