/**
 * Options: structs that begin with their size, and the tables behind them.
 *
 * A program sets a struct by its _init function, then changes fields. The size that _init leaves in
 * struct_size is that of the program's own header, so that a library which has more options serves
 * it: the others have their defaults. A struct with more than the library knows is refused
 * (GMIX_ERR_ARGUMENT). docs/stability.md has the promise.
 */
#ifndef GMIX_OPTION_INFO_H
#define GMIX_OPTION_INFO_H

#include "context.h"

#ifdef __cplusplus
extern "C" {
#endif

/** One option, for building interfaces on it: what a field of an options struct may hold. */
typedef struct gmix_option_info {
    const char *name;  /* the field's name */
    const char *type;  /* "size", "real", "name", "flag" (0 or 1), "seed" or "text" */
    const char *value; /* default, as text; NULL: none */
    double min, max;   /* range of sizes and reals */
    const char *const *choices; /* for names: NULL-terminated */
    const char *help;           /* one line */
    size_t offset;              /* of the field in the struct */
    void *reserved[2];          /* NULL: tables are read by programs of any version */
} gmix_option_info;

#ifdef __cplusplus
}
#endif
#endif
