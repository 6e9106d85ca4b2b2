/* Arrays and names of the caller as what the library takes. See core.h. */
#include "core.h"

#include <string.h>

/* The item's letter, without a byte order of the machine's own; 0 for anything else. */
static char letter_of(const Py_buffer *b) {
    const char *format = b->format ? b->format : "B";
    if (*format == '@' || *format == '=') {
        format++;
    }
    return format[0] && !format[1] ? format[0] : '\0';
}

static int take_x(core_table *t, PyObject *x) {
    if (PyObject_GetBuffer(x, &t->x, PyBUF_STRIDES | PyBUF_FORMAT) < 0) {
        return 0;
    }
    const Py_ssize_t size = t->x.itemsize;
    const char letter = letter_of(&t->x);
    const Py_ssize_t *const strides = t->x.strides;
    if (t->x.ndim != 2 || (letter != 'd' && letter != 'f') || strides[0] % size != 0 ||
        strides[1] % size != 0) {
        PyErr_SetString(PyExc_ValueError, "the table must be a 2-D array of float32 or "
                                          "float64 whose items are aligned");
        return 0;
    }
    t->table = (gmix_table){.data = t->x.buf,
                            .dtype = letter == 'f' ? GMIX_F32 : GMIX_F64,
                            .n_rows = (size_t)t->x.shape[0],
                            .n_cols = (size_t)t->x.shape[1],
                            .row_stride = strides[0] / size,
                            .col_stride = strides[1] / size};
    return 1;
}

int core_table_take(core_table *t, PyObject *x, PyObject *weights, PyObject *names) {
    *t = (core_table){0};
    if (!take_x(t, x)) {
        return 0;
    }
    if (weights != Py_None) {
        if (!core_buffer_take(&t->weights, weights, "d", (Py_ssize_t)t->table.n_rows, 0,
                              "weights")) {
            return 0;
        }
        t->table.weights = t->weights.buf;
    }
    if (!core_names_take(names, (Py_ssize_t)t->table.n_cols, &t->names, &t->name_list)) {
        return 0;
    }
    t->table.names = t->name_list;
    return 1;
}

void core_table_release(core_table *t) {
    PyBuffer_Release(&t->x);
    PyBuffer_Release(&t->weights);
    PyBuffer_Release(&t->labels);
    Py_CLEAR(t->names);
    PyMem_Free((void *)t->name_list);
    t->name_list = NULL;
}

int core_buffer_take(Py_buffer *b, PyObject *from, const char *formats, Py_ssize_t count,
                     int writable, const char *what) {
    const int flags = PyBUF_C_CONTIGUOUS | PyBUF_FORMAT | (writable ? PyBUF_WRITABLE : 0);
    if (PyObject_GetBuffer(from, b, flags) < 0) {
        return 0;
    }
    const char letter = letter_of(b);
    if (letter && strchr(formats, letter) && b->len / b->itemsize == count) {
        return 1;
    }
    PyErr_Format(PyExc_ValueError,
                 "%s must be a contiguous array of %zd items of type '%s'", what, count,
                 formats);
    PyBuffer_Release(b);
    return 0;
}

int core_names_take(PyObject *from, Py_ssize_t count, PyObject **owner,
                    const char ***names) {
    *owner = NULL;
    *names = NULL;
    if (from == Py_None) {
        return 1;
    }
    *owner = PySequence_Tuple(from);
    if (!*owner) {
        return 0;
    }
    if (PyTuple_Size(*owner) != count) {
        PyErr_Format(PyExc_ValueError, "%zd names for %zd columns", PyTuple_Size(*owner),
                     count);
        return 0;
    }
    *names = PyMem_Calloc((size_t)count, sizeof **names);
    if (!*names) {
        PyErr_NoMemory();
        return 0;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        Py_ssize_t size;
        (*names)[i] = PyUnicode_AsUTF8AndSize(PyTuple_GetItem(*owner, i), &size);
        if (!(*names)[i]) {
            return 0;
        }
    }
    return 1;
}
