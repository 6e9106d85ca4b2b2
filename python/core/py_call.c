/* Contexts of calls: signals, progress, and statuses as exceptions. See core.h. */
#include "core.h"

#include <string.h>
#include <time.h>

static const double POLL_SECONDS = 0.05;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The GIL, for a callback: short calls keep it, long ones have released it. */
static void take_gil(core_call *call) {
    if (call->released) {
        PyEval_RestoreThread(call->released);
    }
}

static void give_gil(core_call *call) {
    if (call->released) {
        call->released = PyEval_SaveThread();
    }
}

/* The journal's bytes to whom they concern, if there are new ones. With the GIL. */
static void write_journal(core_call *call) {
    const uint64_t changes = gmix_journal_changes(call->journal);
    const void *bytes;
    size_t size;
    if (changes == call->written ||
        gmix_journal_bytes(call->journal, &bytes, &size) != GMIX_OK) {
        return; /* without memory what was kept before stays */
    }
    PyObject *const result =
        PyObject_CallFunction(call->write, "y#", bytes, (Py_ssize_t)size);
    call->failed |= result == NULL;
    Py_XDECREF(result);
    call->written = changes;
    call->next_write = now() + call->every;
}

/* Non-zero ends the work: a signal handler raised. */
static int poll_signals(void *user) {
    core_call *const call = user;
    const double time = now();
    if (call->failed || time < call->next_poll) {
        return call->failed;
    }
    call->next_poll = time + POLL_SECONDS;
    take_gil(call);
    call->failed = PyErr_CheckSignals() != 0;
    if (!call->failed && call->journal && time >= call->next_write) {
        write_journal(call);
    }
    give_gil(call);
    return call->failed;
}

/* progress(run, iteration, mean log-likelihood, gain, seconds, number of runs) */
static void show_progress(void *user, const gmix_progress *at) {
    core_call *const call = user;
    if (call->failed) {
        return;
    }
    take_gil(call);
    PyObject *const result = PyObject_CallFunction(
        call->progress, "nndddn", (Py_ssize_t)at->run, (Py_ssize_t)at->iteration,
        at->log_likelihood, at->gain, at->seconds, (Py_ssize_t)at->n_runs);
    call->failed = result == NULL;
    Py_XDECREF(result);
    if (!call->failed && call->journal && now() >= call->next_write) {
        write_journal(call);
    }
    give_gil(call);
}

/* The journal of (progress, bytes, write, every). */
static int take_journal(core_call *call, const char *bytes, Py_ssize_t size) {
    const gmix_status status = gmix_journal_new(call->ctx, size > 0 ? bytes : NULL,
                                                (size_t)size, &call->journal);
    if (status != GMIX_OK) {
        return core_call_end(call, status);
    }
    gmix_journal_set_pause(call->journal, call->every < 1.0 ? call->every : 1.0);
    gmix_ctx_set_journal(call->ctx, call->journal);
    call->next_write = now() + call->every;
    return 1;
}

int core_call_begin(core_call *call, int n_threads, PyObject *progress) {
    const char *bytes = NULL;
    Py_ssize_t size = 0;
    *call = (core_call){.next_poll = now() + POLL_SECONDS};
    if (progress && PyTuple_Check(progress) &&
        !PyArg_ParseTuple(progress, "Oy#Od", &progress, &bytes, &size, &call->write,
                          &call->every)) {
        return 0;
    }
    call->progress = progress == Py_None ? NULL : progress;
    gmix_ctx_options opts;
    gmix_ctx_options_init(&opts);
    opts.n_threads = n_threads;
    opts.cancel = poll_signals;
    opts.progress = call->progress ? show_progress : NULL;
    opts.user = call;
    const gmix_status status = gmix_ctx_new(&opts, &call->ctx);
    if (status == GMIX_ERR_NOMEM) {
        PyErr_NoMemory();
    } else if (status != GMIX_OK) {
        PyErr_SetString(PyExc_ValueError, "n_threads is a whole number of at least 0");
    }
    return status == GMIX_OK && (!bytes || take_journal(call, bytes, size));
}

static PyObject *exception_for(gmix_status status) {
    switch (status) {
    case GMIX_ERR_NOMEM:
        return PyExc_MemoryError;
    case GMIX_ERR_IO:
        return PyExc_OSError;
    case GMIX_ERR_SINGULAR:
        return core_singular_error;
    case GMIX_ERR_CANCELLED:
        return PyExc_KeyboardInterrupt;
    case GMIX_ERR_UNSUPPORTED:
        return PyExc_NotImplementedError;
    default:
        return PyExc_ValueError;
    }
}

int core_call_check(core_call *call, gmix_status status) {
    if (!call->failed && status != GMIX_OK) {
        const char *const said = gmix_ctx_message(call->ctx);
        PyErr_SetString(exception_for(status), said[0] ? said : gmix_status_text(status));
        call->failed = 1;
    }
    const int failed = call->failed;
    call->failed = 0; /* an exception is set; the next call may go well */
    return !failed;
}

int core_call_end(core_call *call, gmix_status status) {
    const int is_well = core_call_check(call, status);
    if (call->journal && !is_well) {
        PyObject *type, *value, *trace;
        PyErr_Fetch(&type, &value, &trace);
        write_journal(call);
        PyErr_Restore(type, value, trace);
    }
    gmix_ctx_set_journal(call->ctx, NULL);
    gmix_journal_free(&call->journal);
    gmix_ctx_free(&call->ctx);
    return is_well;
}
