/* Models: made, taken apart, read and written. See core.h. */
#include "core.h"

#include <string.h>

static const char CAPSULE[] = "gmix.model";

static void destroy(PyObject *capsule) {
    gmix_model *model = PyCapsule_GetPointer(capsule, CAPSULE);
    gmix_model_free(&model);
}

PyObject *core_model_wrap(gmix_model *model) {
    PyObject *const capsule = PyCapsule_New(model, CAPSULE, destroy);
    if (!capsule) {
        gmix_model_free(&model);
    }
    return capsule;
}

gmix_model *core_model_of(PyObject *capsule) {
    return PyCapsule_GetPointer(capsule, CAPSULE);
}

PyObject *core_text_take(char *text) {
    PyObject *const out = PyUnicode_FromString(text);
    gmix_text_free(&text);
    return out;
}

/* Parameters of a model as buffers; the box of noise is (lower, upper) or None. */
typedef struct parameters {
    Py_buffer weights, means, covariances, lower, upper;
    PyObject *names;
    const char **name_list;
} parameters;

static void parameters_release(parameters *p) {
    PyBuffer_Release(&p->weights);
    PyBuffer_Release(&p->means);
    PyBuffer_Release(&p->covariances);
    PyBuffer_Release(&p->lower);
    PyBuffer_Release(&p->upper);
    Py_CLEAR(p->names);
    PyMem_Free((void *)p->name_list);
}

static PyObject *core_model_new(PyObject *module, PyObject *args) {
    (void)module;
    const char *family;
    PyObject *weights, *means, *covariances, *names, *lower, *upper, *result = NULL;
    Py_ssize_t k, d;
    gmix_model_extras extras;
    gmix_model_extras_init(&extras);
    if (!PyArg_ParseTuple(args, "snnOOOOdOO", &family, &k, &d, &weights, &means,
                          &covariances, &names, &extras.noise_weight, &lower, &upper)) {
        return NULL;
    }
    const size_t len = gmix_family_layout(family, (size_t)k, (size_t)d);
    parameters p = {0};
    core_call call;
    if (core_buffer_take(&p.weights, weights, "d", k, 0, "weights") &&
        core_buffer_take(&p.means, means, "d", k * d, 0, "means") &&
        core_buffer_take(&p.covariances, covariances, "d", (Py_ssize_t)len, 0,
                         "covariances") &&
        (lower == Py_None || core_buffer_take(&p.lower, lower, "d", d, 0, "lower")) &&
        (upper == Py_None || core_buffer_take(&p.upper, upper, "d", d, 0, "upper")) &&
        core_names_take(names, d, &p.names, &p.name_list) &&
        core_call_begin(&call, 1, NULL)) {
        gmix_model *model = NULL;
        extras.noise_lower = p.lower.buf;
        extras.noise_upper = p.upper.buf;
        const gmix_status status = gmix_model_new_with(
            call.ctx, family, (size_t)k, (size_t)d, p.weights.buf, p.means.buf,
            p.covariances.buf, p.name_list, &extras, &model);
        result = core_call_end(&call, status) ? core_model_wrap(model) : NULL;
    }
    parameters_release(&p);
    return result;
}

static PyObject *doubles(const double *from, size_t count) {
    return PyBytes_FromStringAndSize((const char *)from,
                                     (Py_ssize_t)(count * sizeof *from));
}

static PyObject *optional_doubles(const double *from, size_t count) {
    return from ? doubles(from, count) : Py_NewRef(Py_None);
}

static PyObject *names_of(const gmix_model *model) {
    const size_t d = gmix_model_n_features(model);
    if (!gmix_model_feature_name(model, 0)) {
        return Py_NewRef(Py_None);
    }
    PyObject *const list = PyList_New((Py_ssize_t)d);
    for (size_t j = 0; list && j < d; j++) {
        PyObject *const name = PyUnicode_FromString(gmix_model_feature_name(model, j));
        if (!name || PyList_SetItem(list, (Py_ssize_t)j, name) < 0) {
            Py_DECREF(list);
            return NULL;
        }
    }
    return list;
}

/* (family, k, d, n_parameters, names, weights, means, covariances, noise, lower, upper), the
 * arrays as bytes. */
static PyObject *core_model_parts(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule;
    if (!PyArg_ParseTuple(args, "O", &capsule)) {
        return NULL;
    }
    const gmix_model *const m = core_model_of(capsule);
    if (!m) {
        return NULL;
    }
    const size_t k = gmix_model_n_components(m), d = gmix_model_n_features(m);
    const char *const family = gmix_model_covariance_name(m);
    return Py_BuildValue(
        "(snnnNNNNdNN)", family, (Py_ssize_t)k, (Py_ssize_t)d,
        (Py_ssize_t)gmix_model_n_parameters(m), names_of(m),
        doubles(gmix_model_weights(m), k), doubles(gmix_model_means(m), k * d),
        doubles(gmix_model_covariances(m), gmix_family_layout(family, k, d)),
        gmix_model_noise_weight(m), optional_doubles(gmix_model_noise_lower(m), d),
        optional_doubles(gmix_model_noise_upper(m), d));
}

/* Covariances of all components, K x D x D, whatever the family, into a buffer. */
static PyObject *core_model_dense(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *into;
    if (!PyArg_ParseTuple(args, "OO", &capsule, &into)) {
        return NULL;
    }
    const gmix_model *const m = core_model_of(capsule);
    if (!m) {
        return NULL;
    }
    const size_t k = gmix_model_n_components(m), d = gmix_model_n_features(m);
    Py_buffer out;
    if (!core_buffer_take(&out, into, "d", (Py_ssize_t)(k * d * d), 1, "covariances")) {
        return NULL;
    }
    for (size_t c = 0; c < k; c++) {
        gmix_model_covariance(m, c, (double *)out.buf + c * d * d);
    }
    PyBuffer_Release(&out);
    return Py_NewRef(Py_None);
}

