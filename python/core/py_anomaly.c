/* Detectors of anomalies. See core.h. */
#include "core.h"

static const char CAPSULE[] = "gmix.detector";

static void destroy(PyObject *capsule) {
    gmix_detector *detector = PyCapsule_GetPointer(capsule, CAPSULE);
    gmix_detector_free(&detector);
}

static gmix_detector *detector_of(PyObject *capsule) {
    return PyCapsule_GetPointer(capsule, CAPSULE);
}

/* (x, names, options, n_components, max_components, clean, trim, smallest, folds, n_threads) */
static PyObject *core_detector_fit(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *x, *names, *options, *result = NULL;
    Py_ssize_t k, most, folds;
    int n_threads;
    gmix_detector_options opts;
    gmix_fit_options fit;
    core_table table = {0};
    core_call call;
    gmix_detector_options_init(&opts);
    if (!PyArg_ParseTuple(args, "OOO!nnpddni", &x, &names, &PyDict_Type, &options, &k,
                          &most, &opts.clean, &opts.trim, &opts.smallest, &folds,
                          &n_threads)) {
        return NULL;
    }
    opts.n_components = (size_t)k;
    opts.max_components = (size_t)most;
    opts.folds = (size_t)folds;
    if (core_table_take(&table, x, Py_None, names) && core_options_take(&fit, options) &&
        core_call_begin(&call, n_threads, NULL)) {
        gmix_detector *detector = NULL;
        gmix_status status;
        CORE_RELEASED(&call, status = gmix_detector_fit(call.ctx, &table.table, &fit,
                                                        &opts, &detector));
        if (core_call_end(&call, status)) {
            result = PyCapsule_New(detector, CAPSULE, destroy);
        }
        if (!result) {
            gmix_detector_free(&detector);
        }
    }
    core_table_release(&table);
    return result;
}

/* (detector) -> a copy of its model */
static PyObject *core_detector_model(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *result = NULL;
    core_call call;
    if (!PyArg_ParseTuple(args, "O", &capsule) || !detector_of(capsule) ||
        !core_call_begin(&call, 1, NULL)) {
        return NULL;
    }
    const gmix_model *const model = gmix_detector_model(detector_of(capsule));
    const size_t d = gmix_model_n_features(model);
    size_t *const all = PyMem_Malloc(d * sizeof *all);
    for (size_t j = 0; all && j < d; j++) {
        all[j] = j;
    }
    gmix_model *copy = NULL;
    const gmix_status status =
        all ? gmix_model_marginal(call.ctx, model, d, all, &copy) : GMIX_ERR_NOMEM;
    result = core_call_end(&call, status) ? core_model_wrap(copy) : NULL;
    PyMem_Free(all);
    return result;
}

/* Room for the scores and the p-values of n rows, each optional. */
static int take_places(Py_buffer *score, PyObject *to_score, Py_buffer *p, PyObject *to_p,
                       Py_ssize_t n) {
    return (to_score == Py_None ||
            core_buffer_take(score, to_score, "d", n, 1, "score")) &&
           (to_p == Py_None || core_buffer_take(p, to_p, "d", n, 1, "p"));
}

/* (detector, score or None, p or None) */
static PyObject *core_detector_training(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *to_score, *to_p, *result = NULL;
    Py_buffer score = {0}, p = {0};
    core_call call;
    if (!PyArg_ParseTuple(args, "OOO", &capsule, &to_score, &to_p) ||
        !detector_of(capsule)) {
        return NULL;
    }
    const gmix_detector *const detector = detector_of(capsule);
    if (take_places(&score, to_score, &p, to_p,
                    (Py_ssize_t)gmix_detector_n_rows(detector)) &&
        core_call_begin(&call, 1, NULL)) {
        const gmix_status status =
            gmix_detector_training(call.ctx, detector, score.buf, p.buf);
        result = core_call_end(&call, status) ? Py_NewRef(Py_None) : NULL;
    }
    PyBuffer_Release(&score);
    PyBuffer_Release(&p);
    return result;
}

/* (detector, x, score or None, p or None, n_threads) */
static PyObject *core_detector_apply(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *x, *to_score, *to_p, *result = NULL;
    Py_buffer score = {0}, p = {0};
    int n_threads;
    core_table table = {0};
    core_call call;
    if (!PyArg_ParseTuple(args, "OOOOi", &capsule, &x, &to_score, &to_p, &n_threads) ||
        !detector_of(capsule)) {
        return NULL;
    }
    if (core_table_take(&table, x, Py_None, Py_None) &&
        take_places(&score, to_score, &p, to_p, (Py_ssize_t)table.table.n_rows) &&
        core_call_begin(&call, n_threads, NULL)) {
        gmix_status status;
        CORE_RELEASED(&call,
                      status = gmix_detector_apply(call.ctx, detector_of(capsule),
                                                   &table.table, score.buf, p.buf));
        result = core_call_end(&call, status) ? Py_NewRef(Py_None) : NULL;
    }
    PyBuffer_Release(&score);
    PyBuffer_Release(&p);
    core_table_release(&table);
    return result;
}

