/*
 * Whole files as bytes, read into memory. Regular files are mapped privately instead where the context
 * allows it: a mapping whose file another program shortens ends the program. Content that
 * begins as gzip or zstd is decompressed.
 *
 * A zero after the last byte lets parsers look one byte ahead without asking. In a
 * mapping it goes into the rest of the last page, which that write makes our own copy, so
 * a file that grows meanwhile cannot change it. A file that fills its last page is mapped
 * over an anonymous mapping one page longer.
 */
#include "files/bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    READ_STEP = 1 << 20,
    MOST_STEP = 1 << 24 /* between two polls */
};

const char *gmix_i_input_name(const char *path) {
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

static gmix_status fail_errno(gmix_ctx *ctx, const char *verb, const char *name) {
    return gmix_i_fail(ctx, GMIX_ERR_IO, "cannot %s %s: %s", verb, name, strerror(errno));
}

void gmix_i_bytes_own(gmix_ctx *ctx, struct gmix_i_bytes *bytes, char *block, size_t n) {
    const char *const name = bytes->name;
    const char *const wrapping = bytes->wrapping;
    gmix_i_bytes_free(bytes);
    block[n] = '\0';
    *bytes = (struct gmix_i_bytes){.name = name,
                                   .data = block,
                                   .n = n,
                                   .wrapping = wrapping,
                                   .block = block,
                                   .from = ctx->opts.allocator};
}

void gmix_i_bytes_free(struct gmix_i_bytes *bytes) {
    if (bytes->map) {
        munmap(bytes->map, bytes->map_size);
    }
    if (bytes->block) {
        gmix_i_release(&bytes->from, bytes->block);
    }
    *bytes = (struct gmix_i_bytes){0};
}

/*
 * Maps a regular file of n bytes, with a zero behind; false if the system will not. Only
 * the last page is writable, so a file larger than the memory can be mapped.
 */
static bool map_file(int fd, size_t n, struct gmix_i_bytes *out) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t size = n / page * page + page; /* at least one byte more than n */
    char *const room = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (room == MAP_FAILED) {
        return false;
    }
    if (mmap(room, n, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0) == MAP_FAILED ||
        mprotect(room + size - page, page, PROT_READ | PROT_WRITE) != 0) {
        munmap(room, size);
        return false;
    }
    room[n] = '\0';
    out->map = room;
    out->map_size = size;
    out->data = room;
    out->n = n;
    return true;
}

/* Reads to the end. size: bytes that there will be, about; 0: nobody knows, so that the limit of
 * inputs holds. */
static gmix_status read_all(gmix_ctx *ctx, int fd, size_t size,
                            struct gmix_i_bytes *out) {
    gmix_status status = GMIX_OK;
    char *block = NULL;
    size_t n = 0, capacity = 0;
    if (size > 0) {
        GMIX_TRY(gmix_i_grow(ctx, out->name, &block, &capacity, size + 2, 1));
    }
    for (;;) {
        if (capacity - n < 2) {
            GMIX_TRY(
                gmix_i_grow(ctx, out->name, &block, &capacity, n + READ_STEP + 1, 1));
        }
        const size_t room = capacity - n - 1;
        const ssize_t got = read(fd, block + n, room < MOST_STEP ? room : MOST_STEP);
        GMIX_TRY(gmix_i_poll_reading(ctx, out->name));
        if (got < 0 && errno != EINTR) {
            status = fail_errno(ctx, "read", out->name);
            goto done;
        }
        if (got == 0) {
            break;
        }
        n += got > 0 ? (size_t)got : 0;
        if (size == 0) {
            GMIX_TRY(gmix_i_check_input(ctx, out->name, n));
        }
    }
    gmix_i_bytes_own(ctx, out, block, n);
    block = NULL;
done:
    gmix_i_free(ctx, block);
    return status;
}

gmix_status gmix_i_bytes_read(gmix_ctx *ctx, const char *path, struct gmix_i_bytes *out) {
    gmix_status status = GMIX_OK;
    const bool from_stdin = strcmp(path, "-") == 0;
    *out = (struct gmix_i_bytes){.name = gmix_i_input_name(path)};
    const int fd = from_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return fail_errno(ctx, "open", path);
    }
    struct stat about;
    if (fstat(fd, &about) != 0) {
        status = fail_errno(ctx, "read", out->name);
        goto done;
    }
    if (S_ISDIR(about.st_mode)) {
        GMIX_FAIL(ctx, GMIX_ERR_IO, "cannot read %s: it is a directory", out->name);
    }
    /* A regular file may be standard input that someone has read a part of. */
    const bool whole = S_ISREG(about.st_mode) && about.st_size > 0 && !from_stdin;
    const size_t size = whole ? (size_t)about.st_size : 0;
    if (!whole || !ctx->maps_files || !map_file(fd, size, out)) {
        GMIX_TRY(read_all(ctx, fd, size, out));
    }
    GMIX_TRY(gmix_i_unwrap(ctx, out));
done:
    if (!from_stdin) {
        close(fd);
    }
    if (status != GMIX_OK) {
        gmix_i_bytes_free(out);
    }
    return status;
}

gmix_status gmix_i_bytes_copy(gmix_ctx *ctx, const char *name, const void *data, size_t n,
                              struct gmix_i_bytes *out) {
    *out = (struct gmix_i_bytes){.name = name};
    char *block;
    gmix_status status = gmix_i_calloc(ctx, name, n + 1, 1, &block);
    if (status != GMIX_OK) {
        return status;
    }
    if (n > 0) {
        memcpy(block, data, n);
    }
    gmix_i_bytes_own(ctx, out, block, n);
    status = gmix_i_unwrap(ctx, out);
    if (status != GMIX_OK) {
        gmix_i_bytes_free(out);
    }
    return status;
}
