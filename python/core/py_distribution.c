/* A mixture as a distribution, two mixtures beside each other, fewer components. See core.h. */
#include "core.h"

#include <stdbool.h>

static PyObject *bytes_of(const void *from, size_t count, size_t size) {
    return PyBytes_FromStringAndSize(from, (Py_ssize_t)(count * size));
}

/* (model, mean, covariance, skewness, kurtosis): buffers to be filled */
static PyObject *core_moments(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *from[4], *result = NULL;
    Py_buffer out[4] = {{0}};
    core_call call;
    if (!PyArg_ParseTuple(args, "OOOOO", &capsule, &from[0], &from[1], &from[2],
                          &from[3]) ||
        !core_model_of(capsule)) {
        return NULL;
    }
    const Py_ssize_t d = (Py_ssize_t)gmix_model_n_features(core_model_of(capsule));
    int taken = 1;
    for (size_t i = 0; i < 4 && taken; i++) {
        taken = core_buffer_take(&out[i], from[i], "d", i == 1 ? d * d : d, 1, "moments");
    }
    if (taken && core_call_begin(&call, 1, NULL)) {
        const gmix_status status =
            gmix_moments(call.ctx, core_model_of(capsule), out[0].buf, out[1].buf,
                         out[2].buf, out[3].buf);
        result = core_call_end(&call, status) ? Py_NewRef(Py_None) : NULL;
    }
    for (size_t i = 0; i < 4; i++) {
        PyBuffer_Release(&out[i]);
    }
    return result;
}

/* (model, x, log_lower, log_upper) */
static PyObject *core_cdf(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *from, *below, *above, *result = NULL;
    Py_buffer x = {0}, lower = {0}, upper = {0};
    core_call call;
    if (!PyArg_ParseTuple(args, "OOOO", &capsule, &from, &below, &above) ||
        !core_model_of(capsule)) {
        return NULL;
    }
    const Py_ssize_t n = PyObject_Length(from);
    if (n >= 0 && core_buffer_take(&x, from, "d", n, 0, "x") &&
        core_buffer_take(&lower, below, "d", n, 1, "lower") &&
        core_buffer_take(&upper, above, "d", n, 1, "upper") &&
        core_call_begin(&call, 1, NULL)) {
        const gmix_status status = gmix_cdf(call.ctx, core_model_of(capsule), (size_t)n,
                                            x.buf, lower.buf, upper.buf);
        result = core_call_end(&call, status) ? Py_NewRef(Py_None) : NULL;
    }
    PyBuffer_Release(&x);
    PyBuffer_Release(&lower);
    PyBuffer_Release(&upper);
    return result;
}

/* (model, p, upper, out) */
static PyObject *core_quantiles(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *from, *into, *result = NULL;
    Py_buffer p = {0}, out = {0};
    int upper;
    core_call call;
    if (!PyArg_ParseTuple(args, "OOpO", &capsule, &from, &upper, &into) ||
        !core_model_of(capsule)) {
        return NULL;
    }
    const Py_ssize_t n = PyObject_Length(from);
    if (n >= 0 && core_buffer_take(&p, from, "d", n, 0, "p") &&
        core_buffer_take(&out, into, "d", n, 1, "out") &&
        core_call_begin(&call, 1, NULL)) {
        const gmix_status status = gmix_quantiles(call.ctx, core_model_of(capsule),
                                                  (size_t)n, p.buf, upper, out.buf);
        result = core_call_end(&call, status) ? Py_NewRef(Py_None) : NULL;
    }
    PyBuffer_Release(&p);
    PyBuffer_Release(&out);
    return result;
}

