/* The module, and facts about the library. See core.h. */
#include "core.h"

PyObject *core_singular_error;

/* Appends a new reference, which may be NULL, to a list. */
static int append(PyObject *list, PyObject *item) {
    const int failed = !item || PyList_Append(list, item) < 0;
    Py_XDECREF(item);
    return !failed;
}

static PyObject *texts(const char *const *from) {
    PyObject *const list = PyList_New(0);
    for (; list && from && *from; from++) {
        if (!append(list, PyUnicode_FromString(*from))) {
            Py_DECREF(list);
            return NULL;
        }
    }
    return list;
}

/* [(name, type, default, min, max, choices, help), ...] */
static PyObject *core_options(PyObject *module, PyObject *args) {
    (void)module;
    (void)args;
    PyObject *const list = PyList_New(0);
    for (const gmix_option_info *o = gmix_fit_option_table(); list && o->name; o++) {
        if (!append(list, Py_BuildValue("(sssddNs)", o->name, o->type, o->value, o->min,
                                        o->max, texts(o->choices), o->help))) {
            Py_DECREF(list);
            return NULL;
        }
    }
    return list;
}

/* [(name, label, formula, higher is better), ...] */
static PyObject *core_criteria(PyObject *module, PyObject *args) {
    (void)module;
    (void)args;
    PyObject *const list = PyList_New(0);
    for (const gmix_criterion_info *c = gmix_criterion_table(); list && c->name; c++) {
        if (!append(list, Py_BuildValue("(sssi)", c->name, c->label, c->formula,
                                        c->higher_is_better))) {
            Py_DECREF(list);
            return NULL;
        }
    }
    return list;
}

/* [(name, other name or None, diagonal), ...] */
static PyObject *core_families(PyObject *module, PyObject *args) {
    (void)module;
    (void)args;
    PyObject *const list = PyList_New(0);
    for (const char *const *name = gmix_family_names(); list && *name; name++) {
        if (!append(list, Py_BuildValue("(szi)", *name, gmix_family_alias(*name),
                                        gmix_family_is_diagonal(*name)))) {
            Py_DECREF(list);
            return NULL;
        }
    }
    return list;
}

static PyObject *core_family_name(PyObject *module, PyObject *args) {
    (void)module;
    const char *name;
    if (!PyArg_ParseTuple(args, "s", &name)) {
        return NULL;
    }
    return Py_BuildValue("z", gmix_family_name(name));
}

static PyObject *core_family_dims(PyObject *module, PyObject *args) {
    (void)module;
    const char *name;
    Py_ssize_t k, d;
    size_t dims[3];
    if (!PyArg_ParseTuple(args, "snn", &name, &k, &d)) {
        return NULL;
    }
    const size_t n = gmix_family_dims(name, (size_t)k, (size_t)d, dims);
    PyObject *const out = PyTuple_New((Py_ssize_t)n);
    for (size_t i = 0; out && i < n; i++) {
        PyObject *const size = PyLong_FromSize_t(dims[i]);
        if (!size || PyTuple_SetItem(out, (Py_ssize_t)i, size) < 0) {
            Py_DECREF(out);
            return NULL;
        }
    }
    return out;
}

/* [(part, dimensions, where it begins), ...] of the covariances' layout. */
static PyObject *core_family_parts(PyObject *module, PyObject *args) {
    (void)module;
    const char *name;
    Py_ssize_t k, d;
    gmix_family_part parts[2];
    if (!PyArg_ParseTuple(args, "snn", &name, &k, &d)) {
        return NULL;
    }
    const size_t n = gmix_family_parts(name, (size_t)k, (size_t)d, parts);
    PyObject *const list = PyList_New(0);
    for (size_t i = 0; list && i < n; i++) {
        PyObject *const dims = PyTuple_New((Py_ssize_t)parts[i].n_dims);
        for (size_t j = 0; dims && j < parts[i].n_dims; j++) {
            PyTuple_SetItem(dims, (Py_ssize_t)j, PyLong_FromSize_t(parts[i].dims[j]));
        }
        if (!dims || !append(list, Py_BuildValue("(sNn)", parts[i].name, dims,
                                                 (Py_ssize_t)parts[i].offset))) {
            Py_DECREF(list);
            return NULL;
        }
    }
    return list;
}

static PyObject *core_family_n_factors(PyObject *module, PyObject *args) {
    (void)module;
    const char *name;
    if (!PyArg_ParseTuple(args, "s", &name)) {
        return NULL;
    }
    return PyLong_FromSize_t(gmix_family_n_factors(name));
}

static PyObject *core_build_info(PyObject *module, PyObject *args) {
    (void)module;
    (void)args;
    gmix_build_info info;
    gmix_build_info_get(&info);
    return Py_BuildValue("{sssssssi}", "version", info.version, "cpu_level",
                         info.cpu_level, "threading", info.threading, "n_threads",
                         info.n_threads);
}

PyMethodDef core_facts_methods[] = {
    {"criteria", core_criteria, METH_NOARGS, NULL},
    {"options", core_options, METH_NOARGS, NULL},
    {"families", core_families, METH_NOARGS, NULL},
    {"family_name", core_family_name, METH_VARARGS, NULL},
    {"family_dims", core_family_dims, METH_VARARGS, NULL},
    {"family_parts", core_family_parts, METH_VARARGS, NULL},
    {"family_n_factors", core_family_n_factors, METH_VARARGS, NULL},
    {"build_info", core_build_info, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL}};

static int fill_module(PyObject *module) {
    PyMethodDef *const methods[] = {
        core_fit_methods,      core_model_methods,     core_use_methods,
        core_facts_methods,    core_derive_methods,    core_distribution_methods,
        core_anomaly_methods,  core_clusters_methods,  core_show_methods,
        core_engine_methods,   core_workbench_methods, core_online_methods,
        core_posterior_methods};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        if (PyModule_AddFunctions(module, methods[i]) < 0) {
            return -1;
        }
    }
    core_singular_error =
        PyErr_NewExceptionWithDoc("gmix.SingularError",
                                  "A covariance matrix is not positive definite: the "
                                  "likelihood is at a singularity.",
                                  PyExc_ValueError, NULL);
    return core_singular_error
               ? PyModule_AddObjectRef(module, "SingularError", core_singular_error)
               : -1;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, (void *)(uintptr_t)fill_module},
                                   {0, NULL}};

static struct PyModuleDef definition = {.m_base = PyModuleDef_HEAD_INIT,
                                        .m_name = "gmix._core",
                                        .m_size = 0,
                                        .m_slots = slots};

PyMODINIT_FUNC PyInit__core(void);

PyMODINIT_FUNC PyInit__core(void) {
    return PyModuleDef_Init(&definition);
}
