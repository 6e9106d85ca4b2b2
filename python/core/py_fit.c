/* Fits and k-means. See core.h. */
#include "core.h"

#include <string.h>

/* Options from a dict of str to str; their texts live as long as the dict. */
int core_options_take(gmix_fit_options *opts, PyObject *dict) {
    PyObject *key, *value;
    Py_ssize_t at = 0;
    core_call call;
    gmix_status status = GMIX_OK;
    gmix_fit_options_init(opts);
    if (!core_call_begin(&call, 1, NULL)) {
        return 0;
    }
    while (status == GMIX_OK && PyDict_Next(dict, &at, &key, &value)) {
        Py_ssize_t size;
        const char *const name = PyUnicode_AsUTF8AndSize(key, &size);
        const char *const text = name ? PyUnicode_AsUTF8AndSize(value, &size) : NULL;
        if (!text) {
            call.failed = 1;
            break;
        }
        status = gmix_fit_option_set(call.ctx, opts, name, text);
    }
    return core_call_end(&call, status);
}

/* What a fit may start from. */
typedef struct start_arrays {
    Py_buffer labels, memberships, prior_mean, prior_covariance;
} start_arrays;

/* The prior of a Bayesian fit, as arrays; None for the data's. */
static int take_prior(start_arrays *s, const core_table *x, gmix_fit_options *opts,
                      PyObject *mean, PyObject *covariance) {
    const Py_ssize_t d = (Py_ssize_t)x->table.n_cols;
    if (mean != Py_None) {
        if (!core_buffer_take(&s->prior_mean, mean, "d", d, 0, "prior_mean")) {
            return 0;
        }
        opts->prior_mean = s->prior_mean.buf;
    }
    if (covariance != Py_None) {
        const Py_ssize_t n =
            (Py_ssize_t)gmix_family_layout(opts->covariance, 1, x->table.n_cols);
        if (!core_buffer_take(&s->prior_covariance, covariance, "d", n, 0,
                              "prior_covariance")) {
            return 0;
        }
        opts->prior_covariance = s->prior_covariance.buf;
    }
    return 1;
}

static int take_start(start_arrays *s, const core_table *x, gmix_fit_options *opts,
                      PyObject *model, PyObject *labels, PyObject *memberships) {
    const Py_ssize_t n = (Py_ssize_t)x->table.n_rows;
    if (model != Py_None) {
        opts->init_model = core_model_of(model);
        if (!opts->init_model) {
            return 0;
        }
    }
    if (labels != Py_None) {
        if (!core_buffer_take(&s->labels, labels, "i", n, 0, "labels")) {
            return 0;
        }
        opts->init_labels = s->labels.buf;
    }
    if (memberships != Py_None) {
        if (!core_buffer_take(&s->memberships, memberships, "d",
                              n * (Py_ssize_t)opts->n_components, 0, "memberships")) {
            return 0;
        }
        opts->init_memberships = s->memberships.buf;
    }
    return 1;
}

PyObject *core_fit_result(gmix_model *model, gmix_report *report) {
    char *text = NULL;
    PyObject *const wrapped = core_model_wrap(model);
    PyObject *said = NULL;
    if (wrapped && gmix_report_to_json(NULL, report, &text) == GMIX_OK) {
        said = core_text_take(text);
    } else if (wrapped) {
        PyErr_NoMemory();
    }
    return said ? Py_BuildValue("(NN)", wrapped, said) : (Py_XDECREF(wrapped), NULL);
}

static PyObject *core_fit(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *x, *weights, *names, *options, *init_model, *labels, *memberships,
        *progress, *prior_mean = Py_None, *prior_covariance = Py_None, *result = NULL;
    int n_threads;
    core_table table = {0};
    start_arrays start = {0};
    gmix_fit_options opts;
    if (!PyArg_ParseTuple(args, "OOOO!OOOiO|OO", &x, &weights, &names, &PyDict_Type,
                          &options, &init_model, &labels, &memberships, &n_threads,
                          &progress, &prior_mean, &prior_covariance)) {
        return NULL;
    }
    core_call call;
    if (core_table_take(&table, x, weights, names) && core_options_take(&opts, options) &&
        take_start(&start, &table, &opts, init_model, labels, memberships) &&
        take_prior(&start, &table, &opts, prior_mean, prior_covariance) &&
        core_call_begin(&call, n_threads, progress)) {
        gmix_model *model = NULL;
        gmix_report report = {.struct_size = sizeof report};
        gmix_status status;
        CORE_RELEASED(&call,
                      status = gmix_fit(call.ctx, &table.table, &opts, &model, &report));
        if (core_call_end(&call, status)) {
            result = core_fit_result(model, &report);
        } else {
            gmix_model_free(&model);
        }
        gmix_report_free(&report);
    }
    PyBuffer_Release(&start.labels);
    PyBuffer_Release(&start.memberships);
    PyBuffer_Release(&start.prior_mean);
    PyBuffer_Release(&start.prior_covariance);
    core_table_release(&table);
    return result;
}

/* (x, weights, names, options, model, n_threads) to a list of tuples (what, factor, value, log-evidence, components,
 * change of weights, of means) */
