/* Pages, pictures, standard errors, tests of the number of components, labels compared, and
 * fits with classes known for some rows. See core.h. */
#include "core.h"

/* A table whose rows may carry labels. */
typedef struct labelled {
    core_table table;
    Py_buffer labels;
    PyObject *owner;
    const char **class_names;
} labelled;

static void release(labelled *t) {
    PyBuffer_Release(&t->labels);
    PyMem_Free(t->class_names);
    Py_XDECREF(t->owner);
    core_table_release(&t->table);
}

/* x may be None: then there is no table, and *given is NULL. classes: a sequence of names. */
static int take(labelled *t, PyObject *x, PyObject *weights, PyObject *names,
                PyObject *labels, PyObject *classes, const gmix_table **given) {
    gmix_table *const table = &t->table.table;
    *given = NULL;
    if (x == Py_None) {
        return 1;
    }
    if (!core_table_take(&t->table, x, weights, names)) {
        return 0;
    }
    *given = table;
    if (labels == Py_None) {
        return 1;
    }
    const Py_ssize_t n_classes = PySequence_Size(classes);
    if (n_classes < 0 ||
        !core_buffer_take(&t->labels, labels, "i", (Py_ssize_t)table->n_rows, 0,
                          "labels") ||
        !core_names_take(classes, n_classes, &t->owner, &t->class_names)) {
        return 0;
    }
    table->labels = t->labels.buf;
    table->n_classes = (size_t)n_classes;
    table->class_names = t->class_names;
    return 1;
}

/* What a model file's text says: the model, and the report of its fit. */
typedef struct fitted {
    gmix_model *model;
    gmix_report report;
} fitted;

static gmix_status read_fitted(core_call *call, const char *json, Py_ssize_t length,
                               fitted *f) {
    return gmix_model_from_json(call->ctx, json, (size_t)length, "the model", &f->model,
                                &f->report);
}

static void free_fitted(fitted *f) {
    gmix_model_free(&f->model);
    gmix_report_free(&f->report);
}

/* The document of a call that went well, as text or bytes. */
static PyObject *take_page(char *bytes, size_t n, int pdf) {
    PyObject *const page =
        pdf ? PyBytes_FromStringAndSize(bytes, (Py_ssize_t)n) : core_text_take(bytes);
    if (pdf) {
        gmix_text_free(&bytes);
    }
    return page;
}

/* (model as JSON, x, weights, labels, classes, as PDF, n_threads) to HTML or PDF */
static PyObject *core_page(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *x, *weights, *labels, *classes, *result = NULL;
    const char *json;
    Py_ssize_t length;
    int n_threads, pdf;
    labelled t = {0};
    fitted f = {.report = {.struct_size = sizeof f.report}};
    const gmix_table *table;
    core_call call;
    if (!PyArg_ParseTuple(args, "s#OOOOpi", &json, &length, &x, &weights, &labels,
                          &classes, &pdf, &n_threads)) {
        return NULL;
    }
    if (take(&t, x, weights, Py_None, labels, classes, &table) &&
        core_call_begin(&call, n_threads, NULL)) {
        char *page = NULL;
        size_t n = 0;
        gmix_status status = read_fitted(&call, json, length, &f);
        if (status == GMIX_OK) {
            CORE_RELEASED(&call,
                          status = pdf ? gmix_report_pdf(call.ctx, f.model, &f.report,
                                                         table, NULL, &page, &n)
                                       : gmix_report_html(call.ctx, f.model, &f.report,
                                                          table, NULL, &page));
        }
        free_fitted(&f);
        result = core_call_end(&call, status) ? take_page(page, n, pdf) : NULL;
    }
    release(&t);
    return result;
}

/* (model as JSON, x or None, labels, classes, kind, theme, features, width, height, title or None,
 * contours, uncertainty, n_threads) to SVG */
