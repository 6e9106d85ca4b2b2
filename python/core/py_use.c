/* Densities, responsibilities, labels, scores, samples, imputation. See core.h. */
#include "core.h"

/* A function of a model and a table that fills an array. */
typedef gmix_status fill_fn(gmix_ctx *ctx, const gmix_model *model, const gmix_table *x,
                            void *out);

static gmix_status fill_density(gmix_ctx *ctx, const gmix_model *model,
                                const gmix_table *x, void *out) {
    return gmix_log_density(ctx, model, x, out);
}

static gmix_status fill_responsibilities(gmix_ctx *ctx, const gmix_model *model,
                                         const gmix_table *x, void *out) {
    return gmix_responsibilities(ctx, model, x, out);
}

static gmix_status fill_labels(gmix_ctx *ctx, const gmix_model *model,
                               const gmix_table *x, void *out) {
    return gmix_labels(ctx, model, x, out);
}

static gmix_status fill_cells(gmix_ctx *ctx, const gmix_model *model, const gmix_table *x,
                              void *out) {
    return gmix_impute(ctx, model, x, out);
}

static gmix_status fill_mahalanobis(gmix_ctx *ctx, const gmix_model *model,
                                    const gmix_table *x, void *out) {
    return gmix_mahalanobis(ctx, model, x, out);
}

typedef enum width { ONE, COMPONENTS, FEATURES } width;

/* (model, x, out, n_threads): out is N x width, of the type `format`. */
static PyObject *fill(PyObject *args, fill_fn *function, width w, const char *format) {
    PyObject *capsule, *x, *into, *result = NULL;
    int n_threads;
    if (!PyArg_ParseTuple(args, "OOOi", &capsule, &x, &into, &n_threads)) {
        return NULL;
    }
    const gmix_model *const model = core_model_of(capsule);
    core_table table = {0};
    Py_buffer out = {0};
    core_call call;
    if (!model) {
        return NULL;
    }
    const size_t cells = w == ONE          ? 1
                         : w == COMPONENTS ? gmix_model_n_components(model)
                                           : gmix_model_n_features(model);
    if (core_table_take(&table, x, Py_None, Py_None) &&
        core_buffer_take(&out, into, format, (Py_ssize_t)(table.table.n_rows * cells), 1,
                         "out") &&
        core_call_begin(&call, n_threads, NULL)) {
        gmix_status status;
        CORE_RELEASED(&call, status = function(call.ctx, model, &table.table, out.buf));
        result = core_call_end(&call, status) ? Py_NewRef(Py_None) : NULL;
    }
    PyBuffer_Release(&out);
    core_table_release(&table);
    return result;
}

static PyObject *core_log_density(PyObject *module, PyObject *args) {
    (void)module;
    return fill(args, fill_density, ONE, "d");
}

static PyObject *core_responsibilities(PyObject *module, PyObject *args) {
    (void)module;
    return fill(args, fill_responsibilities, COMPONENTS, "d");
}

static PyObject *core_mahalanobis(PyObject *module, PyObject *args) {
    (void)module;
    return fill(args, fill_mahalanobis, COMPONENTS, "d");
}

static PyObject *core_labels(PyObject *module, PyObject *args) {
    (void)module;
    return fill(args, fill_labels, ONE, "i");
}

static gmix_status predict(gmix_ctx *ctx, const gmix_model *model, const gmix_table *x,
                           const gmix_prediction *out) {
    gmix_predictor *predictor = NULL;
    gmix_status status = gmix_predictor_new(ctx, model, &predictor);
    if (status == GMIX_OK) {
        status = gmix_predictor_rows(ctx, predictor, x, 0, x->n_rows, out);
    }
    gmix_predictor_free(&predictor);
    return status;
}