/* (model, report as JSON or None) of what was read. */
static PyObject *read_result(gmix_model *model, gmix_report *report) {
    char *text = NULL;
    PyObject *said = NULL;
    PyObject *const wrapped = core_model_wrap(model);
    if (wrapped && report->n_samples == 0) {
        said = Py_NewRef(Py_None);
    } else if (wrapped && gmix_report_to_json(NULL, report, &text) == GMIX_OK) {
        said = core_text_take(text);
    } else if (wrapped) {
        PyErr_NoMemory();
    }
    gmix_report_free(report);
    return said ? Py_BuildValue("(NN)", wrapped, said) : (Py_XDECREF(wrapped), NULL);
}

static PyObject *core_model_read(PyObject *module, PyObject *args) {
    (void)module;
    const char *path;
    core_call call;
    gmix_model *model = NULL;
    gmix_report report = {.struct_size = sizeof report};
    gmix_status status;
    if (!PyArg_ParseTuple(args, "y", &path) || !core_call_begin(&call, 1, NULL)) {
        return NULL;
    }
    CORE_RELEASED(&call, status = gmix_model_read(call.ctx, path, &model, &report));
    return core_call_end(&call, status) ? read_result(model, &report) : NULL;
}

/* A model and its report, from JSON, to a file or, for None, to readable text. */
static PyObject *core_model_write(PyObject *module, PyObject *args) {
    (void)module;
    const char *json, *path = NULL;
    PyObject *where;
    Py_ssize_t length;
    core_call call;
    gmix_model *model = NULL;
    gmix_report report = {.struct_size = sizeof report};
    char *text = NULL;
    if (!PyArg_ParseTuple(args, "s#O", &json, &length, &where) ||
        (where != Py_None && !(path = PyBytes_AsString(where))) ||
        !core_call_begin(&call, 1, NULL)) {
        return NULL;
    }
    gmix_status status = gmix_model_from_json(call.ctx, json, (size_t)length, "the model",
                                              &model, &report);
    const gmix_report *const said = report.n_samples > 0 ? &report : NULL;
    if (status == GMIX_OK && path) {
        CORE_RELEASED(&call, status = gmix_model_write(call.ctx, model, said, path));
    } else if (status == GMIX_OK) {
        status = gmix_model_to_text(call.ctx, model, said, &text);
    }
    gmix_model_free(&model);
    gmix_report_free(&report);
    if (!core_call_end(&call, status)) {
        return NULL;
    }
    return text ? core_text_take(text) : Py_NewRef(Py_None);
}

static PyObject *core_model_json(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule;
    char *text = NULL;
    core_call call;
    if (!PyArg_ParseTuple(args, "O", &capsule) || !core_model_of(capsule) ||
        !core_call_begin(&call, 1, NULL)) {
        return NULL;
    }
    const gmix_status status =
        gmix_model_to_json(call.ctx, core_model_of(capsule), NULL, &text);
    return core_call_end(&call, status) ? core_text_take(text) : NULL;
}

/* (model file's text, names or None, order or None): the text with its components renamed and
 * in that order. */
static PyObject *core_model_arrange(PyObject *module, PyObject *args) {
    (void)module;
    const char *json, *by;
    PyObject *names, *held = NULL;
    const char **list = NULL;
    Py_ssize_t length;
    core_call call;
    if (!PyArg_ParseTuple(args, "s#Oz", &json, &length, &names, &by) ||
        (names != Py_None &&
         !core_names_take(names, PyObject_Size(names), &held, &list)) ||
        !core_call_begin(&call, 1, NULL)) {
        return NULL;
    }
    gmix_model *model = NULL, *arranged = NULL;
    gmix_report report = {.struct_size = sizeof report};
    char *text = NULL;
    size_t *order = NULL;
    gmix_status status = gmix_model_from_json(call.ctx, json, (size_t)length, "the model",
                                              &model, &report);
    if (status == GMIX_OK && by) {
        order = PyMem_Calloc(gmix_model_n_components(model), sizeof *order);
        status =
            order ? gmix_components_order(call.ctx, model, by, order) : GMIX_ERR_NOMEM;
    }
    if (status == GMIX_OK) {
        status = gmix_model_arrange(call.ctx, model, order, list, &arranged);
    }
    if (status == GMIX_OK && order) {
        status = gmix_report_arrange(call.ctx, model, order, &report);
    }
    if (status == GMIX_OK) {
        status = gmix_model_to_json(call.ctx, arranged, &report, &text);
    }
    gmix_model_free(&model);
    gmix_model_free(&arranged);
    gmix_report_free(&report);
    PyMem_Free(order);
    Py_XDECREF(held);
    PyMem_Free((void *)list);
    return core_call_end(&call, status) ? core_text_take(text) : NULL;
}

PyMethodDef core_model_methods[] = {
    {"model_new", core_model_new, METH_VARARGS, NULL},
    {"model_parts", core_model_parts, METH_VARARGS, NULL},
    {"model_dense", core_model_dense, METH_VARARGS, NULL},
    {"model_read", core_model_read, METH_VARARGS, NULL},
    {"model_write", core_model_write, METH_VARARGS, NULL},
    {"model_arrange", core_model_arrange, METH_VARARGS, NULL},
    {"model_json", core_model_json, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL}};
