/* Columns of Arrow arrays as doubles. See arrow_column.h and the Arrow C data interface. */
#include "arrow/arrow_column.h"

#include <math.h>

#define READ(name, type)                                                             \
    static void read_##name(const void *values, size_t start, size_t n, double *out, \
                            ptrdiff_t stride) {                                      \
        const type *const from = (const type *)values + start;                       \
        for (size_t i = 0; i < n; i++) {                                             \
            out[(ptrdiff_t)i * stride] = (double)from[i];                            \
        }                                                                            \
    }
READ(i8, int8_t)
READ(u8, uint8_t)
READ(i16, int16_t)
READ(u16, uint16_t)
READ(i32, int32_t)
READ(u32, uint32_t)
READ(i64, int64_t)
READ(u64, uint64_t)
READ(f32, float)
READ(f64, double)

static bool bit(const void *bits, size_t i) {
    return (((const unsigned char *)bits)[i / 8] >> (i % 8)) & 1U;
}

static void read_bool(const void *values, size_t start, size_t n, double *out,
                      ptrdiff_t stride) {
    for (size_t i = 0; i < n; i++) {
        out[(ptrdiff_t)i * stride] = bit(values, start + i) ? 1.0 : 0.0;
    }
}

/* IEEE 754 binary16. */
static double half(uint16_t h) {
    const int power = (h >> 10) & 31, fraction = h & 1023;
    const double size = power == 31  ? (fraction ? (double)NAN : (double)INFINITY)
                        : power == 0 ? ldexp(fraction, -24)
                                     : ldexp(fraction + 1024, power - 25);
    return h >> 15 ? -size : size;
}

static void read_f16(const void *values, size_t start, size_t n, double *out,
                     ptrdiff_t stride) {
    const uint16_t *const from = (const uint16_t *)values + start;
    for (size_t i = 0; i < n; i++) {
        out[(ptrdiff_t)i * stride] = half(from[i]);
    }
}

static const gmix_i_arrow_kind KINDS[] = {
    {"c", read_i8},  {"C", read_u8},  {"s", read_i16}, {"S", read_u16},
    {"i", read_i32}, {"I", read_u32}, {"l", read_i64}, {"L", read_u64},
    {"e", read_f16}, {"f", read_f32}, {"g", read_f64}, {"b", read_bool},
};

/* By how formats begin. */
static const struct {
    const char *begins, *is;
} OTHERS[] = {{"u", "text"},        {"U", "text"},
              {"vu", "text"},       {"z", "bytes"},
              {"Z", "bytes"},       {"vz", "bytes"},
              {"w", "bytes"},       {"d", "decimals"},
              {"tD", "durations"},  {"tt", "times"},
              {"ti", "intervals"},  {"t", "dates"},
              {"n", "nulls alone"}, {"+", "lists or structs"}};

const gmix_i_arrow_kind *gmix_i_arrow_kind_of(const struct ArrowSchema *schema,
                                              const char **why) {
    const char *const format = schema->format ? schema->format : "";
    *why = schema->dictionary ? "categories" : "a type that is not known here";
    if (schema->dictionary) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
        if (strcmp(format, KINDS[i].format) == 0) {
            return &KINDS[i];
        }
    }
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++) {
        if (strncmp(format, OTHERS[i].begins, strlen(OTHERS[i].begins)) == 0) {
            *why = OTHERS[i].is;
            break;
        }
    }
    return NULL;
}

bool gmix_i_arrow_is_sound(const struct ArrowArray *column, int64_t offset,
                           int64_t rows) {
    const int64_t most = INT64_C(1) << 48;
    return column && column->offset >= 0 && column->offset < most && offset >= 0 &&
           offset < most && rows >= 0 && rows < most && column->length >= offset + rows &&
           column->n_buffers == 2 && column->buffers && (column->buffers[1] || rows == 0);
}

void gmix_i_arrow_cells(const gmix_i_arrow_kind *kind, const struct ArrowArray *column,
                        const struct ArrowArray *parent, size_t first, size_t n,
                        double *out, ptrdiff_t stride) {
    const size_t row = (size_t)parent->offset + first,
                 start = (size_t)column->offset + row;
    kind->read(column->buffers[1], start, n, out, stride);
    const void *const own = gmix_i_arrow_has_nulls(column) ? column->buffers[0] : NULL;
    const void *const of_rows =
        gmix_i_arrow_has_nulls(parent) ? parent->buffers[0] : NULL;
    for (size_t i = 0; (own || of_rows) && i < n; i++) {
        if ((own && !bit(own, start + i)) || (of_rows && !bit(of_rows, row + i))) {
            out[(ptrdiff_t)i * stride] = (double)NAN;
        }
    }
}
