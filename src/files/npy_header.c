/*
 * NPY headers: "\x93NUMPY", two version bytes, the length of the text that follows (two
 * bytes, or four from version 2.0 on), and a Python dictionary:
 *
 *     {'descr': '<f8', 'fortran_order': False, 'shape': (272, 2), }
 *
 * Nothing in it is believed before it fits the size of the file.
 */
#include <string.h>

#include "files/npy.h"

enum { MAGIC_SIZE = 6, WORD_SIZE = 24 };

/* What the dictionary says. */
struct description {
    char descr[WORD_SIZE];
    int fortran; /* -1: not said */
    size_t dims[GMIX_I_NPY_MAX_DIMS];
    int n_dims; /* -1: not said */
};

/* A place in the dictionary's text. */
struct cursor {
    const char *p, *end;
};

static bool take(struct cursor *at, char c) {
    while (at->p < at->end && strchr(" \t\n\r", *at->p) && *at->p) {
        at->p++;
    }
    if (at->p < at->end && *at->p == c) {
        at->p++;
        return true;
    }
    return false;
}

/* A quoted word without escapes, cut to WORD_SIZE. */
static bool take_word(struct cursor *at, char word[WORD_SIZE]) {
    const char quote = take(at, '\'') ? '\'' : '"';
    if (quote == '"' && !take(at, '"')) {
        return false;
    }
    const char *const stop = memchr(at->p, quote, (size_t)(at->end - at->p));
    if (!stop) {
        return false;
    }
    size_t n = (size_t)(stop - at->p);
    n = n < WORD_SIZE ? n : WORD_SIZE - 1;
    memcpy(word, at->p, n);
    word[n] = '\0';
    at->p = stop + 1;
    return true;
}

static bool take_literal(struct cursor *at, const char *text) {
    const size_t n = strlen(text);
    if (!take(at, text[0])) {
        return false;
    }
    at->p--;
    if ((size_t)(at->end - at->p) < n || memcmp(at->p, text, n) != 0) {
        return false;
    }
    at->p += n;
    return true;
}

/* (), (3,), (3, 4), ... */
static bool take_shape(struct cursor *at, struct description *d) {
    if (!take(at, '(')) {
        return false;
    }
    for (d->n_dims = 0; !take(at, ')'); d->n_dims++) {
        if (d->n_dims == GMIX_I_NPY_MAX_DIMS || (d->n_dims > 0 && !take(at, ','))) {
            return false;
        }
        if (take(at, ')')) { /* after a comma */
            return d->n_dims > 0;
        }
        size_t size = 0;
        const char *const start = at->p;
        for (; at->p < at->end && *at->p >= '0' && *at->p <= '9'; at->p++) {
            if (__builtin_mul_overflow(size, 10u, &size) ||
                __builtin_add_overflow(size, (size_t)(*at->p - '0'), &size)) {
                return false;
            }
        }
        if (at->p == start) {
            return false;
        }
        d->dims[d->n_dims] = size;
    }
    return true;
}

static bool take_entry(struct cursor *at, struct description *d) {
    char key[WORD_SIZE];
    if (!take_word(at, key) || !take(at, ':')) {
        return false;
    }
    if (strcmp(key, "descr") == 0) {
        if (take(at, '[')) { /* fields: said in words by check_type */
            strcpy(d->descr, "[");
            return true;
        }
        return take_word(at, d->descr);
    }
    if (strcmp(key, "fortran_order") == 0) {
        d->fortran = take_literal(at, "True");
        return d->fortran || take_literal(at, "False");
    }
    return strcmp(key, "shape") == 0 && take_shape(at, d);
}

static bool take_dictionary(struct cursor at, struct description *d) {
    *d = (struct description){.fortran = -1, .n_dims = -1};
    if (!take(&at, '{')) {
        return false;
    }
    while (!take(&at, '}')) {
        if (!take_entry(&at, d)) {
            return false;
        }
        if (d->descr[0] == '[') {
            return true; /* refused whatever else it says */
        }
        take(&at, ',');
    }
    return d->descr[0] && d->fortran >= 0 && d->n_dims >= 0;
}

/* What elements of a kind that is no table of numbers are. */
static const char *foreign_kind(char kind) {
    switch (kind) {
    case '[':
    case 'V':
        return "records; save its columns as one array of numbers";
    case 'O':
        return "Python objects; convert it first: numpy.save(file, x.astype(float))";
    case 'c':
        return "complex numbers; save real and imaginary parts as columns";
    case 'S':
    case 'U':
        return "text; convert it first: numpy.save(file, x.astype(float))";
    case 'M':
    case 'm':
        return "dates or times; convert them to numbers first";
    default:
        return "numbers of a type that is not read; convert it first: "
               "numpy.save(file, x.astype(float))";
    }
}