/* (p, adjusted) */
static PyObject *core_adjust_p_values(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *from, *to, *result = NULL;
    Py_buffer p = {0}, adjusted = {0};
    core_call call;
    if (!PyArg_ParseTuple(args, "OO", &from, &to)) {
        return NULL;
    }
    const Py_ssize_t n = PyObject_Length(from);
    if (n >= 0 && core_buffer_take(&p, from, "d", n, 0, "p") &&
        core_buffer_take(&adjusted, to, "d", n, 1, "adjusted") &&
        core_call_begin(&call, 1, NULL)) {
        const gmix_status status =
            gmix_adjust_p_values(call.ctx, (size_t)n, p.buf, adjusted.buf);
        result = core_call_end(&call, status) ? Py_NewRef(Py_None) : NULL;
    }
    PyBuffer_Release(&p);
    PyBuffer_Release(&adjusted);
    return result;
}

/* (model, x, expected, sd, surprise, n_threads): N x D each */
static PyObject *core_cell_reasons(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *x, *to[3], *result = NULL;
    Py_buffer cells[3] = {{0}, {0}, {0}};
    int n_threads, taken = 0;
    core_table table = {0};
    core_call call;
    if (!PyArg_ParseTuple(args, "OOOOOi", &capsule, &x, &to[0], &to[1], &to[2],
                          &n_threads) ||
        !core_model_of(capsule)) {
        return NULL;
    }
    if (core_table_take(&table, x, Py_None, Py_None)) {
        const Py_ssize_t n = (Py_ssize_t)(table.table.n_rows * table.table.n_cols);
        while (taken < 3 &&
               core_buffer_take(&cells[taken], to[taken], "d", n, 1, "reasons")) {
            taken++;
        }
    }
    if (taken == 3 && core_call_begin(&call, n_threads, NULL)) {
        gmix_status status;
        CORE_RELEASED(&call, status = gmix_cell_reasons(call.ctx, core_model_of(capsule),
                                                        &table.table, cells[0].buf,
                                                        cells[1].buf, cells[2].buf));
        result = core_call_end(&call, status) ? Py_NewRef(Py_None) : NULL;
    }
    for (int i = 0; i < 3; i++) {
        PyBuffer_Release(&cells[i]);
    }
    core_table_release(&table);
    return result;
}

/* (model, x, most, least, which, expected, sd, n_threads): N x most each */
static PyObject *core_blame_cells(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *x, *to_which, *to_expected, *to_sd, *result = NULL;
    Py_buffer which = {0}, expected = {0}, sd = {0};
    Py_ssize_t most;
    double least;
    int n_threads;
    core_table table = {0};
    core_call call;
    if (!PyArg_ParseTuple(args, "OOndOOOi", &capsule, &x, &most, &least, &to_which,
                          &to_expected, &to_sd, &n_threads) ||
        !core_model_of(capsule)) {
        return NULL;
    }
    const gmix_model *const model = core_model_of(capsule);
    if (core_table_take(&table, x, Py_None, Py_None)) {
        const Py_ssize_t n = (Py_ssize_t)table.table.n_rows * most;
        gmix_status status;
        if (core_buffer_take(&which, to_which, "QLN", n, 1, "which") &&
            core_buffer_take(&expected, to_expected, "d", n, 1, "expected") &&
            core_buffer_take(&sd, to_sd, "d", n, 1, "sd") &&
            core_call_begin(&call, n_threads, NULL)) {
            CORE_RELEASED(&call, status = gmix_blame_cells(call.ctx, model, &table.table,
                                                           (size_t)most, least, which.buf,
                                                           expected.buf, sd.buf));
            result = core_call_end(&call, status) ? Py_NewRef(Py_None) : NULL;
        }
    }
    PyBuffer_Release(&which);
    PyBuffer_Release(&expected);
    PyBuffer_Release(&sd);
    core_table_release(&table);
    return result;
}

/* (model, x, out, n_threads): N x D */
static PyObject *core_shapley_values(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *x, *to, *result = NULL;
    Py_buffer out = {0};
    int n_threads;
    core_table table = {0};
    core_call call;
    if (!PyArg_ParseTuple(args, "OOOi", &capsule, &x, &to, &n_threads) ||
        !core_model_of(capsule)) {
        return NULL;
    }
    if (core_table_take(&table, x, Py_None, Py_None) &&
        core_buffer_take(&out, to, "d",
                         (Py_ssize_t)(table.table.n_rows * table.table.n_cols), 1,
                         "out") &&
        core_call_begin(&call, n_threads, NULL)) {
        gmix_status status;
        CORE_RELEASED(&call,
                      status = gmix_shapley_values(call.ctx, core_model_of(capsule),
                                                   &table.table, out.buf));
        result = core_call_end(&call, status) ? Py_NewRef(Py_None) : NULL;
    }
    PyBuffer_Release(&out);
    core_table_release(&table);
    return result;
}

PyMethodDef core_anomaly_methods[] = {
    {"detector_fit", core_detector_fit, METH_VARARGS, NULL},
    {"detector_model", core_detector_model, METH_VARARGS, NULL},
    {"detector_training", core_detector_training, METH_VARARGS, NULL},
    {"detector_apply", core_detector_apply, METH_VARARGS, NULL},
    {"adjust_p_values", core_adjust_p_values, METH_VARARGS, NULL},
    {"cell_reasons", core_cell_reasons, METH_VARARGS, NULL},
    {"blame_cells", core_blame_cells, METH_VARARGS, NULL},
    {"shapley_values", core_shapley_values, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL}};