static PyObject *core_picture(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *x, *labels, *classes, *features, *owner = NULL, *result = NULL;
    const char *json, **shown = NULL;
    Py_ssize_t length;
    int n_threads;
    labelled t = {0};
    fitted f = {.report = {.struct_size = sizeof f.report}};
    const gmix_table *table;
    gmix_plot_options opts;
    core_call call;
    gmix_plot_options_init(&opts);
    if (!PyArg_ParseTuple(args, "s#OOOssOddzppi", &json, &length, &x, &labels, &classes,
                          &opts.kind, &opts.theme, &features, &opts.width, &opts.height,
                          &opts.title, &opts.contours, &opts.uncertainty, &n_threads)) {
        return NULL;
    }
    const Py_ssize_t n = features == Py_None ? 0 : PySequence_Size(features);
    if (n >= 0 && core_names_take(features, n, &owner, &shown) &&
        take(&t, x, Py_None, Py_None, labels, classes, &table) &&
        core_call_begin(&call, n_threads, NULL)) {
        char *svg = NULL;
        gmix_status status = read_fitted(&call, json, length, &f);
        opts.features = shown;
        opts.n_features = (size_t)n;
        if (status == GMIX_OK) {
            const gmix_report *const said = f.report.n_samples > 0 ? &f.report : NULL;
            CORE_RELEASED(&call, status = gmix_plot_svg(call.ctx, f.model, said, table,
                                                        &opts, &svg));
        }
        free_fitted(&f);
        result = core_call_end(&call, status) ? core_text_take(svg) : NULL;
    }
    PyMem_Free(shown);
    Py_XDECREF(owner);
    release(&t);
    return result;
}

/* (x, weights, options, first, last, replicates, level, all, n_threads) to JSON */
static PyObject *core_test_components(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *x, *weights, *options, *result = NULL;
    Py_ssize_t first, last, replicates;
    int n_threads;
    labelled t = {0};
    const gmix_table *table;
    gmix_fit_options opts;
    gmix_component_test_options how;
    core_call call;
    gmix_component_test_options_init(&how);
    if (!PyArg_ParseTuple(args, "OOO!nnndpi", &x, &weights, &PyDict_Type, &options,
                          &first, &last, &replicates, &how.level, &how.all, &n_threads)) {
        return NULL;
    }
    how.first = first > 0 ? (size_t)first : 0;
    how.last = last > 0 ? (size_t)last : 0;
    how.n_replicates = replicates > 0 ? (size_t)replicates : 0;
    if (take(&t, x, weights, Py_None, Py_None, Py_None, &table) &&
        core_options_take(&opts, options) && core_call_begin(&call, n_threads, NULL)) {
        gmix_component_tests tests = {0};
        char *json = NULL;
        gmix_status status;
        CORE_RELEASED(
            &call, status = gmix_test_components(call.ctx, table, &opts, &how, &tests));
        status = status == GMIX_OK ? gmix_component_tests_to_json(call.ctx, &tests, &json)
                                   : status;
        gmix_component_tests_free(&tests);
        result = core_call_end(&call, status) ? core_text_take(json) : NULL;
    }
    release(&t);
    return result;
}

static PyObject *bytes_of(const double *values, size_t n) {
    return PyBytes_FromStringAndSize((const char *)values,
                                     (Py_ssize_t)(n * sizeof *values));
}

/* ((value, lower, upper) of weights, means, covariances as bytes, of the noise as numbers,
 * replicates, those left out) */
static PyObject *errors_of(const gmix_standard_errors *e) {
    const size_t k = e->n_components, m = k * e->n_features, c = e->n_covariances;
    return Py_BuildValue(
        "((NNN)(NNN)(NNN)(ddd)nn)", bytes_of(e->weights, k),
        bytes_of(e->weights_lower, k), bytes_of(e->weights_upper, k),
        bytes_of(e->means, m), bytes_of(e->means_lower, m), bytes_of(e->means_upper, m),
        bytes_of(e->covariances, c), bytes_of(e->covariances_lower, c),
        bytes_of(e->covariances_upper, c), e->noise, e->noise_lower, e->noise_upper,
        (Py_ssize_t)e->n_replicates, (Py_ssize_t)e->n_left_out);
}

/* (model, x, weights, options, method, replicates, level, n_threads) */
static PyObject *core_standard_errors(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *x, *weights, *options, *result = NULL;
    Py_ssize_t replicates;
    int n_threads;
    labelled t = {0};
    const gmix_table *table;
    gmix_fit_options opts;
    gmix_standard_error_options how;
    core_call call;
    gmix_standard_error_options_init(&how);
    if (!PyArg_ParseTuple(args, "OOOO!sndi", &capsule, &x, &weights, &PyDict_Type,
                          &options, &how.method, &replicates, &how.level, &n_threads) ||
        !core_model_of(capsule)) {
        return NULL;
    }
    how.n_replicates = replicates > 0 ? (size_t)replicates : 0;
    if (take(&t, x, weights, Py_None, Py_None, Py_None, &table) &&
        core_options_take(&opts, options) && core_call_begin(&call, n_threads, NULL)) {
        gmix_standard_errors errors = {0};
        gmix_status status;
        CORE_RELEASED(&call,
                      status = gmix_standard_errors_estimate(
                          call.ctx, table, &opts, core_model_of(capsule), &how, &errors));
        result = core_call_end(&call, status) ? errors_of(&errors) : NULL;
        gmix_standard_errors_free(&errors);
    }
    release(&t);
    return result;
}

