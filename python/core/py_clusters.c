/* Components that are one cluster. See core.h. */
#include "core.h"

static PyObject *bytes_of(const void *from, size_t count, size_t size) {
    return PyBytes_FromStringAndSize(from, (Py_ssize_t)(count * size));
}

/* {criterion: what it says} of a merge. */
static PyObject *values_of(const gmix_cluster_merge *m) {
    PyObject *const values = PyDict_New();
    for (size_t v = 0; values && v < GMIX_N_CLUSTER_CRITERIA; v++) {
        PyObject *const value = PyFloat_FromDouble(m->value[v]);
        if (!value ||
            PyDict_SetItemString(values, gmix_cluster_criteria()[v], value) < 0) {
            Py_XDECREF(value);
            Py_DECREF(values);
            return NULL;
        }
        Py_DECREF(value);
    }
    return values;
}

/* [(first, second, weight, entropy, {criterion: value}), ...] */
static PyObject *merges_of(const gmix_clusters *c) {
    PyObject *const list = PyList_New(0);
    for (size_t t = 0; list && t + 1 < c->n_components; t++) {
        const gmix_cluster_merge *const m = &c->merges[t];
        PyObject *const item =
            Py_BuildValue("(nnddN)", (Py_ssize_t)m->first, (Py_ssize_t)m->second,
                          m->weight, m->entropy, values_of(m));
        if (!item || PyList_Append(list, item) < 0) {
            Py_XDECREF(item);
            Py_DECREF(list);
            return NULL;
        }
        Py_DECREF(item);
    }
    return list;
}

/* (clusters of components, merges, suggestions, stability, together or None) */
static PyObject *result_of(const gmix_clusters *c) {
    const size_t k = c->n_components;
    PyObject *const suggested = PyDict_New();
    for (size_t v = 0; suggested && v < GMIX_N_CLUSTER_CRITERIA; v++) {
        PyObject *const n = PyLong_FromSize_t(c->suggested[v]);
        if (!n || PyDict_SetItemString(suggested, gmix_cluster_criteria()[v], n) < 0) {
            Py_XDECREF(n);
            Py_DECREF(suggested);
            return NULL;
        }
        Py_DECREF(n);
    }
    PyObject *const together =
        c->together ? bytes_of(c->together, k * k, sizeof(double)) : Py_NewRef(Py_None);
    return Py_BuildValue("(NNNdN)", bytes_of(c->cluster, k, sizeof(int32_t)),
                         merges_of(c), suggested, c->stability, together);
}

/* (model, x, weights, criterion, n_clusters, replicates, seed, n_threads) */
static PyObject *core_clusters(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *x, *weights, *result = NULL;
    gmix_cluster_options opts;
    Py_ssize_t n, replicates;
    unsigned long long seed;
    int n_threads;
    core_table table = {0};
    core_call call;
    gmix_cluster_options_init(&opts);
    if (!PyArg_ParseTuple(args, "OOOsnnKi", &capsule, &x, &weights, &opts.criterion, &n,
                          &replicates, &seed, &n_threads) ||
        !core_model_of(capsule)) {
        return NULL;
    }
    opts.n_clusters = (size_t)n;
    opts.replicates = (size_t)replicates;
    opts.seed = seed;
    if (core_table_take(&table, x, weights, Py_None) &&
        core_call_begin(&call, n_threads, NULL)) {
        gmix_status status;
        gmix_clusters c = {0};
        CORE_RELEASED(&call, status = gmix_clusters_find(call.ctx, core_model_of(capsule),
                                                         &table.table, &opts, &c));
        if (core_call_end(&call, status)) {
            result = result_of(&c);
        }
        gmix_clusters_free(&c);
    }
    core_table_release(&table);
    return result;
}

PyMethodDef core_clusters_methods[] = {{"clusters", core_clusters, METH_VARARGS, NULL},
                                       {NULL, NULL, 0, NULL}};
