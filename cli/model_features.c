/* Features of a model that options name. See model_features.h. */
#include "model_features.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "complain.h"
#include "data_args.h"

static int no_feature(const gmix_model *model, const char *text, enum cli_id option) {
    const size_t d = gmix_model_n_features(model);
    const char **const names = calloc(d, sizeof *names);
    size_t n = 0;
    for (size_t j = 0; names && j < d; j++) {
        if (gmix_model_feature_name(model, j)) {
            names[n++] = gmix_model_feature_name(model, j);
        }
    }
    char logarithm[100];
    snprintf(logarithm, sizeof logarithm, "log(%.80s)", text);
    size_t of_log = 0;
    while (of_log < n && strcmp(names[of_log], logarithm) != 0) {
        of_log++;
    }
    const int failed =
        of_log < n
            ? cli_complain("--%s: the model has no feature '%.80s' but its logarithm, "
                           "'%s'",
                           cli_option(option)->name, text, logarithm)
            : cli_complain("--%s: the model has no feature '%.80s'%s",
                           cli_option(option)->name, text,
                           cli_did_you_mean("", text, names, n));
    free(names);
    return failed;
}

/* A feature by its name, or by its number from 0. 0, or an exit status after saying what is
 * wrong and which name is near. */
static int feature_find(const gmix_model *model, const char *text, enum cli_id option,
                        size_t *feature) {
    const size_t d = gmix_model_n_features(model);
    for (size_t j = 0; j < d; j++) {
        const char *const name = gmix_model_feature_name(model, j);
        if (name && strcmp(name, text) == 0) {
            *feature = j;
            return CLI_OK;
        }
    }
    char *end;
    const unsigned long number = strtoul(text, &end, 10);
    if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && number < d) {
        *feature = number;
        return CLI_OK;
    }
    return no_feature(model, text, option);
}

/* A number, or NA for one that is not known. */
static int parse_value(enum cli_id option, const char *text, double *value) {
    char *end;
    *value = strtod(text, &end);
    if (end == text || *end != '\0') {
        *value = NAN;
        if (text[0] != '\0' && strcasecmp(text, "NA") != 0) {
            return cli_complain("--%s: '%.80s' is no number, nor NA",
                                cli_option(option)->name, text);
        }
    }
    return CLI_OK;
}

/* One of the list: "name" or "name=value". */
static int parse_item(const struct cli_args *args, enum cli_id option,
                      const gmix_model *model, const char *item, size_t *feature,
                      double *value) {
    char *const name = strdup(item);
    int failed = CLI_OK;
    if (!name) {
        return cli_complain("out of memory");
    }
    if (value) {
        char *const equals = strrchr(name, '=');
        if (!equals) {
            failed = cli_usage_error(args->command->name,
                                     "--%s: '%.80s' has no value: write it as NAME=VALUE",
                                     cli_option(option)->name, item);
        } else {
            *equals = '\0';
            failed = parse_value(option, equals + 1, value);
        }
    }
    failed = failed ? failed : feature_find(model, name, option, feature);
    free(name);
    return failed;
}

int cli_features_parse(const struct cli_args *args, enum cli_id option,
                       const gmix_model *model, size_t *n, size_t **features,
                       double **values) {
    struct cli_list list = {0};
    if (!args->values[option]) {
        return cli_usage_error(args->command->name, "say which with --%s",
                               cli_option(option)->name);
    }
    int failed = cli_list_parse(args, option, &list);
    *n = list.n;
    *features = failed ? NULL : calloc(list.n, sizeof **features);
    if (values) {
        *values = failed ? NULL : calloc(list.n, sizeof **values);
    }
    if (!failed && (!*features || (values && !*values))) {
        failed = cli_complain("out of memory");
    }
    for (size_t i = 0; *features && list.names && i < list.n && !failed; i++) {
        failed = parse_item(args, option, model, list.names[i], &(*features)[i],
                            values ? &(*values)[i] : NULL);
    }
    cli_list_free(&list);
    return failed;
}

int cli_numbers_parse(const struct cli_args *args, enum cli_id option, double low,
                      double high, size_t *n, double **numbers) {
    struct cli_list list = {0};
    *n = 0;
    *numbers = NULL;
    if (!args->values[option]) {
        return CLI_OK;
    }
    int failed = cli_list_parse(args, option, &list);
    *numbers = failed ? NULL : calloc(list.n, sizeof **numbers);
    for (size_t i = 0; *numbers && list.names && i < list.n && !failed; i++) {
        char *end;
        const double value = strtod(list.names[i], &end);
        if (end == list.names[i] || *end != '\0' || !(value > low && value < high)) {
            failed = cli_usage_error(args->command->name,
                                     "--%s: '%.80s' is not between %g and %g",
                                     cli_option(option)->name, list.names[i], low, high);
        }
        (*numbers)[i] = value;
    }
    *n = list.n;
    cli_list_free(&list);
    return failed || *numbers ? failed : cli_complain("out of memory");
}