/* (labels a, labels b) to JSON; int32, negative where unknown */
static PyObject *core_compare_labels(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *a, *b, *result = NULL;
    Py_buffer from = {0}, to = {0};
    core_call call;
    if (!PyArg_ParseTuple(args, "OO", &a, &b)) {
        return NULL;
    }
    const Py_ssize_t n = PyObject_Length(a);
    if (n >= 0 && core_buffer_take(&from, a, "i", n, 0, "a") &&
        core_buffer_take(&to, b, "i", n, 0, "b") && core_call_begin(&call, 1, NULL)) {
        gmix_agreement agreement = {0};
        char *json = NULL;
        gmix_status status;
        CORE_RELEASED(&call, status = gmix_compare_labels(call.ctx, (size_t)n, from.buf,
                                                          to.buf, &agreement));
        status = status == GMIX_OK
                     ? gmix_agreement_to_json(call.ctx, &agreement, NULL, NULL, &json)
                     : status;
        gmix_agreement_free(&agreement);
        result = core_call_end(&call, status) ? core_text_take(json) : NULL;
    }
    PyBuffer_Release(&from);
    PyBuffer_Release(&to);
    return result;
}

/* (x, weights, names, options, labels, classes, n_threads, progress) to (model file, whose
 * classes it has, and report), as texts */
static PyObject *core_fit_classes(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *x, *weights, *names, *options, *labels, *classes, *progress, *result = NULL;
    int n_threads;
    labelled t = {0};
    const gmix_table *table;
    gmix_fit_options opts;
    core_call call;
    if (!PyArg_ParseTuple(args, "OOOO!OOiO", &x, &weights, &names, &PyDict_Type, &options,
                          &labels, &classes, &n_threads, &progress)) {
        return NULL;
    }
    if (take(&t, x, weights, names, labels, classes, &table) &&
        core_options_take(&opts, options) &&
        core_call_begin(&call, n_threads, progress)) {
        fitted f = {.report = {.struct_size = sizeof f.report}};
        char *json = NULL, *said = NULL;
        gmix_status status;
        CORE_RELEASED(&call,
                      status = gmix_fit(call.ctx, table, &opts, &f.model, &f.report));
        status = status == GMIX_OK ? gmix_model_to_json(call.ctx, f.model, NULL, &json)
                                   : status;
        status =
            status == GMIX_OK ? gmix_report_to_json(call.ctx, &f.report, &said) : status;
        free_fitted(&f);
        if (core_call_end(&call, status)) {
            result = Py_BuildValue("(NN)", core_text_take(json), core_text_take(said));
        } else {
            gmix_text_free(&json);
        }
    }
    release(&t);
    return result;
}

/* The model that a model file's text says */
static PyObject *core_model_of_json(PyObject *module, PyObject *args) {
    (void)module;
    const char *json;
    Py_ssize_t length;
    fitted f = {.report = {.struct_size = sizeof f.report}};
    core_call call;
    if (!PyArg_ParseTuple(args, "s#", &json, &length) ||
        !core_call_begin(&call, 1, NULL)) {
        return NULL;
    }
    const gmix_status status = read_fitted(&call, json, length, &f);
    gmix_report_free(&f.report);
    return core_call_end(&call, status) ? core_model_wrap(f.model) : NULL;
}

PyMethodDef core_show_methods[] = {
    {"page", core_page, METH_VARARGS, NULL},
    {"picture", core_picture, METH_VARARGS, NULL},
    {"test_components", core_test_components, METH_VARARGS, NULL},
    {"standard_errors", core_standard_errors, METH_VARARGS, NULL},
    {"compare_labels", core_compare_labels, METH_VARARGS, NULL},
    {"model_of_json", core_model_of_json, METH_VARARGS, NULL},
    {"fit_classes", core_fit_classes, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL}};
