/*
 * HDF5: a data set of numbers, rows or rows x columns, as what the NPY reader reads, so that columns,
 * weights and labels are what they are there. Floats of 4 bytes stay such, all else becomes doubles. Rows come in
 * pieces, as hyperslabs.
 *
 * The format is the HDF5 library's, which is looked up when a data set is asked for: version 1.10 or later, with
 * 64-bit identifiers. Most builds of it are for one thread at a time. Rejected: a reader of our own, as B-trees, heaps,
 * chunks and filters are ten times the work of Parquet; linking, as few who use gmix have it.
 */
#include "files/hdf5.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "files/reader.h"

static const char MAGIC[] = "\x89HDF\r\n\x1a\n";

const char *gmix_i_hdf5_dataset(const char *path) {
    const char *const colon = strstr(path, ":/");
    if (!colon || access(path, F_OK) == 0) {
        return NULL;
    }
    char file[4096];
    const int n = snprintf(file, sizeof file, "%.*s", (int)(colon - path), path);
    return n > 0 && (size_t)n < sizeof file && access(file, F_OK) == 0 ? colon + 1 : NULL;
}

static bool probe(const char *first, size_t n) {
    return n >= sizeof MAGIC - 1 && memcmp(first, MAGIC, sizeof MAGIC - 1) == 0;
}

static gmix_status load(gmix_ctx *ctx, struct gmix_i_bytes *bytes,
                        const gmix_read_options *opts, struct gmix_data *data) {
    (void)opts;
    (void)data;
    return gmix_i_fail(
        ctx, GMIX_ERR_PARSE,
        "%s is HDF5: name a data set in it, %s:/group/name; h5ls lists them", bytes->name,
        bytes->name);
}

const struct gmix_i_reader gmix_i_reader_hdf5 = {"hdf5", probe, load};

#ifdef GMIX_I_HAVE_HDF5
#include <dlfcn.h>

typedef int64_t hid;
enum { READ_ONLY = 0, DEFAULT = 0, SELECT_SET = 0, IS_INTEGER = 0, IS_FLOAT = 1 };
enum { HEADER = 128, PIECE = 1 << 24 };

#define FUNCTIONS(X)                                                                 \
    X(int, H5open, (void))                                                           \
    X(int, H5Eset_auto2, (hid stack, void *report, void *user))                      \
    X(hid, H5Fopen, (const char *path, unsigned flags, hid access))                  \
    X(int, H5Fclose, (hid file))                                                     \
    X(hid, H5Dopen2, (hid file, const char *name, hid access))                       \
    X(int, H5Dclose, (hid set))                                                      \
    X(hid, H5Dget_space, (hid set))                                                  \
    X(hid, H5Dget_type, (hid set))                                                   \
    X(int, H5Tget_class, (hid type))                                                 \
    X(size_t, H5Tget_size, (hid type))                                               \
    X(int, H5Tclose, (hid type))                                                     \
    X(int, H5Sget_simple_extent_ndims, (hid space))                                  \
    X(int, H5Sget_simple_extent_dims, (hid space, uint64_t * dims, uint64_t * most)) \
    X(hid, H5Screate_simple, (int rank, const uint64_t *dims, const uint64_t *most)) \
    X(int, H5Sselect_hyperslab,                                                      \
      (hid space, int how, const uint64_t *start, const uint64_t *stride,            \
       const uint64_t *count, const uint64_t *block))                                \
    X(int, H5Sclose, (hid space))                                                    \
    X(int, H5Dread, (hid set, hid type, hid memory, hid space, hid how, void *out))

/* The library, and a data set in it. */
struct hdf5 {
#define MEMBER(type, name, arguments) type(*name) arguments;
    FUNCTIONS(MEMBER)
#undef MEMBER
    hid file, set, space, type;
    bool is_single;
    size_t n_rows, n_cols;
    int rank;
};

static gmix_status look_up(gmix_ctx *ctx, void *library, const char *name, void *out) {
    void *const found = dlsym(library, name);
    if (!found) {
        return gmix_i_fail(ctx, GMIX_ERR_UNSUPPORTED,
                           "the HDF5 library of this machine lacks %s: install 1.10 or "
                           "later",
                           name);
    }
    memcpy(out, &found, sizeof found);
    return GMIX_OK;
}