/* (model, lower, upper, tolerance, max_points, seed, n_threads) -> (probability, error) */
static PyObject *core_box_probability(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *from, *to, *result = NULL;
    Py_buffer lower = {0}, upper = {0};
    gmix_box_options opts;
    Py_ssize_t points;
    unsigned long long seed;
    int n_threads;
    core_call call;
    gmix_box_options_init(&opts);
    if (!PyArg_ParseTuple(args, "OOOdnKi", &capsule, &from, &to, &opts.tolerance, &points,
                          &seed, &n_threads) ||
        !core_model_of(capsule)) {
        return NULL;
    }
    const gmix_model *const model = core_model_of(capsule);
    const Py_ssize_t d = (Py_ssize_t)gmix_model_n_features(model);
    opts.max_points = (size_t)points;
    opts.seed = seed;
    if (core_buffer_take(&lower, from, "d", d, 0, "lower") &&
        core_buffer_take(&upper, to, "d", d, 0, "upper") &&
        core_call_begin(&call, n_threads, NULL)) {
        gmix_status status;
        double p = 0.0, error = 0.0;
        CORE_RELEASED(&call, status = gmix_box_probability(call.ctx, model, lower.buf,
                                                           upper.buf, &opts, &p, &error));
        result = core_call_end(&call, status) ? Py_BuildValue("(dd)", p, error) : NULL;
    }
    PyBuffer_Release(&lower);
    PyBuffer_Release(&upper);
    return result;
}

/* (model, mass, n_draws, seed, n_threads) -> (level, error, volume, error, intervals) */
static PyObject *core_region(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *result = NULL;
    double mass;
    Py_ssize_t draws;
    unsigned long long seed;
    int n_threads;
    core_call call;
    if (!PyArg_ParseTuple(args, "OdnKi", &capsule, &mass, &draws, &seed, &n_threads) ||
        !core_model_of(capsule) || !core_call_begin(&call, n_threads, NULL)) {
        return NULL;
    }
    gmix_status status;
    gmix_region r = {0};
    CORE_RELEASED(&call, status = gmix_region_find(call.ctx, core_model_of(capsule), mass,
                                                   (size_t)draws, seed, &r));
    if (core_call_end(&call, status)) {
        result =
            Py_BuildValue("(ddddN)", r.level, r.level_error, r.volume, r.volume_error,
                          bytes_of(r.intervals, 2 * r.n_intervals, sizeof(double)));
    }
    gmix_region_free(&r);
    return result;
}

/* (model, n_threads) -> (modes, log-densities, saddles, log-densities, joins), as bytes */
static PyObject *core_modes(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *result = NULL;
    core_call call;
    if (!PyArg_ParseTuple(args, "O", &capsule) || !core_model_of(capsule) ||
        !core_call_begin(&call, 1, NULL)) {
        return NULL;
    }
    gmix_status status;
    gmix_modes m = {0};
    CORE_RELEASED(&call, status = gmix_modes_find(call.ctx, core_model_of(capsule), &m));
    if (core_call_end(&call, status)) {
        const size_t size = sizeof(double);
        result = Py_BuildValue("(NNNNN)", bytes_of(m.at, m.n * m.d, size),
                               bytes_of(m.log_density, m.n, size),
                               bytes_of(m.saddles, m.n_saddles * m.d, size),
                               bytes_of(m.saddle_density, m.n_saddles, size),
                               bytes_of(m.joins, 2 * m.n_saddles, sizeof(size_t)));
    }
    gmix_modes_free(&m);
    return result;
}

/* (model, x, out, n_threads): the mode that each row ascends to */
static PyObject *core_mode_labels(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *x, *into, *result = NULL;
    int n_threads;
    core_table table = {0};
    Py_buffer out = {0};
    core_call call;
    if (!PyArg_ParseTuple(args, "OOOi", &capsule, &x, &into, &n_threads) ||
        !core_model_of(capsule)) {
        return NULL;
    }
    const gmix_model *const model = core_model_of(capsule);
    if (core_table_take(&table, x, Py_None, Py_None) &&
        core_buffer_take(&out, into, "i", (Py_ssize_t)table.table.n_rows, 1, "out") &&
        core_call_begin(&call, n_threads, NULL)) {
        gmix_status status;
        gmix_modes m = {0};
        CORE_RELEASED(&call, status = gmix_modes_find(call.ctx, model, &m));
        if (status == GMIX_OK) {
            CORE_RELEASED(&call, status = gmix_mode_labels(call.ctx, model, &m,
                                                           &table.table, out.buf));
        }
        gmix_modes_free(&m);
        result = core_call_end(&call, status) ? Py_NewRef(Py_None) : NULL;
    }
    PyBuffer_Release(&out);
    core_table_release(&table);
    return result;
}

