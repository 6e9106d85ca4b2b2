/*
 * Structs that callers own and that are no options: tables, reports and other results. They begin
 * with their size, by _init or, in one that was zeroed, 0 for that of version 0.2. A caller's
 * struct is read and written as far as its size says.
 */
#ifndef GMIX_BASE_STRUCTS_H
#define GMIX_BASE_STRUCTS_H

#include <string.h>

#include <gmix/report.h>
#include <gmix/table.h>

#include "base/base.h"

/* A size this far beyond the library's own is no size: the struct was not initialised. */
enum { GMIX_I_MOST_NEWER = 1024 };

/* How large the caller's struct is; 0 if its size is none that any version could have. */
static inline size_t gmix_i_struct_size(const void *given, size_t first, size_t whole) {
    size_t size;
    memcpy(&size, given, sizeof size);
    size = size ? size : first;
    return size < first || size > whole + GMIX_I_MOST_NEWER ? 0 : size;
}

/* The library's struct into the caller's, whose size stays; what only newer versions have is 0. */
static inline void gmix_i_struct_give(void *out, size_t first, const void *from,
                                      size_t whole) {
    const size_t size = gmix_i_struct_size(out, first, whole);
    size_t said;
    memcpy(&said, out, sizeof said);
    memcpy(out, from, size < whole ? size : whole);
    memset((char *)out + (size < whole ? size : whole), 0,
           size > whole ? size - whole : 0);
    memcpy(out, &said, sizeof said);
}

/* *given as a struct of the library's size: itself, or a copy in room. False for a size that is
 * none, or one of a newer version, whose fields the library would pass over in silence. */
static inline bool gmix_i_struct_take(const void **given, size_t first, void *room,
                                      size_t whole) {
    if (!*given) {
        return true;
    }
    const size_t size = gmix_i_struct_size(*given, first, whole);
    if (size < whole && size > 0) {
        memset(room, 0, whole);
        memcpy(room, *given, size);
        *given = room;
    }
    return size > 0 && size <= whole;
}

/* The sizes of version 0.2, which never change. */
#define GMIX_I_TABLE_FIRST GMIX_I_SIZE_TO(gmix_table, col_offsets)
#define GMIX_I_REPORT_FIRST GMIX_I_SIZE_TO(gmix_report, owner)

/* At the public boundary, after GMIX_I_CTX: tables and reports of older versions are made whole. */
#define GMIX_I_WHOLE(ctx, type, first, given)                                    \
    type gmix_i_whole_##given;                                                   \
    const void *gmix_i_any_##given = (given);                                    \
    if (!gmix_i_struct_take(&gmix_i_any_##given, (first), &gmix_i_whole_##given, \
                            sizeof gmix_i_whole_##given)) {                      \
        return gmix_i_fail((ctx), GMIX_ERR_ARGUMENT,                             \
                           "the " #type " was not zeroed or set by " #type       \
                           "_init(), or is of a newer gmix than this library");  \
    }                                                                            \
    (given) = gmix_i_any_##given
#define GMIX_I_TABLE(ctx, table) GMIX_I_WHOLE(ctx, gmix_table, GMIX_I_TABLE_FIRST, table)
#define GMIX_I_REPORT(ctx, report) \
    GMIX_I_WHOLE(ctx, gmix_report, GMIX_I_REPORT_FIRST, report)

/* The same for a place for a result, which may be NULL: refused before there is one. */
#define GMIX_I_PLACE(ctx, type, first, out)                                            \
    if ((out) && !gmix_i_struct_size((out), (first), sizeof(type))) {                  \
        return gmix_i_fail((ctx), GMIX_ERR_ARGUMENT,                                   \
                           "the " #type " was not zeroed or set by " #type "_init()"); \
    }

#endif