/* It is never unloaded: it has state of its own. */
static gmix_status load_library(gmix_ctx *ctx, const char *path, struct hdf5 *h,
                                void **library) {
    static const char *const names[] = {"libhdf5_serial.so.103", "libhdf5.so.103",
                                        "libhdf5.so.310",        "libhdf5.so.200",
                                        "libhdf5_serial.so.310", "libhdf5.dylib"};
    gmix_status status = GMIX_OK;
    for (size_t i = 0; i < sizeof names / sizeof *names && !*library; i++) {
        *library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    }
    if (!*library) {
        GMIX_FAIL(ctx, GMIX_ERR_UNSUPPORTED,
                  "%s is read by the HDF5 library (%s), which is not on this machine: "
                  "install it (libhdf5-103-1 on Debian), or write the data set as NPY or "
                  "Parquet",
                  path, names[0]);
    }
#define LOOK_UP(type, name, arguments) GMIX_TRY(look_up(ctx, *library, #name, &h->name));
    FUNCTIONS(LOOK_UP)
#undef LOOK_UP
    if (h->H5open() < 0) {
        GMIX_FAIL(ctx, GMIX_ERR_UNSUPPORTED, "the HDF5 library does not start");
    }
    (void)h->H5Eset_auto2(DEFAULT, NULL, NULL); /* it prints otherwise */
done:
    return status;
}

static void close_all(struct hdf5 *h) {
    if (h->type > 0) {
        (void)h->H5Tclose(h->type);
    }
    if (h->space > 0) {
        (void)h->H5Sclose(h->space);
    }
    if (h->set > 0) {
        (void)h->H5Dclose(h->set);
    }
    if (h->file > 0) {
        (void)h->H5Fclose(h->file);
    }
}

/* Numbers in one or two dimensions: rows, columns. */
static gmix_status look_at(gmix_ctx *ctx, const char *path, struct hdf5 *h) {
    uint64_t dims[2] = {0, 1};
    h->space = h->H5Dget_space(h->set);
    h->type = h->H5Dget_type(h->set);
    h->rank = h->space > 0 ? h->H5Sget_simple_extent_ndims(h->space) : -1;
    const int kind = h->type > 0 ? h->H5Tget_class(h->type) : -1;
    if (kind != IS_INTEGER && kind != IS_FLOAT) {
        return gmix_i_fail(ctx, GMIX_ERR_PARSE,
                           "%s does not hold plain numbers: text and compound types are "
                           "not read",
                           path);
    }
    if (h->rank != 1 && h->rank != 2) {
        return gmix_i_fail(ctx, GMIX_ERR_PARSE,
                           "%s has %d dimensions; data are rows x columns, or one column",
                           path, h->rank);
    }
    if (h->H5Sget_simple_extent_dims(h->space, dims, NULL) < 0 || dims[1] == 0 ||
        dims[0] > SIZE_MAX / 16 / dims[1]) {
        return gmix_i_fail(ctx, GMIX_ERR_PARSE, "%s has no columns, or too many cells",
                           path);
    }
    h->is_single = kind == IS_FLOAT && h->H5Tget_size(h->type) <= sizeof(float);
    h->n_rows = (size_t)dims[0];
    h->n_cols = (size_t)dims[1];
    return GMIX_OK;
}

static gmix_status open_set(gmix_ctx *ctx, const char *path, struct hdf5 *h) {
    const char *const name = gmix_i_hdf5_dataset(path);
    char file[4096] = "";
    if (name) {
        snprintf(file, sizeof file, "%.*s", (int)(name - 1 - path), path);
    }
    h->file = h->H5Fopen(file, READ_ONLY, DEFAULT);
    if (h->file <= 0) {
        return gmix_i_fail(ctx, GMIX_ERR_PARSE, "%s is no HDF5 file, or damaged", file);
    }
    h->set = h->H5Dopen2(h->file, name, DEFAULT);
    return h->set > 0
               ? look_at(ctx, path, h)
               : gmix_i_fail(ctx, GMIX_ERR_PARSE,
                             "%s has no data set %s; h5ls -r lists them", file, name);
}