static PyObject *pair(gmix_estimate e) {
    return Py_BuildValue("(dd)", e.value, e.error);
}

static PyObject *divergences(const gmix_divergences *d) {
    return Py_BuildValue(
        "{sNsNs(dd)s(dd)sNsNsNsNsNsdsdsdsdsdsN}", "kl_ab", pair(d->kl_pq), "kl_ba",
        pair(d->kl_qp), "kl_ab_bounds", d->kl_pq_lower, d->kl_pq_upper, "kl_ba_bounds",
        d->kl_qp_lower, d->kl_qp_upper, "jensen_shannon", pair(d->jensen_shannon),
        "hellinger_squared", pair(d->hellinger), "total_variation",
        pair(d->total_variation), "entropy_a", pair(d->entropy_p), "entropy_b",
        pair(d->entropy_q), "ise", d->ise, "cauchy_schwarz", d->cauchy_schwarz,
        "mw2_squared", d->mw2, "w1", d->w1, "w2_squared", d->w2, "plan",
        bytes_of(d->plan, d->k_p * d->k_q, sizeof(double)));
}

/* (a, b, tolerance, max_draws, seed, n_threads) -> dict */
static PyObject *core_compare(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *a, *b, *result = NULL;
    gmix_divergence_options opts;
    Py_ssize_t draws;
    unsigned long long seed;
    int n_threads;
    core_call call;
    gmix_divergence_options_init(&opts);
    if (!PyArg_ParseTuple(args, "OOdnKi", &a, &b, &opts.tolerance, &draws, &seed,
                          &n_threads) ||
        !core_model_of(a) || !core_model_of(b) ||
        !core_call_begin(&call, n_threads, NULL)) {
        return NULL;
    }
    gmix_status status;
    gmix_divergences d = {0};
    opts.max_draws = (size_t)draws;
    opts.seed = seed;
    CORE_RELEASED(&call, status = gmix_compare_models(call.ctx, core_model_of(a),
                                                      core_model_of(b), &opts, &d));
    if (core_call_end(&call, status)) {
        result = divergences(&d);
    }
    gmix_divergences_free(&d);
    return result;
}

/* (models, name, tolerance, max_draws, seed, n_threads) -> (values, errors), bytes */
static PyObject *core_distances(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *list, *result = NULL;
    const char *name;
    gmix_divergence_options opts;
    Py_ssize_t draws;
    unsigned long long seed;
    int n_threads;
    core_call call;
    gmix_divergence_options_init(&opts);
    if (!PyArg_ParseTuple(args, "OsdnKi", &list, &name, &opts.tolerance, &draws, &seed,
                          &n_threads)) {
        return NULL;
    }
    const Py_ssize_t n = PyList_Size(list);
    if (n < 0) {
        return NULL;
    }
    const size_t count = (size_t)n, cells = count * count;
    const gmix_model **const models = PyMem_Calloc(count + 1, sizeof *models);
    double *const values = PyMem_Calloc(2 * cells + 1, sizeof *values);
    int whole = models && values;
    for (size_t i = 0; i < count && whole; i++) {
        models[i] = core_model_of(PyList_GetItem(list, (Py_ssize_t)i));
        whole = models[i] != NULL;
    }
    if (whole && core_call_begin(&call, n_threads, NULL)) {
        gmix_status status;
        opts.max_draws = (size_t)draws;
        opts.seed = seed;
        CORE_RELEASED(&call, status = gmix_distances_find(call.ctx, count, models, name,
                                                          &opts, values, values + cells));
        if (core_call_end(&call, status)) {
            result = Py_BuildValue("(NN)", bytes_of(values, cells, sizeof *values),
                                   bytes_of(values + cells, cells, sizeof *values));
        }
    } else if (!PyErr_Occurred()) {
        PyErr_NoMemory();
    }
    PyMem_Free(models);
    PyMem_Free(values);
    return result;
}

/* (a, b, name) -> float */
static PyObject *core_kl_approximation(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *a, *b;
    const char *name;
    double kl = 0.0;
    core_call call;
    if (!PyArg_ParseTuple(args, "OOs", &a, &b, &name) || !core_model_of(a) ||
        !core_model_of(b) || !core_call_begin(&call, 1, NULL)) {
        return NULL;
    }
    const gmix_status status =
        gmix_kl_approximation(call.ctx, core_model_of(a), core_model_of(b), name, &kl);
    return core_call_end(&call, status) ? PyFloat_FromDouble(kl) : NULL;
}

