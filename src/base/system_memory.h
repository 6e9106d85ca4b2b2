/* The default allocator: calloc() and free(). gmix_i_alloc() knows that its memory is clear. */
#ifndef GMIX_BASE_SYSTEM_MEMORY_H
#define GMIX_BASE_SYSTEM_MEMORY_H

#include <gmix/context.h>

gmix_allocator gmix_i_system_memory(void);

#endif
