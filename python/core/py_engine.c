/* Fits whose rows lie elsewhere: engines and partials as capsules. See core.h and gmix/engine.h. */
#include "core.h"

#include <string.h>

static const char ENGINE[] = "gmix.engine", PARTIAL[] = "gmix.partial";

/* What works in a context keeps it. */
typedef struct kept_engine {
    core_call call;
    gmix_engine *engine;
} kept_engine;

typedef struct kept_partial {
    core_call call;
    gmix_partial *partial;
} kept_partial;

static void engine_destroy(PyObject *capsule) {
    kept_engine *const e = PyCapsule_GetPointer(capsule, ENGINE);
    gmix_engine_free(&e->engine);
    gmix_ctx_free(&e->call.ctx);
    PyMem_Free(e);
}

static void partial_destroy(PyObject *capsule) {
    kept_partial *const p = PyCapsule_GetPointer(capsule, PARTIAL);
    gmix_partial_free(&p->partial);
    gmix_ctx_free(&p->call.ctx);
    PyMem_Free(p);
}

/* A capsule around an engine that is still to be begun. */
static PyObject *engine_new(int n_threads, kept_engine **out) {
    kept_engine *const e = PyMem_Calloc(1, sizeof *e);
    if (!e || !core_call_begin(&e->call, n_threads, NULL)) {
        PyMem_Free(e);
        return e ? NULL : PyErr_NoMemory();
    }
    PyObject *const capsule = PyCapsule_New(e, ENGINE, engine_destroy);
    if (!capsule) {
        gmix_ctx_free(&e->call.ctx);
        PyMem_Free(e);
    }
    *out = e;
    return capsule;
}

static PyObject *checked(PyObject *capsule, core_call *call, gmix_status status) {
    if (!core_call_check(call, status)) {
        Py_DECREF(capsule);
        return NULL;
    }
    return capsule;
}

static PyObject *bytes_of(const void *bytes, size_t size) {
    return PyBytes_FromStringAndSize(bytes, (Py_ssize_t)size);
}

/* (n_cols, options, init_model, names, sample_rows, class_names, n_threads, choice); choice: None, or
 * (components, covariances, criterion) */
static PyObject *core_engine_begin(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *options, *init_model, *names, *classes, *choice, *result = NULL;
    PyObject *owners[2] = {NULL, NULL};
    const char **lists[2] = {NULL, NULL};
    Py_ssize_t n_cols, sample_rows;
    int n_threads;
    gmix_fit_options opts;
    gmix_engine_options more;
    gmix_select_options select;
    kept_engine *e = NULL;
    gmix_engine_options_init(&more);
    gmix_select_options_init(&select);
    if (!PyArg_ParseTuple(args, "nO!OOnOiO", &n_cols, &PyDict_Type, &options, &init_model,
                          &names, &sample_rows, &classes, &n_threads, &choice) ||
        !core_options_take(&opts, options) ||
        (choice != Py_None &&
         !PyArg_ParseTuple(choice, "sss", &select.components, &select.covariances,
                           &select.criterion))) {
        return NULL;
    }
    more.select = choice != Py_None ? &select : NULL;
    const Py_ssize_t n_classes = classes == Py_None ? 0 : PyObject_Size(classes);
    if (init_model != Py_None && !(opts.init_model = core_model_of(init_model))) {
        return NULL;
    }
    if (core_names_take(names, n_cols, &owners[0], &lists[0]) &&
        core_names_take(classes, n_classes, &owners[1], &lists[1])) {
        more.names = lists[0];
        more.class_names = lists[1];
        more.n_classes = (size_t)n_classes;
        more.sample_rows = sample_rows > 0 ? (size_t)sample_rows : 0;
        result = engine_new(n_threads, &e);
    }
    if (result) {
        const size_t d = n_cols > 0 ? (size_t)n_cols : 0;
        result = checked(result, &e->call,
                         gmix_engine_begin(e->call.ctx, d, &opts, &more, &e->engine));
    }
    for (size_t i = 0; i < 2; i++) {
        Py_XDECREF(owners[i]);
        PyMem_Free((void *)lists[i]);
    }
    return result;
}

static PyObject *core_engine_load(PyObject *module, PyObject *args) {
    (void)module;
    const char *state;
    Py_ssize_t size;
    int n_threads;
    kept_engine *e = NULL;
    if (!PyArg_ParseTuple(args, "y#i", &state, &size, &n_threads)) {
        return NULL;
    }
    PyObject *const capsule = engine_new(n_threads, &e);
    return capsule
               ? checked(capsule, &e->call,
                         gmix_engine_load(e->call.ctx, state, (size_t)size, &e->engine))
               : NULL;
}

