/*
 * Reading Thrift's compact protocol, as the metadata of Parquet files are written: whole numbers in groups of 7
 * bits, zigzag where they have a sign, fields by the difference of their numbers. Whatever the bytes are, no
 * function reads beyond `end`; `bad` tells that they are not what they should be, and then all is 0.
 *
 * Source: Apache Thrift, "Thrift Compact protocol encoding".
 */
#ifndef GMIX_FILES_THRIFT_H
#define GMIX_FILES_THRIFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gmix_i_thrift {
    const unsigned char *at, *end;
    bool bad;
};

enum gmix_i_thrift_type {
    GMIX_I_THRIFT_STOP,
    GMIX_I_THRIFT_TRUE,
    GMIX_I_THRIFT_FALSE,
    GMIX_I_THRIFT_BYTE,
    GMIX_I_THRIFT_I16,
    GMIX_I_THRIFT_I32,
    GMIX_I_THRIFT_I64,
    GMIX_I_THRIFT_DOUBLE,
    GMIX_I_THRIFT_BINARY,
    GMIX_I_THRIFT_LIST,
    GMIX_I_THRIFT_SET,
    GMIX_I_THRIFT_MAP,
    GMIX_I_THRIFT_STRUCT
};

/* The next field of a struct: false at its end. *id is that of the field before, 0 at first. */
bool gmix_i_thrift_field(struct gmix_i_thrift *t, int *id, int *type);

/* The value of a field: a whole number or a truth value; bytes, n of them; a list's head. */
int64_t gmix_i_thrift_int(struct gmix_i_thrift *t, int type);
const char *gmix_i_thrift_bytes(struct gmix_i_thrift *t, int type, size_t *n);
size_t gmix_i_thrift_list(struct gmix_i_thrift *t, int type, int wanted);

/* Passes over a field's value, whatever it is. */
void gmix_i_thrift_skip(struct gmix_i_thrift *t, int type);

#endif
