/* Arrays and names of the caller as what the library takes. See core.h. */
#include "core.h"

#include <string.h>

/* The item's letter, without a byte order of the machine's own; 0 for anything else. */
static char letter_of(const Py_buffer *b) {
    const char *format = b->format ? b->format : "B";
    const char own = PY_LITTLE_ENDIAN ? '<' : '>';
    if (*format == '@' || *format == '=' || *format == own) {
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

/* One column: contiguous numbers of the type and count of those before. */
static int take_column(core_table *t, size_t j, PyObject *column) {
    Py_buffer *const b = &t->columns[j];
    if (PyObject_GetBuffer(column, b, PyBUF_C_CONTIGUOUS | PyBUF_FORMAT) < 0) {
        return 0;
    }
    const char letter = letter_of(b);
    const gmix_dtype dtype = letter == 'f' ? GMIX_F32 : GMIX_F64;
    if (j == 0) {
        t->table.dtype = dtype;
        t->table.data = b->buf;
        t->table.n_rows = (size_t)(b->len / b->itemsize);
    }
    const uintptr_t at = (uintptr_t)b->buf, first = (uintptr_t)t->table.data;
    const intptr_t apart = (intptr_t)(at - first);
    if (b->ndim != 1 || (letter != 'd' && letter != 'f') || dtype != t->table.dtype ||
        (size_t)(b->len / b->itemsize) != t->table.n_rows || apart % b->itemsize != 0) {
        PyErr_Format(PyExc_ValueError,
                     "column %zu is not an aligned array of %zu items of the type of the "
                     "first, float32 or float64",
                     j, t->table.n_rows);
        return 0;
    }
    t->offsets[j] = apart / b->itemsize;
    return 1;
}

static int take_columns(core_table *t, PyObject *columns) {
    const size_t d = (size_t)PyTuple_Size(columns);
    t->columns = PyMem_Calloc(d + 1, sizeof *t->columns);
    t->offsets = PyMem_Calloc(d + 1, sizeof *t->offsets);
    if (!t->columns || !t->offsets) {
        PyErr_NoMemory();
        return 0;
    }
    t->table.n_cols = d;
    t->table.row_stride = 1;
    t->table.col_offsets = t->offsets;
    for (size_t j = 0; j < d; j++) {
        if (!take_column(t, j, PyTuple_GetItem(columns, (Py_ssize_t)j))) {
            return 0;
        }
    }
    return 1;
}

/* As many numbers for every row as they are wide. */
static int take_errors(core_table *t, PyObject *errors) {
    Py_buffer *const b = &t->errors;
    if (PyObject_GetBuffer(errors, b, PyBUF_C_CONTIGUOUS | PyBUF_FORMAT) < 0) {
        return 0;
    }
    if (b->ndim != 2 || letter_of(b) != 'd' || (size_t)b->shape[0] != t->table.n_rows) {
        PyErr_SetString(
            PyExc_ValueError,
            "errors are a contiguous 2-D array of float64, a row for each row");
        return 0;
    }
    t->table.errors = b->buf;
    t->table.errors_len = (size_t)b->shape[1];
    return 1;
}

/* A list of rows, lower and upper bounds of their cells and, maybe, the two bounds of the sample. */
static int take_bounds(core_table *t, PyObject *list) {
    const Py_ssize_t cells = (Py_ssize_t)(t->table.n_rows * t->table.n_cols);
    for (int i = 0; i < 2; i++) {
        if (!core_buffer_take(&t->bounds[i], PyList_GetItem(list, 1 + i), "d", cells, 0,
                              "bounds")) {
            return 0;
        }
    }
    t->table.lower = t->bounds[0].buf;
    t->table.upper = t->bounds[1].buf;
    if (PyList_Size(list) == 4) {
        if (!core_buffer_take(&t->truncation, PyList_GetItem(list, 3), "d", 2, 0,
                              "the truncation")) {
            return 0;
        }
        t->table.truncation = t->truncation.buf;
    }
    return 1;
}

/* A list of rows that stand for their number, values (N, P), matrices (N, P, D), errors (N, P (P + 1) / 2) and None. */
static int take_projections(core_table *t, PyObject *list) {
    const size_t n = t->table.n_rows, d = t->table.n_cols;
    if (PyObject_GetBuffer(PyList_GetItem(list, 1), &t->projected[0],
                           PyBUF_C_CONTIGUOUS | PyBUF_FORMAT) < 0) {
        return 0;
    }
    const Py_buffer *const values = &t->projected[0];
    if (values->ndim != 2 || letter_of(values) != 'd' || (size_t)values->shape[0] != n) {
        PyErr_SetString(PyExc_ValueError, "values are a 2-D array of float64, a row for "
                                          "each row");
        return 0;
    }
    const size_t p = (size_t)values->shape[1];
    if (!core_buffer_take(&t->projected[1], PyList_GetItem(list, 2), "d",
                          (Py_ssize_t)(n * p * d), 0, "matrices") ||
        !core_buffer_take(&t->projected[2], PyList_GetItem(list, 3), "d",
                          (Py_ssize_t)(n * p * (p + 1) / 2), 0, "errors")) {
        return 0;
    }
    t->projections = (gmix_projections){.n_measured = p,
                                        .values = values->buf,
                                        .matrices = t->projected[1].buf,
                                        .errors = t->projected[2].buf,
                                        .errors_len = p * (p + 1) / 2};
    t->table.projections = &t->projections;
    return 1;
}

int core_table_take(core_table *t, PyObject *x, PyObject *weights, PyObject *names) {
    *t = (core_table){0};
    PyObject *errors = NULL, *bounds = NULL, *projections = NULL;
    if (PyList_Check(x) && PyList_Size(x) == 5) {
        projections = x;
        x = PyList_GetItem(x, 0);
    } else if (PyList_Check(x) && PyList_Size(x) >= 3) {
        bounds = x;
        x = PyList_GetItem(bounds, 0);
    } else if (PyList_Check(x) && PyList_Size(x) == 2) {
        errors = PyList_GetItem(x, 1);
        x = PyList_GetItem(x, 0);
    }
    if (PyTuple_Check(x) ? !take_columns(t, x) : !take_x(t, x)) {
        return 0;
    }
    t->table.struct_size = sizeof t->table;
    if ((errors && !take_errors(t, errors)) || (bounds && !take_bounds(t, bounds)) ||
        (projections && !take_projections(t, projections))) {
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
    PyBuffer_Release(&t->errors);
    PyBuffer_Release(&t->bounds[0]);
    PyBuffer_Release(&t->bounds[1]);
    PyBuffer_Release(&t->truncation);
    for (int i = 0; i < 3; i++) {
        PyBuffer_Release(&t->projected[i]);
    }
    for (size_t j = 0; t->columns && j < t->table.n_cols; j++) {
        PyBuffer_Release(&t->columns[j]);
    }
    PyMem_Free(t->columns);
    PyMem_Free(t->offsets);
    t->columns = NULL;
    t->offsets = NULL;
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
