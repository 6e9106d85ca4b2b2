/* Mixtures made from mixtures, and regression. See core.h. */
#include "core.h"

/* Features as a buffer of 64-bit whole numbers, which size_t is wherever Python's wheels go. */
static int take_features(Py_buffer *b, PyObject *from, Py_ssize_t *n) {
    *n = PyObject_Length(from);
    return *n >= 0 && core_buffer_take(b, from, "QLN", *n, 0, "features");
}

/* (model, features) -> model */
static PyObject *core_marginal(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *which, *result = NULL;
    Py_buffer features = {0};
    Py_ssize_t n;
    core_call call;
    if (!PyArg_ParseTuple(args, "OO", &capsule, &which) || !core_model_of(capsule)) {
        return NULL;
    }
    if (take_features(&features, which, &n) && core_call_begin(&call, 1, NULL)) {
        gmix_model *out = NULL;
        const gmix_status status = gmix_model_marginal(call.ctx, core_model_of(capsule),
                                                       (size_t)n, features.buf, &out);
        result = core_call_end(&call, status) ? core_model_wrap(out) : NULL;
    }
    PyBuffer_Release(&features);
    return result;
}

/* (model, features, values) -> (model, log-density, distance, tail) */
static PyObject *core_condition(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *which, *what, *result = NULL;
    Py_buffer features = {0}, values = {0};
    Py_ssize_t n;
    core_call call;
    if (!PyArg_ParseTuple(args, "OOO", &capsule, &which, &what) ||
        !core_model_of(capsule)) {
        return NULL;
    }
    if (take_features(&features, which, &n) &&
        core_buffer_take(&values, what, "d", n, 0, "values") &&
        core_call_begin(&call, 1, NULL)) {
        gmix_model *out = NULL;
        gmix_evidence e = {0};
        const gmix_status status =
            gmix_model_condition(call.ctx, core_model_of(capsule), (size_t)n,
                                 features.buf, values.buf, &out, &e);
        if (core_call_end(&call, status)) {
            result = Py_BuildValue("(Nddd)", core_model_wrap(out), e.log_density,
                                   e.distance, e.tail);
        }
    }
    PyBuffer_Release(&features);
    PyBuffer_Release(&values);
    return result;
}

/* (model, matrix, n, offset or None, names or None) -> model */
static PyObject *core_transform(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *by, *plus, *called, *owner = NULL, *result = NULL;
    Py_buffer matrix = {0}, offset = {0};
    const char **names = NULL;
    Py_ssize_t n;
    core_call call;
    if (!PyArg_ParseTuple(args, "OOnOO", &capsule, &by, &n, &plus, &called) ||
        !core_model_of(capsule)) {
        return NULL;
    }
    const gmix_model *const model = core_model_of(capsule);
    const Py_ssize_t d = (Py_ssize_t)gmix_model_n_features(model);
    if (core_buffer_take(&matrix, by, "d", n * d, 0, "matrix") &&
        (plus == Py_None || core_buffer_take(&offset, plus, "d", n, 0, "offset")) &&
        core_names_take(called, n, &owner, &names) && core_call_begin(&call, 1, NULL)) {
        gmix_model *out = NULL;
        const gmix_status status = gmix_model_transform(
            call.ctx, model, (size_t)n, matrix.buf, offset.buf, names, &out);
        result = core_call_end(&call, status) ? core_model_wrap(out) : NULL;
    }
    PyBuffer_Release(&matrix);
    PyBuffer_Release(&offset);
    Py_CLEAR(owner);
    PyMem_Free((void *)names);
    return result;
}

/* (a, b) -> (model, log of the integral of the product) */
static PyObject *core_product(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *a, *b;
    gmix_model *out = NULL;
    double log_scale = 0.0;
    core_call call;
    if (!PyArg_ParseTuple(args, "OO", &a, &b) || !core_model_of(a) || !core_model_of(b) ||
        !core_call_begin(&call, 1, NULL)) {
        return NULL;
    }
    const gmix_status status = gmix_model_product(call.ctx, core_model_of(a),
                                                  core_model_of(b), &out, &log_scale);
    return core_call_end(&call, status)
               ? Py_BuildValue("(Nd)", core_model_wrap(out), log_scale)
               : NULL;
}

/* Arrays that a regression fills; None for what is not wanted. */
enum { N_OUTPUTS = 6 };
typedef struct outputs {
    Py_buffer of[N_OUTPUTS];
    gmix_regression to;
} outputs;