static PyObject *core_prior_sensitivity(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *x, *weights, *names, *options, *given, *result = NULL;
    int n_threads;
    core_table table = {0};
    gmix_fit_options opts;
    gmix_prior_change rows[GMIX_N_PRIOR_CHANGES];
    core_call call;
    if (!PyArg_ParseTuple(args, "OOOO!Oi", &x, &weights, &names, &PyDict_Type, &options,
                          &given, &n_threads)) {
        return NULL;
    }
    const gmix_model *const model = core_model_of(given);
    if (model && core_table_take(&table, x, weights, names) &&
        core_options_take(&opts, options) && core_call_begin(&call, n_threads, NULL)) {
        gmix_status status;
        CORE_RELEASED(&call, status = gmix_prior_sensitivity(call.ctx, &table.table,
                                                             &opts, model, rows));
        if (core_call_end(&call, status)) {
            result = PyList_New(0);
        }
    }
    for (size_t i = 0; result && i < GMIX_N_PRIOR_CHANGES; i++) {
        PyObject *const row = Py_BuildValue(
            "(sdddndd)", rows[i].what, rows[i].factor, rows[i].value, rows[i].bound,
            (Py_ssize_t)rows[i].n_occupied, rows[i].weight, rows[i].mean);
        if (!row || PyList_Append(result, row) < 0) {
            Py_CLEAR(result);
        }
        Py_XDECREF(row);
    }
    core_table_release(&table);
    return result;
}

/* (x, weights, names, options, components, covariances, criterion, n_threads, progress) */
static PyObject *core_select(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *x, *weights, *names, *options, *progress, *result = NULL;
    int n_threads;
    core_table table = {0};
    gmix_fit_options opts;
    gmix_select_options select;
    gmix_select_options_init(&select);
    if (!PyArg_ParseTuple(args, "OOOO!sssiO", &x, &weights, &names, &PyDict_Type,
                          &options, &select.components, &select.covariances,
                          &select.criterion, &n_threads, &progress)) {
        return NULL;
    }
    core_call call;
    if (core_table_take(&table, x, weights, names) && core_options_take(&opts, options) &&
        core_call_begin(&call, n_threads, progress)) {
        gmix_model *model = NULL;
        gmix_report report = {.struct_size = sizeof report};
        gmix_status status;
        CORE_RELEASED(&call, status = gmix_select(call.ctx, &table.table, &opts, &select,
                                                  &model, &report));
        if (core_call_end(&call, status)) {
            result = core_fit_result(model, &report);
        } else {
            gmix_model_free(&model);
        }
        gmix_report_free(&report);
    }
    core_table_release(&table);
    return result;
}

/* Buffers of k-means, each optional but the centres. */
typedef struct kmeans_arrays {
    Py_buffer start, draws, centres, labels, seeds;
} kmeans_arrays;

static int take_kmeans(kmeans_arrays *a, gmix_kmeans_options *opts, size_t n, size_t d,
                       PyObject *start, PyObject *draws, PyObject *centres,
                       PyObject *labels, PyObject *seeds) {
    const Py_ssize_t k = (Py_ssize_t)opts->n_clusters, cells = k * (Py_ssize_t)d;
    const Py_ssize_t n_draws = (Py_ssize_t)gmix_kmeans_n_draws(opts->n_clusters);
    const int taken =
        (start == Py_None ||
         core_buffer_take(&a->start, start, "d", cells, 0, "start")) &&
        (draws == Py_None ||
         core_buffer_take(&a->draws, draws, "d", n_draws, 0, "draws")) &&
        core_buffer_take(&a->centres, centres, "d", cells, 1, "centres") &&
        (labels == Py_None ||
         core_buffer_take(&a->labels, labels, "i", (Py_ssize_t)n, 1, "labels")) &&
        (seeds == Py_None || core_buffer_take(&a->seeds, seeds, "LQN", k, 1, "seeds"));
    opts->centres = a->start.buf;
    opts->draws = a->draws.buf;
    return taken;
}

static PyObject *core_kmeans(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *x, *weights, *start, *draws, *centres, *labels, *seeds, *result = NULL;
    Py_ssize_t k, max_iter;
    int n_threads;
    core_table table = {0};
    kmeans_arrays a = {0};
    gmix_kmeans_options opts;
    gmix_kmeans_options_init(&opts);
    if (!PyArg_ParseTuple(args, "OOnOOndOOOi", &x, &weights, &k, &start, &draws,
                          &max_iter, &opts.tol, &centres, &labels, &seeds, &n_threads)) {
        return NULL;
    }
    opts.n_clusters = k > 0 ? (size_t)k : 0;
    opts.max_iter = max_iter > 0 ? (size_t)max_iter : 0;
    core_call call;
    if (core_table_take(&table, x, weights, Py_None) &&
        take_kmeans(&a, &opts, table.table.n_rows, table.table.n_cols, start, draws,
                    centres, labels, seeds) &&
        core_call_begin(&call, n_threads, NULL)) {
        gmix_status status;
        size_t n_iter = 0;
        CORE_RELEASED(&call,
                      status = gmix_kmeans(call.ctx, &table.table, &opts, a.centres.buf,
                                           a.labels.buf, a.seeds.buf, &n_iter));
        result = core_call_end(&call, status) ? PyLong_FromSize_t(n_iter) : NULL;
    }
    PyBuffer_Release(&a.start);
    PyBuffer_Release(&a.draws);
    PyBuffer_Release(&a.centres);
    PyBuffer_Release(&a.labels);
    PyBuffer_Release(&a.seeds);
    core_table_release(&table);
    return result;
}

static PyObject *core_kmeans_n_draws(PyObject *module, PyObject *args) {
    (void)module;
    Py_ssize_t k;
    if (!PyArg_ParseTuple(args, "n", &k)) {
        return NULL;
    }
    return PyLong_FromSize_t(gmix_kmeans_n_draws(k > 0 ? (size_t)k : 0));
}

PyMethodDef core_fit_methods[] = {
    {"fit", core_fit, METH_VARARGS, NULL},
    {"prior_sensitivity", core_prior_sensitivity, METH_VARARGS, NULL},
    {"select", core_select, METH_VARARGS, NULL},
    {"kmeans", core_kmeans, METH_VARARGS, NULL},
    {"kmeans_n_draws", core_kmeans_n_draws, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL}};
