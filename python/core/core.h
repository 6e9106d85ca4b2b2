/*
 * The extension module gmix._core: thin functions over <gmix/gmix.h> for the Python files
 * beside it, which check arguments and make arrays. Data come and go through the buffer
 * protocol, so no header of NumPy is needed, and only the stable ABI is used: one wheel
 * serves every later Python.
 *
 * Long calls release the GIL. The context's cancel callback, which the library calls in the
 * calling thread, takes it back now and then to look for signals (Ctrl-C).
 */
#ifndef GMIX_PYTHON_CORE_H
#define GMIX_PYTHON_CORE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <gmix/gmix.h>

#ifdef Py_GIL_DISABLED
#error "free-threaded Python has no stable ABI yet: build gmix for a Python with the GIL"
#endif

/* A call into the library: its context, and what the callbacks need. */
typedef struct core_call {
    gmix_ctx *ctx;
    PyThreadState *released; /* while the GIL is not held; else NULL */
    PyObject *progress;      /* a callable, or NULL; borrowed */
    double next_poll;
    int failed;            /* an exception is set */
    gmix_journal *journal; /* or NULL */
    PyObject *write;       /* a callable that its bytes are given to, every so often */
    double every, next_write;
    uint64_t written; /* changes of the journal until then */
} core_call;

/* False with an exception set. progress may be NULL or None; or a tuple of it, a journal's bytes (none: a new one), a
 * callable that takes those to be kept, and every how many seconds it is called, and after what fails. */
int core_call_begin(core_call *call, int n_threads, PyObject *progress);
/* Frees the context. False, with the exception that the status or a callback calls for, unless
 * all is well. */
int core_call_end(core_call *call, gmix_status status);

/* The same, for a context that is used again. */
int core_call_check(core_call *call, gmix_status status);

#define CORE_RELEASED(call, statement)          \
    do {                                        \
        (call)->released = PyEval_SaveThread(); \
        statement;                              \
        PyEval_RestoreThread((call)->released); \
        (call)->released = NULL;                \
    } while (0)

/* The exception of fits that end in a singularity; made by the module. */
extern PyObject *core_singular_error;

/* A table over borrowed buffers. */
typedef struct core_table {
    gmix_table table;
    Py_buffer x, weights, errors, bounds[2], truncation, projected[3];
    gmix_projections projections;
    Py_buffer *columns; /* of a tuple of columns: n_cols of them */
    ptrdiff_t *offsets;
    PyObject *names;
    const char **name_list;
} core_table;

/* x: a 2-D buffer of float or double, or a tuple of 1-D ones, its columns; or a list of that and the rows' errors, a 2-D buffer of doubles; or of that, lower and upper bounds of its cells; weights: None or a 1-D buffer of doubles; names: None or
 * a sequence of str. False with an exception set. To be released in either case. */
int core_table_take(core_table *t, PyObject *x, PyObject *weights, PyObject *names);
void core_table_release(core_table *t);

/* A contiguous buffer of `count` items whose format is one of `formats`; `what` names it. */
int core_buffer_take(Py_buffer *b, PyObject *from, const char *formats, Py_ssize_t count,
                     int writable, const char *what);

/* A list of UTF-8 texts from a sequence of str, whose reference is kept in *owner; NULL for
 * None. False with an exception set. */
int core_names_take(PyObject *from, Py_ssize_t count, PyObject **owner,
                    const char ***names);

/* Options of a fit from a dict of str to str, whose texts live as long as the dict. False with an
 * exception set. */
int core_options_take(gmix_fit_options *opts, PyObject *dict);

/* (model, report as JSON) of a finished fit; the model is the capsule's. */
PyObject *core_fit_result(gmix_model *model, gmix_report *report);

/* Models as capsules. */
PyObject *core_model_wrap(gmix_model *model);
gmix_model *core_model_of(PyObject *capsule);

/* Text as bytes that JSON is read from; NULL for None. */
PyObject *core_text_take(char *text);

extern PyMethodDef core_fit_methods[], core_model_methods[], core_use_methods[],
    core_facts_methods[], core_derive_methods[], core_distribution_methods[],
    core_anomaly_methods[], core_clusters_methods[], core_show_methods[],
    core_engine_methods[], core_workbench_methods[], core_online_methods[],
    core_posterior_methods[];

#endif