/* (model, k, refine) -> model */
static PyObject *core_reduce(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule;
    Py_ssize_t k;
    const char *refine;
    core_call call;
    gmix_model *out = NULL;
    gmix_status status;
    if (!PyArg_ParseTuple(args, "Onz", &capsule, &k, &refine) ||
        !core_model_of(capsule) || !core_call_begin(&call, 1, NULL)) {
        return NULL;
    }
    CORE_RELEASED(&call, status = gmix_model_reduce(call.ctx, core_model_of(capsule),
                                                    (size_t)k, refine, NULL, &out));
    return core_call_end(&call, status) ? core_model_wrap(out) : NULL;
}

/* (model) -> (boundaries, labels, error rate), the first two as bytes */
static PyObject *core_boundaries(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *result = NULL;
    gmix_boundaries b = {0};
    core_call call;
    if (!PyArg_ParseTuple(args, "O", &capsule) || !core_model_of(capsule) ||
        !core_call_begin(&call, 1, NULL)) {
        return NULL;
    }
    const gmix_status status = gmix_boundaries_find(call.ctx, core_model_of(capsule), &b);
    if (core_call_end(&call, status)) {
        result = Py_BuildValue("(NNd)", bytes_of(b.at, b.n, sizeof(double)),
                               bytes_of(b.label, b.n + 1, sizeof(int32_t)), b.error_rate);
    }
    gmix_boundaries_free(&b);
    return result;
}

static PyObject *distance_test(gmix_distance_test t) {
    return Py_BuildValue("(ddd)", t.statistic, t.p, t.p_naive);
}

/* (model, x, replicates, seed, n_threads) -> dict of (statistic, p, naive p) */
static PyObject *core_test_fit(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *capsule, *x, *result = NULL;
    Py_ssize_t replicates;
    unsigned long long seed;
    int n_threads;
    core_table table = {0};
    core_call call;
    if (!PyArg_ParseTuple(args, "OOnKi", &capsule, &x, &replicates, &seed, &n_threads) ||
        !core_model_of(capsule)) {
        return NULL;
    }
    const gmix_model *const model = core_model_of(capsule);
    if (core_table_take(&table, x, Py_None, Py_None) &&
        core_call_begin(&call, n_threads, NULL)) {
        gmix_status status;
        gmix_fit_test t = {.n = 0};
        gmix_fit_test_options opts;
        gmix_fit_test_options_init(&opts);
        opts.replicates = (size_t)replicates;
        opts.seed = seed;
        CORE_RELEASED(&call,
                      status = gmix_test_fit(call.ctx, model, &table.table, &opts, &t));
        if (core_call_end(&call, status)) {
            result = Py_BuildValue("{sNsNsNsN}", "kolmogorov_smirnov",
                                   distance_test(t.kolmogorov_smirnov),
                                   "anderson_darling", distance_test(t.anderson_darling),
                                   "cramer_von_mises", distance_test(t.cramer_von_mises),
                                   "chi_squared", distance_test(t.chi_squared));
        }
    }
    core_table_release(&table);
    return result;
}

PyMethodDef core_distribution_methods[] = {
    {"boundaries", core_boundaries, METH_VARARGS, NULL},
    {"test_fit", core_test_fit, METH_VARARGS, NULL},
    {"moments", core_moments, METH_VARARGS, NULL},
    {"cdf", core_cdf, METH_VARARGS, NULL},
    {"quantiles", core_quantiles, METH_VARARGS, NULL},
    {"box_probability", core_box_probability, METH_VARARGS, NULL},
    {"region", core_region, METH_VARARGS, NULL},
    {"modes", core_modes, METH_VARARGS, NULL},
    {"mode_labels", core_mode_labels, METH_VARARGS, NULL},
    {"compare", core_compare, METH_VARARGS, NULL},
    {"distances", core_distances, METH_VARARGS, NULL},
    {"kl_approximation", core_kl_approximation, METH_VARARGS, NULL},
    {"reduce", core_reduce, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL}};