/* The engine of a call whose only argument it is. */
static kept_engine *only_engine(PyObject *args) {
    PyObject *capsule;
    return PyArg_ParseTuple(args, "O", &capsule) ? PyCapsule_GetPointer(capsule, ENGINE)
                                                 : NULL;
}

static PyObject *core_engine_next(PyObject *module, PyObject *args) {
    (void)module;
    const kept_engine *const e = only_engine(args);
    return e ? PyLong_FromLong((long)gmix_engine_next(e->engine)) : NULL;
}

static PyObject *core_engine_block_rows(PyObject *module, PyObject *args) {
    (void)module;
    const kept_engine *const e = only_engine(args);
    return e ? PyLong_FromSize_t(gmix_engine_block_rows(e->engine)) : NULL;
}

static PyObject *core_engine_job(PyObject *module, PyObject *args) {
    (void)module;
    kept_engine *const e = only_engine(args);
    const void *bytes = NULL;
    size_t size = 0;
    return e && core_call_check(&e->call,
                                gmix_engine_job(e->call.ctx, e->engine, &bytes, &size))
               ? bytes_of(bytes, size)
               : NULL;
}

static PyObject *core_engine_save(PyObject *module, PyObject *args) {
    (void)module;
    kept_engine *const e = only_engine(args);
    const void *bytes = NULL;
    size_t size = 0;
    return e && core_call_check(&e->call,
                                gmix_engine_save(e->call.ctx, e->engine, &bytes, &size))
               ? bytes_of(bytes, size)
               : NULL;
}

static PyObject *core_engine_step(PyObject *module, PyObject *args) {
    (void)module;
    kept_engine *const e = only_engine(args);
    gmix_status status;
    if (!e) {
        return NULL;
    }
    CORE_RELEASED(&e->call, status = gmix_engine_step(e->call.ctx, e->engine));
    return core_call_check(&e->call, status) ? Py_NewRef(Py_None) : NULL;
}

/* (engine, answer, part) */
static PyObject *core_engine_take(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule;
    const char *answer;
    Py_ssize_t size;
    unsigned long long part;
    if (!PyArg_ParseTuple(args, "Oy#K", &capsule, &answer, &size, &part)) {
        return NULL;
    }
    kept_engine *const e = PyCapsule_GetPointer(capsule, ENGINE);
    return e && core_call_check(&e->call, gmix_engine_take(e->call.ctx, e->engine, answer,
                                                           (size_t)size, part))
               ? Py_NewRef(Py_None)
               : NULL;
}

/* (engine, part): a number, or None */
static PyObject *core_engine_part_row(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule;
    unsigned long long part;
    if (!PyArg_ParseTuple(args, "OK", &capsule, &part)) {
        return NULL;
    }
    const kept_engine *const e = PyCapsule_GetPointer(capsule, ENGINE);
    const uint64_t row = e ? gmix_engine_part_row(e->engine, part) : 0;
    return !e                        ? NULL
           : row == GMIX_ROW_UNKNOWN ? Py_NewRef(Py_None)
                                     : PyLong_FromUnsignedLongLong(row);
}

/* (engine, n_rows, part, n_parts) */
static PyObject *core_engine_part_first(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule;
    unsigned long long n_rows, part, n_parts;
    if (!PyArg_ParseTuple(args, "OKKK", &capsule, &n_rows, &part, &n_parts)) {
        return NULL;
    }
    const kept_engine *const e = PyCapsule_GetPointer(capsule, ENGINE);
    return e ? PyLong_FromUnsignedLongLong(
                   gmix_engine_part_first(e->engine, n_rows, part, n_parts))
             : NULL;
}

static PyObject *core_engine_finish(PyObject *module, PyObject *args) {
    (void)module;
    kept_engine *const e = only_engine(args);
    gmix_model *model = NULL;
    gmix_report report = {.struct_size = sizeof report};
    gmix_status status;
    PyObject *result = NULL;
    if (!e) {
        return NULL;
    }
    CORE_RELEASED(&e->call,
                  status = gmix_engine_finish(e->call.ctx, e->engine, &model, &report));
    if (core_call_check(&e->call, status)) {
        result = core_fit_result(model, &report);
    }
    gmix_report_free(&report);
    return result;
}