/* (model, x, labels, responsibilities, certainty, log-density, n_threads): one evaluation. */
static PyObject *core_predict(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *x, *into[4], *result = NULL;
    int n_threads;
    if (!PyArg_ParseTuple(args, "OOOOOOi", &capsule, &x, &into[0], &into[1], &into[2],
                          &into[3], &n_threads)) {
        return NULL;
    }
    const gmix_model *const model = core_model_of(capsule);
    core_table table = {0};
    Py_buffer to[4] = {{0}, {0}, {0}, {0}};
    core_call call;
    if (!model) {
        return NULL;
    }
    const Py_ssize_t k = (Py_ssize_t)gmix_model_n_components(model);
    int ready = core_table_take(&table, x, Py_None, Py_None);
    for (int i = 0; i < 4 && ready; i++) {
        const Py_ssize_t n = (Py_ssize_t)table.table.n_rows * (i == 1 ? k : 1);
        ready = core_buffer_take(&to[i], into[i], i == 0 ? "i" : "d", n, 1, "out");
    }
    if (ready && core_call_begin(&call, n_threads, NULL)) {
        gmix_status status;
        gmix_prediction out;
        gmix_prediction_init(&out);
        out.labels = to[0].buf;
        out.responsibilities = to[1].buf;
        out.certainty = to[2].buf;
        out.log_density = to[3].buf;
        CORE_RELEASED(&call, status = predict(call.ctx, model, &table.table, &out));
        result = core_call_end(&call, status) ? Py_NewRef(Py_None) : NULL;
    }
    for (int i = 0; i < 4; i++) {
        PyBuffer_Release(&to[i]);
    }
    core_table_release(&table);
    return result;
}

/* (model, x, mean, sd, n_threads) */
static PyObject *core_true_values(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *x, *into[2], *result = NULL;
    int n_threads;
    if (!PyArg_ParseTuple(args, "OOOOi", &capsule, &x, &into[0], &into[1], &n_threads)) {
        return NULL;
    }
    const gmix_model *const model = core_model_of(capsule);
    core_table table = {0};
    Py_buffer to[2] = {{0}, {0}};
    core_call call;
    if (!model) {
        return NULL;
    }
    const size_t d = gmix_model_n_features(model);
    int ready = core_table_take(&table, x, Py_None, Py_None);
    for (int i = 0; i < 2 && ready; i++) {
        ready = core_buffer_take(&to[i], into[i], "d",
                                 (Py_ssize_t)(table.table.n_rows * d), 1, "out");
    }
    if (ready && core_call_begin(&call, n_threads, NULL)) {
        gmix_status status;
        CORE_RELEASED(&call, status = gmix_true_values(call.ctx, model, &table.table,
                                                       to[0].buf, to[1].buf));
        result = core_call_end(&call, status) ? Py_NewRef(Py_None) : NULL;
    }
    for (int i = 0; i < 2; i++) {
        PyBuffer_Release(&to[i]);
    }
    core_table_release(&table);
    return result;
}

/* (model, x, scores, components, n_threads) */
static PyObject *core_factor_scores(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *x, *into[2], *result = NULL;
    int n_threads;
    if (!PyArg_ParseTuple(args, "OOOOi", &capsule, &x, &into[0], &into[1], &n_threads)) {
        return NULL;
    }
    const gmix_model *const model = core_model_of(capsule);
    core_table table = {0};
    Py_buffer to[2] = {{0}, {0}};
    core_call call;
    if (!model) {
        return NULL;
    }
    const size_t q = gmix_family_n_factors(gmix_model_covariance_name(model));
    const int ready =
        core_table_take(&table, x, Py_None, Py_None) &&
        core_buffer_take(&to[0], into[0], "d", (Py_ssize_t)(table.table.n_rows * q), 1,
                         "scores") &&
        core_buffer_take(&to[1], into[1], "i", (Py_ssize_t)table.table.n_rows, 1,
                         "components");
    if (ready && core_call_begin(&call, n_threads, NULL)) {
        gmix_status status;
        CORE_RELEASED(&call, status = gmix_factor_scores(call.ctx, model, &table.table,
                                                         to[1].buf, to[0].buf));
        result = core_call_end(&call, status) ? Py_NewRef(Py_None) : NULL;
    }
    for (int i = 0; i < 2; i++) {
        PyBuffer_Release(&to[i]);
    }
    core_table_release(&table);
    return result;
}

/* (model, out) */
static PyObject *core_communalities(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *into, *result = NULL;
    if (!PyArg_ParseTuple(args, "OO", &capsule, &into)) {
        return NULL;
    }
    const gmix_model *const model = core_model_of(capsule);
    Py_buffer to = {0};
    core_call call;
    if (!model) {
        return NULL;
    }
    const size_t n = gmix_model_n_components(model) * gmix_model_n_features(model);
    if (core_buffer_take(&to, into, "d", (Py_ssize_t)n, 1, "out") &&
        core_call_begin(&call, 1, NULL)) {
        gmix_factors found = {0};
        const gmix_status status = gmix_factors_find(call.ctx, model, &found);
        for (size_t i = 0; status == GMIX_OK && i < n; i++) {
            ((double *)to.buf)[i] = found.communalities[i];
        }
        gmix_factors_free(&found);
        result = core_call_end(&call, status) ? Py_NewRef(Py_None) : NULL;
    }
    PyBuffer_Release(&to);
    return result;
}