/* cells: items that each has. */
static int outputs_take(outputs *o, PyObject *const from[N_OUTPUTS],
                        const size_t cells[N_OUTPUTS]) {
    static const char *const names[N_OUTPUTS] = {"mean",      "sd",      "covariance",
                                                 "quantiles", "regions", "evidence"};
    double **const to[N_OUTPUTS - 1] = {&o->to.mean, &o->to.sd, &o->to.covariance,
                                        &o->to.quantiles, &o->to.regions};
    for (size_t i = 0; i < N_OUTPUTS; i++) {
        if (from[i] != Py_None && !core_buffer_take(&o->of[i], from[i], "d",
                                                    (Py_ssize_t)cells[i], 1, names[i])) {
            return 0;
        }
        if (from[i] != Py_None && i + 1 < N_OUTPUTS) {
            *to[i] = o->of[i].buf;
        }
    }
    o->to.evidence = o->of[N_OUTPUTS - 1].buf; /* three doubles a row */
    return 1;
}

/* (model, targets, x, quantiles, mass, mean, sd, covariance, quantiles, regions, evidence,
 * n_threads) */
static PyObject *core_regress(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *which, *x, *asked, *from[N_OUTPUTS], *result = NULL;
    Py_buffer targets = {0}, levels = {0};
    core_table table = {0};
    outputs o = {0};
    gmix_regress_options opts;
    Py_ssize_t t, q;
    int n_threads;
    core_call call;
    gmix_regress_options_init(&opts);
    if (!PyArg_ParseTuple(args, "OOOOdOOOOOOi", &capsule, &which, &x, &asked,
                          &opts.region_mass, &from[0], &from[1], &from[2], &from[3],
                          &from[4], &from[5], &n_threads) ||
        !core_model_of(capsule) || (q = PyObject_Length(asked)) < 0) {
        return NULL;
    }
    const gmix_model *const model = core_model_of(capsule);
    if (take_features(&targets, which, &t) &&
        core_buffer_take(&levels, asked, "d", q, 0, "quantiles") &&
        core_table_take(&table, x, Py_None, Py_None)) {
        const size_t n = table.table.n_rows, nt = n * (size_t)t;
        const size_t cells[N_OUTPUTS] = {nt,
                                         nt,
                                         nt * (size_t)t,
                                         nt * (size_t)q,
                                         nt * 2 * gmix_regression_n_intervals(model),
                                         3 * n};
        opts.n_quantiles = (size_t)q;
        opts.quantiles = levels.buf;
        if (outputs_take(&o, from, cells) && core_call_begin(&call, n_threads, NULL)) {
            gmix_status status;
            CORE_RELEASED(&call,
                          status = gmix_regress(call.ctx, model, (size_t)t, targets.buf,
                                                &table.table, &opts, &o.to));
            result = core_call_end(&call, status) ? Py_NewRef(Py_None) : NULL;
        }
    }
    for (size_t i = 0; i < N_OUTPUTS; i++) {
        PyBuffer_Release(&o.of[i]);
    }
    core_table_release(&table);
    PyBuffer_Release(&targets);
    PyBuffer_Release(&levels);
    return result;
}

static PyObject *core_n_intervals(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule;
    if (!PyArg_ParseTuple(args, "O", &capsule) || !core_model_of(capsule)) {
        return NULL;
    }
    return PyLong_FromSize_t(gmix_regression_n_intervals(core_model_of(capsule)));
}

/* (model, x or None, lambda) -> (eigenvalues, directions, how many tell components apart) */
static PyObject *core_projection(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *x, *result = NULL;
    double lambda;
    core_table table = {0};
    core_call call;
    if (!PyArg_ParseTuple(args, "OOd", &capsule, &x, &lambda) ||
        !core_model_of(capsule)) {
        return NULL;
    }
    const int given = x != Py_None;
    if ((!given || core_table_take(&table, x, Py_None, Py_None)) &&
        core_call_begin(&call, 1, NULL)) {
        gmix_projection p = {0};
        const gmix_status status = gmix_projection_find(
            call.ctx, core_model_of(capsule), given ? &table.table : NULL, lambda, &p);
        if (core_call_end(&call, status)) {
            const Py_ssize_t d = (Py_ssize_t)p.n_features, size = sizeof(double);
            result = Py_BuildValue(
                "(NNn)", PyBytes_FromStringAndSize((const char *)p.eigenvalues, d * size),
                PyBytes_FromStringAndSize((const char *)p.directions, d * d * size),
                (Py_ssize_t)p.n_directions);
        }
        gmix_projection_free(&p);
    }
    core_table_release(&table);
    return result;
}

PyMethodDef core_derive_methods[] = {
    {"marginal", core_marginal, METH_VARARGS, NULL},
    {"condition", core_condition, METH_VARARGS, NULL},
    {"transform", core_transform, METH_VARARGS, NULL},
    {"product", core_product, METH_VARARGS, NULL},
    {"regress", core_regress, METH_VARARGS, NULL},
    {"n_intervals", core_n_intervals, METH_VARARGS, NULL},
    {"projection", core_projection, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL}};
