/* Values of one feature: Pareto densities, dips, and mixtures made by hand beside them. See core.h. */
#include "core.h"

/* (model, x, n_threads) -> (n, log-likelihood, KS, p, RMS, Pareto radius) */
static PyObject *core_adequacy(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *x, *result = NULL;
    int n_threads;
    core_table table = {0};
    core_call call;
    if (!PyArg_ParseTuple(args, "OOi", &capsule, &x, &n_threads) ||
        !core_model_of(capsule)) {
        return NULL;
    }
    const gmix_model *const model = core_model_of(capsule);
    if (core_table_take(&table, x, Py_None, Py_None) &&
        core_call_begin(&call, n_threads, NULL)) {
        gmix_status status;
        gmix_adequacy a = {.struct_size = sizeof a};
        CORE_RELEASED(&call,
                      status = gmix_adequacy_find(call.ctx, model, &table.table, &a));
        if (core_call_end(&call, status)) {
            result = Py_BuildValue("(nddddd)", (Py_ssize_t)a.n, a.log_likelihood,
                                   a.kolmogorov_smirnov, a.p, a.rms, a.pareto_radius);
        }
    }
    core_table_release(&table);
    return result;
}

/* (x, n_places) -> (places, densities, radius), the first two as bytes of doubles */
static PyObject *core_pareto_density(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *x, *result = NULL;
    Py_ssize_t n_places;
    core_table table = {0};
    core_call call;
    if (!PyArg_ParseTuple(args, "On", &x, &n_places)) {
        return NULL;
    }
    if (core_table_take(&table, x, Py_None, Py_None) && core_call_begin(&call, 1, NULL)) {
        gmix_pareto_density p = {0};
        gmix_status status;
        CORE_RELEASED(&call, status = gmix_pareto_density_find(call.ctx, &table.table,
                                                               (size_t)n_places, &p));
        if (core_call_end(&call, status)) {
            const Py_ssize_t size = (Py_ssize_t)(p.n * sizeof(double));
            result = Py_BuildValue("(y#y#d)", (const char *)p.at, size,
                                   (const char *)p.density, size, p.radius);
        }
        gmix_pareto_density_free(&p);
    }
    core_table_release(&table);
    return result;
}

/* (values, how many) -> dip */
static PyObject *core_dip(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *values;
    Py_ssize_t n;
    Py_buffer buffer;
    core_call call;
    double dip = 0.0;
    if (!PyArg_ParseTuple(args, "On", &values, &n) ||
        !core_buffer_take(&buffer, values, "d", n, 0, "values")) {
        return NULL;
    }
    int done = core_call_begin(&call, 1, NULL);
    if (done) {
        gmix_status status;
        CORE_RELEASED(&call, status = gmix_dip(call.ctx, (size_t)n, buffer.buf, &dip));
        done = core_call_end(&call, status);
    }
    PyBuffer_Release(&buffer);
    return done ? PyFloat_FromDouble(dip) : NULL;
}

PyMethodDef core_workbench_methods[] = {
    {"adequacy", core_adequacy, METH_VARARGS, NULL},
    {"pareto_density", core_pareto_density, METH_VARARGS, NULL},
    {"dip", core_dip, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL}};