/* The header of an NPY file, padded to HEADER bytes. */
static void write_header(char *to, const struct hdf5 *h, size_t n_rows) {
    static const unsigned char magic[] = {0x93, 'N', 'U', 'M', 'P',
                                          'Y',  1,   0,   118, 0}; /* bytes that follow */
    char text[HEADER];
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    const char order = '<';
#else
    const char order = '>';
#endif
    snprintf(text, sizeof text,
             "{'descr': '%cf%d', 'fortran_order': False, 'shape': (%zu, %zu), }", order,
             h->is_single ? 4 : 8, n_rows, h->n_cols);
    memcpy(to, magic, sizeof magic);
    snprintf(to + sizeof magic, HEADER - sizeof magic, "%-117.117s", text);
    to[HEADER - 1] = '\n';
}

static bool read_rows(const struct hdf5 *h, hid type, size_t first, size_t n, void *out) {
    const uint64_t start[2] = {first, 0}, count[2] = {n, h->n_cols};
    const hid memory = h->H5Screate_simple(h->rank, count, NULL);
    const bool is_well =
        memory > 0 &&
        h->H5Sselect_hyperslab(h->space, SELECT_SET, start, NULL, count, NULL) >= 0 &&
        h->H5Dread(h->set, type, memory, h->space, DEFAULT, out) >= 0;
    if (memory > 0) {
        (void)h->H5Sclose(memory);
    }
    return is_well;
}

/* Rows of a piece, or all; which begin where. */
static size_t rows_of_piece(const struct hdf5 *h, size_t piece, size_t *first,
                            size_t *n_pieces) {
    const size_t size = h->is_single ? sizeof(float) : sizeof(double);
    const size_t each = PIECE / size / h->n_cols > 0 ? PIECE / size / h->n_cols : 1;
    *n_pieces = h->n_rows / each + (h->n_rows % each > 0);
    *first = piece > 0 ? (piece - 1) * each : 0;
    return piece == 0 ? h->n_rows : h->n_rows - *first < each ? h->n_rows - *first : each;
}

gmix_status gmix_i_hdf5_read(gmix_ctx *ctx, const char *path, size_t piece,
                             size_t *n_pieces, struct gmix_i_bytes *out) {
    gmix_status status = GMIX_OK;
    struct hdf5 h = {0};
    void *library = NULL;
    const hid *type = NULL;
    char *block = NULL;
    size_t first;
    GMIX_TRY(load_library(ctx, path, &h, &library));
    GMIX_TRY(open_set(ctx, path, &h));
    GMIX_TRY(look_up(ctx, library,
                     h.is_single ? "H5T_NATIVE_FLOAT_g" : "H5T_NATIVE_DOUBLE_g", &type));
    const size_t n = rows_of_piece(&h, piece, &first, n_pieces);
    if (h.n_rows == 0 || piece > *n_pieces) {
        GMIX_FAIL(ctx, h.n_rows == 0 ? GMIX_ERR_DATA : GMIX_ERR_OPTION,
                  h.n_rows == 0 ? "%s has no rows" : "%s has %zu pieces, not %zu", path,
                  *n_pieces, piece);
    }
    const size_t size = n * h.n_cols * (h.is_single ? sizeof(float) : sizeof(double));
    GMIX_TRY(gmix_i_calloc(ctx, path, HEADER + size + 1, 1, &block));
    write_header(block, &h, n);
    if (!read_rows(&h, *type, first, n, block + HEADER)) {
        GMIX_FAIL(
            ctx, GMIX_ERR_PARSE,
            "%s cannot be read from row %zu on: damaged, or packed by a filter that "
            "is not installed",
            path, first + 1);
    }
    out->name = path;
    gmix_i_bytes_own(ctx, out, block, HEADER + size);
    block = NULL;
done:
    gmix_i_free(ctx, block);
    close_all(&h);
    return status;
}

#else

gmix_status gmix_i_hdf5_read(gmix_ctx *ctx, const char *path, size_t piece,
                             size_t *n_pieces, struct gmix_i_bytes *out) {
    (void)piece;
    (void)n_pieces;
    (void)out;
    return gmix_i_fail(ctx, GMIX_ERR_UNSUPPORTED,
                       "this gmix was built without HDF5: write %s as NPY or Parquet",
                       path);
}

#endif
