/* Samples from a posterior of partitions. See core.h. */
#include <stdlib.h>
#include <string.h>

#include "core.h"

/* Sets the field that the table says from its text, which lives as long as the dict. False with an
 * exception set. */
static int set_field(gmix_posterior_options *opts, const char *name, const char *text) {
    const gmix_option_info *info = gmix_posterior_option_table();
    while (info->name && strcmp(info->name, name) != 0) {
        info++;
    }
    if (!info->name) {
        PyErr_Format(PyExc_TypeError, "there is no option %s", name);
        return 0;
    }
    char *const field = (char *)opts + info->offset;
    const double value = atof(text);
    if (strcmp(info->type, "real") == 0) {
        memcpy(field, &value, sizeof value);
    } else if (strcmp(info->type, "size") == 0) {
        const size_t n = value >= 0.0 && value < 1e18 ? (size_t)value : SIZE_MAX;
        memcpy(field, &n, sizeof n);
    } else if (strcmp(info->type, "seed") == 0) {
        const uint64_t seed = strtoull(text, NULL, 10);
        memcpy(field, &seed, sizeof seed);
    } else if (strcmp(info->type, "flag") == 0) {
        const int on = value != 0.0;
        memcpy(field, &on, sizeof on);
    } else {
        memcpy(field, &text, sizeof text);
    }
    return 1;
}

static int take_options(gmix_posterior_options *opts, PyObject *dict) {
    PyObject *key, *value;
    Py_ssize_t at = 0;
    while (PyDict_Next(dict, &at, &key, &value)) {
        const char *const name = PyUnicode_AsUTF8AndSize(key, NULL);
        const char *const text = name ? PyUnicode_AsUTF8AndSize(value, NULL) : NULL;
        if (!text || !set_field(opts, name, text)) {
            return 0;
        }
    }
    return 1;
}

/* Chains that Ctrl-C has ended are kept: the draws say so, and no exception does. */
static void forgive(core_call *call, gmix_status status, const gmix_posterior_draws *o) {
    if (status == GMIX_OK && call->failed && o->end == GMIX_POSTERIOR_CANCELLED &&
        PyErr_ExceptionMatches(PyExc_KeyboardInterrupt)) {
        PyErr_Clear();
        call->failed = 0;
    }
}

/* (x, names, options, prior mean or None, prior matrix or None, n_threads, progress) to (JSON, text, model) */
static PyObject *core_posterior(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *x, *names, *options, *mean, *matrix, *progress, *result = NULL;
    int n_threads;
    core_table table = {0};
    Py_buffer given[2] = {{0}, {0}};
    gmix_posterior_options opts;
    core_call call;
    gmix_posterior_options_init(&opts);
    if (!PyArg_ParseTuple(args, "OOO!OOiO", &x, &names, &PyDict_Type, &options, &mean,
                          &matrix, &n_threads, &progress) ||
        !take_options(&opts, options)) {
        return NULL;
    }
    if (core_table_take(&table, x, Py_None, names)) {
        const Py_ssize_t d = (Py_ssize_t)table.table.n_cols;
        const int taken =
            (mean == Py_None ||
             core_buffer_take(&given[0], mean, "d", d, 0, "prior_mean")) &&
            (matrix == Py_None ||
             core_buffer_take(&given[1], matrix, "d", d * d, 0, "prior_matrix"));
        opts.prior_mean = given[0].buf;
        opts.prior_matrix = given[1].buf;
        if (taken && core_call_begin(&call, n_threads, progress)) {
            gmix_posterior_draws o = {0};
            char *json = NULL, *text = NULL;
            gmix_status status;
            CORE_RELEASED(
                &call, status = gmix_posterior_sample(call.ctx, &table.table, &opts, &o));
            gmix_model *model = NULL;
            forgive(&call, status, &o);
            if (status == GMIX_OK) {
                status = gmix_posterior_draws_to_json(call.ctx, &o, &json);
            }
            if (status == GMIX_OK) {
                status = gmix_posterior_draws_to_text(call.ctx, &o, &text);
            }
            if (status == GMIX_OK) {
                model = o.model; /* from here on the capsule's */
                o.model = NULL;
            }
            gmix_posterior_draws_free(&o);
            if (core_call_end(&call, status)) {
                result = Py_BuildValue("(NNN)", core_text_take(json),
                                       core_text_take(text), core_model_wrap(model));
            } else {
                gmix_model_free(&model);
                gmix_text_free(&json);
                gmix_text_free(&text);
            }
        }
    }
    for (int i = 0; i < 2; i++) {
        if (given[i].obj) {
            PyBuffer_Release(&given[i]);
        }
    }
    core_table_release(&table);
    return result;
}

PyMethodDef core_posterior_methods[] = {{"posterior", core_posterior, METH_VARARGS, NULL},
                                        {NULL, NULL, 0, NULL}};