/* (model, bins, counts): G^2 and p, X^2 and p, degrees of freedom */
static PyObject *core_bins_test(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *x, *counts, *result = NULL;
    if (!PyArg_ParseTuple(args, "OOO", &capsule, &x, &counts)) {
        return NULL;
    }
    const gmix_model *const model = core_model_of(capsule);
    core_table table = {0};
    core_call call;
    if (!model) {
        return NULL;
    }
    if (core_table_take(&table, x, counts, Py_None) && core_call_begin(&call, 1, NULL)) {
        gmix_bins_test t = {0};
        gmix_status status;
        CORE_RELEASED(&call,
                      status = gmix_bins_test_find(call.ctx, model, &table.table, &t));
        if (core_call_end(&call, status)) {
            result =
                Py_BuildValue("(ddddn)", t.g2, t.p_g2, t.x2, t.p_x2, (Py_ssize_t)t.df);
        }
    }
    core_table_release(&table);
    return result;
}

static PyObject *core_impute(PyObject *module, PyObject *args) {
    (void)module;
    return fill(args, fill_cells, FEATURES, "d");
}

/* (log-likelihood, mean, AIC, BIC, ICL, parameters) */
static PyObject *core_score(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *x, *weights, *result = NULL;
    int n_threads;
    if (!PyArg_ParseTuple(args, "OOOi", &capsule, &x, &weights, &n_threads)) {
        return NULL;
    }
    const gmix_model *const model = core_model_of(capsule);
    core_table table = {0};
    core_call call;
    if (!model) {
        return NULL;
    }
    if (core_table_take(&table, x, weights, Py_None) &&
        core_call_begin(&call, n_threads, NULL)) {
        gmix_status status;
        gmix_criteria c = {0};
        CORE_RELEASED(&call, status = gmix_score(call.ctx, model, &table.table, &c));
        if (core_call_end(&call, status)) {
            result = Py_BuildValue("(dddddn)", c.log_likelihood, c.mean_log_likelihood,
                                   c.aic, c.bic, c.icl, (Py_ssize_t)c.n_parameters);
        }
    }
    core_table_release(&table);
    return result;
}

static PyObject *core_sample(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *rows, *labels, *result = NULL;
    Py_ssize_t n;
    unsigned long long seed;
    if (!PyArg_ParseTuple(args, "OnKOO", &capsule, &n, &seed, &rows, &labels)) {
        return NULL;
    }
    const gmix_model *const model = core_model_of(capsule);
    Py_buffer x = {0}, of = {0};
    core_call call;
    if (!model) {
        return NULL;
    }
    const Py_ssize_t d = (Py_ssize_t)gmix_model_n_features(model);
    if (core_buffer_take(&x, rows, "d", n * d, 1, "rows") &&
        core_buffer_take(&of, labels, "i", n, 1, "labels") &&
        core_call_begin(&call, 0, NULL)) {
        gmix_status status;
        CORE_RELEASED(
            &call, status = gmix_sample(call.ctx, model, (size_t)n, seed, x.buf, of.buf));
        result = core_call_end(&call, status) ? Py_NewRef(Py_None) : NULL;
    }
    PyBuffer_Release(&x);
    PyBuffer_Release(&of);
    return result;
}

PyMethodDef core_use_methods[] = {
    {"log_density", core_log_density, METH_VARARGS, NULL},
    {"predict", core_predict, METH_VARARGS, NULL},
    {"responsibilities", core_responsibilities, METH_VARARGS, NULL},
    {"mahalanobis", core_mahalanobis, METH_VARARGS, NULL},
    {"labels", core_labels, METH_VARARGS, NULL},
    {"true_values", core_true_values, METH_VARARGS, NULL},
    {"factor_scores", core_factor_scores, METH_VARARGS, NULL},
    {"communalities", core_communalities, METH_VARARGS, NULL},
    {"bins_test", core_bins_test, METH_VARARGS, NULL},
    {"impute", core_impute, METH_VARARGS, NULL},
    {"score", core_score, METH_VARARGS, NULL},
    {"sample", core_sample, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL}};