static gmix_status check_type(gmix_ctx *ctx, const char *file, const char *descr,
                              struct gmix_i_npy *out) {
    const bool order = descr[0] && strchr("<>=|", descr[0]);
    const char *const type = descr + order;
    const char *const digits = type + (type[0] != '\0');
    out->kind = type[0];
    out->size = digits[0] >= '1' && digits[0] <= '8' && digits[1] == '\0'
                    ? (size_t)(digits[0] - '0')
                    : 0;
    const bool whole =
        out->size == 1 || out->size == 2 || out->size == 4 || out->size == 8;
    const bool known =
        whole && ((out->kind == 'f' && out->size > 1) || out->kind == 'i' ||
                  out->kind == 'u' || (out->kind == 'b' && out->size == 1));
    if (!known) {
        return gmix_i_fail(ctx, GMIX_ERR_PARSE, "%s is an NPY file of %s", file,
                           foreign_kind(type[0]));
    }
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    out->swapped = descr[0] == '>';
#else
    out->swapped = descr[0] == '<';
#endif
    return GMIX_OK;
}

static const char *plural(size_t n) {
    return n == 1 ? "" : "s";
}

static gmix_status check_shape(gmix_ctx *ctx, const char *file, size_t available,
                               const struct description *d, struct gmix_i_npy *out) {
    if (d->n_dims != 1 && d->n_dims != 2) {
        return gmix_i_fail(ctx, GMIX_ERR_PARSE,
                           "%s holds an array of %d dimensions; a table has 2: rows and "
                           "columns",
                           file, d->n_dims);
    }
    out->n_rows = d->dims[0];
    out->n_cols = d->n_dims == 2 ? d->dims[1] : 1;
    out->fortran = d->fortran && d->n_dims == 2;
    if (out->n_rows == 0 || out->n_cols == 0) {
        return gmix_i_fail(ctx, GMIX_ERR_DATA, "%s holds %zu row%s and %zu column%s",
                           file, out->n_rows, plural(out->n_rows), out->n_cols,
                           plural(out->n_cols));
    }
    size_t need;
    if (__builtin_mul_overflow(out->n_rows, out->n_cols, &need) ||
        __builtin_mul_overflow(need, out->size, &need) || need > available) {
        return gmix_i_fail(ctx, GMIX_ERR_PARSE,
                           "%s promises %zu x %zu numbers of %zu byte%s, but holds %zu "
                           "byte%s: it is incomplete; save or fetch it again",
                           file, out->n_rows, out->n_cols, out->size, plural(out->size),
                           available, plural(available));
    }
    return GMIX_OK;
}

gmix_status gmix_i_npy_open(gmix_ctx *ctx, const struct gmix_i_bytes *bytes,
                            struct gmix_i_npy *out) {
    const unsigned char *const u = (const unsigned char *)bytes->data;
    const size_t start = bytes->n > MAGIC_SIZE && u[MAGIC_SIZE] == 1 ? 10 : 12;
    if (bytes->n < start) {
        return gmix_i_fail(ctx, GMIX_ERR_PARSE,
                           "%s is an NPY file cut off in its header; save or fetch it "
                           "again",
                           bytes->name);
    }
    if (u[MAGIC_SIZE] < 1 || u[MAGIC_SIZE] > 3) {
        return gmix_i_fail(ctx, GMIX_ERR_PARSE,
                           "%s is NPY version %d.%d; versions 1.0 to 3.0 are read",
                           bytes->name, u[MAGIC_SIZE], u[MAGIC_SIZE + 1]);
    }
    size_t length = (size_t)u[8] | (size_t)u[9] << 8;
    if (start == 12) {
        length |= (size_t)u[10] << 16 | (size_t)u[11] << 24;
    }
    if (length > bytes->n - start) {
        return gmix_i_fail(ctx, GMIX_ERR_PARSE,
                           "%s is an NPY file cut off in its header; save or fetch it "
                           "again",
                           bytes->name);
    }
    struct description d;
    const char *const text = bytes->data + start;
    if (!take_dictionary((struct cursor){text, text + length}, &d)) {
        return gmix_i_fail(ctx, GMIX_ERR_PARSE,
                           "%s is an NPY file whose header is malformed; save it again",
                           bytes->name);
    }
    const gmix_status status = check_type(ctx, bytes->name, d.descr, out);
    if (status != GMIX_OK) {
        return status;
    }
    out->data = text + length;
    return check_shape(ctx, bytes->name, bytes->n - start - length, &d, out);
}