/* (job, first row or None, n_threads) */
static PyObject *core_partial_begin(PyObject *module, PyObject *args) {
    (void)module;
    const char *job;
    Py_ssize_t size;
    PyObject *first;
    int n_threads;
    if (!PyArg_ParseTuple(args, "y#Oi", &job, &size, &first, &n_threads)) {
        return NULL;
    }
    const uint64_t row =
        first == Py_None ? GMIX_ROW_UNKNOWN : PyLong_AsUnsignedLongLong(first);
    if (PyErr_Occurred()) {
        return NULL;
    }
    kept_partial *const p = PyMem_Calloc(1, sizeof *p);
    if (!p || !core_call_begin(&p->call, n_threads, NULL)) {
        PyMem_Free(p);
        return p ? NULL : PyErr_NoMemory();
    }
    PyObject *const capsule = PyCapsule_New(p, PARTIAL, partial_destroy);
    if (!capsule) {
        gmix_ctx_free(&p->call.ctx);
        PyMem_Free(p);
        return NULL;
    }
    return checked(capsule, &p->call,
                   gmix_partial_begin(p->call.ctx, job, (size_t)size, row, &p->partial));
}

/* (partial, x, weights, labels) */
static PyObject *core_partial_add(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *x, *weights, *labels, *result = NULL;
    core_table table = {0};
    Py_buffer numbers = {0};
    if (!PyArg_ParseTuple(args, "OOOO", &capsule, &x, &weights, &labels)) {
        return NULL;
    }
    kept_partial *const p = PyCapsule_GetPointer(capsule, PARTIAL);
    if (p && core_table_take(&table, x, weights, Py_None) &&
        (labels == Py_None ||
         core_buffer_take(&numbers, labels, "i", (Py_ssize_t)table.table.n_rows, 0,
                          "labels"))) {
        gmix_status status;
        table.table.labels = numbers.buf;
        CORE_RELEASED(&p->call,
                      status = gmix_partial_add(p->call.ctx, p->partial, &table.table));
        result = core_call_check(&p->call, status) ? Py_NewRef(Py_None) : NULL;
    }
    PyBuffer_Release(&numbers);
    core_table_release(&table);
    return result;
}

/* (partial, answer of the rows that follow) */
static PyObject *core_partial_take(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule;
    const char *answer;
    Py_ssize_t size;
    if (!PyArg_ParseTuple(args, "Oy#", &capsule, &answer, &size)) {
        return NULL;
    }
    kept_partial *const p = PyCapsule_GetPointer(capsule, PARTIAL);
    return p && core_call_check(&p->call, gmix_partial_take(p->call.ctx, p->partial,
                                                            answer, (size_t)size))
               ? Py_NewRef(Py_None)
               : NULL;
}

static PyObject *core_partial_bytes(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule;
    const void *bytes = NULL;
    size_t size = 0;
    gmix_status status;
    if (!PyArg_ParseTuple(args, "O", &capsule)) {
        return NULL;
    }
    kept_partial *const p = PyCapsule_GetPointer(capsule, PARTIAL);
    if (!p) {
        return NULL;
    }
    CORE_RELEASED(&p->call,
                  status = gmix_partial_bytes(p->call.ctx, p->partial, &bytes, &size));
    return core_call_check(&p->call, status) ? bytes_of(bytes, size) : NULL;
}

PyMethodDef core_engine_methods[] = {
    {"engine_begin", core_engine_begin, METH_VARARGS, NULL},
    {"engine_load", core_engine_load, METH_VARARGS, NULL},
    {"engine_next", core_engine_next, METH_VARARGS, NULL},
    {"engine_block_rows", core_engine_block_rows, METH_VARARGS, NULL},
    {"engine_job", core_engine_job, METH_VARARGS, NULL},
    {"engine_save", core_engine_save, METH_VARARGS, NULL},
    {"engine_step", core_engine_step, METH_VARARGS, NULL},
    {"engine_take", core_engine_take, METH_VARARGS, NULL},
    {"engine_part_row", core_engine_part_row, METH_VARARGS, NULL},
    {"engine_part_first", core_engine_part_first, METH_VARARGS, NULL},
    {"engine_finish", core_engine_finish, METH_VARARGS, NULL},
    {"partial_begin", core_partial_begin, METH_VARARGS, NULL},
    {"partial_add", core_partial_add, METH_VARARGS, NULL},
    {"partial_take", core_partial_take, METH_VARARGS, NULL},
    {"partial_bytes", core_partial_bytes, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL}};
