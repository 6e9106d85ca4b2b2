/* Online fits: a model's text in, rows, a model and its text out; and rows by the Arrow C stream interface. See
 * core.h, gmix/online.h and gmix/arrow.h. */
#include "core.h"

/* A fit that goes on from a model file's text, or begins. */
static gmix_status begin(gmix_ctx *ctx, const char *json, size_t length, size_t n_cols,
                         const gmix_fit_options *fit, const gmix_online_options *opts,
                         gmix_online **online) {
    gmix_model *model = NULL;
    if (!json) {
        return gmix_online_begin(ctx, n_cols, fit, opts, online);
    }
    gmix_status status =
        gmix_model_from_json(ctx, json, length, "the model", &model, NULL);
    if (status == GMIX_OK) {
        status = gmix_online_resume(ctx, model, opts, online);
    }
    gmix_model_free(&model);
    return status;
}

/* (text or None, rows_before, x, weights, names, options, forget, n_threads):
 * (model, its text, rows so far, mean log-density of rows before they were learnt from) */
static PyObject *core_partial_fit(PyObject *module, PyObject *args) {
    (void)module;
    const char *json;
    Py_ssize_t length;
    PyObject *x, *weights, *names, *options, *result = NULL;
    int n_threads;
    core_table table = {0};
    core_call call;
    gmix_fit_options fit;
    gmix_online_options opts;
    gmix_online_options_init(&opts);
    if (!PyArg_ParseTuple(args, "z#dOOOO!di", &json, &length, &opts.rows_before, &x,
                          &weights, &names, &PyDict_Type, &options, &opts.forget,
                          &n_threads)) {
        return NULL;
    }
    if (core_table_take(&table, x, weights, names) && core_options_take(&fit, options) &&
        core_call_begin(&call, n_threads, NULL)) {
        gmix_online *online = NULL;
        gmix_model *model = NULL;
        char *text = NULL;
        opts.names = table.table.names;
        gmix_status status = begin(call.ctx, json, (size_t)length, table.table.n_cols,
                                   &fit, &opts, &online);
        if (status == GMIX_OK) {
            CORE_RELEASED(&call,
                          status = gmix_online_add(call.ctx, online, &table.table));
        }
        if (status == GMIX_OK) {
            CORE_RELEASED(&call, status = gmix_online_model(call.ctx, online, &model));
        }
        if (status == GMIX_OK) {
            status = gmix_model_to_json(call.ctx, model, NULL, &text);
        }
        const double rows = gmix_online_rows(online), score = gmix_online_score(online);
        gmix_online_free(&online);
        if (core_call_end(&call, status)) {
            result = Py_BuildValue("(NNdd)", core_model_wrap(model), core_text_take(text),
                                   rows, score);
        } else {
            gmix_model_free(&model);
        }
    }
    core_table_release(&table);
    return result;
}

static const char ARROW[] = "gmix.arrow";

static void arrow_destroy(PyObject *capsule) {
    gmix_arrow *arrow = PyCapsule_GetPointer(capsule, ARROW);
    gmix_arrow_free(&arrow);
}

/* (owner, names, columns): columns are memory of the owner. */
static PyObject *arrow_parts(gmix_arrow *arrow, const gmix_table *t) {
    PyObject *const owner = PyCapsule_New(arrow, ARROW, arrow_destroy);
    PyObject *const names = PyList_New(0), *const columns = PyList_New(0);
    int good = owner && names && columns;
    for (size_t j = 0; good && j < t->n_cols; j++) {
        const double *const at =
            t->n_rows > 0 ? (const double *)t->data + (ptrdiff_t)j * t->col_stride : NULL;
        PyObject *const name = PyUnicode_FromString(t->names[j]);
        PyObject *const column =
            at ? PyMemoryView_FromMemory((char *)(uintptr_t)at,
                                         (Py_ssize_t)(t->n_rows * sizeof *at), PyBUF_READ)
               : PyBytes_FromStringAndSize(NULL, 0);
        good = name && column && PyList_Append(names, name) == 0 &&
               PyList_Append(columns, column) == 0;
        Py_XDECREF(name);
        Py_XDECREF(column);
    }
    PyObject *const result = good ? PyTuple_Pack(3, owner, names, columns) : NULL;
    if (!owner) {
        gmix_arrow_free(&arrow);
    }
    Py_XDECREF(owner);
    Py_XDECREF(names);
    Py_XDECREF(columns);
    return result;
}

/* All rows of the stream in a capsule, which is used up. Its producer may want the GIL. */
static PyObject *core_arrow_read(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *result = NULL;
    core_call call;
    gmix_arrow *arrow = NULL;
    gmix_table table;
    if (!PyArg_ParseTuple(args, "O", &capsule)) {
        return NULL;
    }
    struct ArrowArrayStream *const stream =
        PyCapsule_GetPointer(capsule, "arrow_array_stream");
    if (!stream || !core_call_begin(&call, 1, NULL)) {
        return NULL;
    }
    gmix_status status;
    CORE_RELEASED(&call, status = gmix_source_from_arrow(call.ctx, stream, NULL, &arrow));
    if (status == GMIX_OK) {
        CORE_RELEASED(&call, status = gmix_arrow_table(call.ctx, arrow, &table));
    }
    if (core_call_end(&call, status)) {
        result = arrow_parts(arrow, &table);
    } else {
        gmix_arrow_free(&arrow);
    }
    return result;
}

PyMethodDef core_online_methods[] = {
    {"partial_fit", core_partial_fit, METH_VARARGS, NULL},
    {"arrow_read", core_arrow_read, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL}};
