/* Decompression by content, of bytes that are all in memory. */
#include "files/bytes.h"
#include "files/decoder.h"

enum { FIRST_STEP = 1 << 16 };

/* What has been decompressed so far. */
struct unpacked {
    char *block;
    size_t n, capacity;
};

static gmix_status make_room(gmix_ctx *ctx, const char *name, struct unpacked *u) {
    const gmix_status cut = gmix_i_poll_reading(ctx, name);
    if (cut != GMIX_OK) {
        return cut;
    }
    const gmix_status much = gmix_i_check_input(ctx, name, u->n);
    if (much != GMIX_OK) {
        return much;
    }
    const size_t need = u->n + FIRST_STEP + 1;
    return gmix_i_grow(ctx, name, &u->block, &u->capacity, need, 1);
}

static gmix_status unpack(gmix_ctx *ctx, const struct gmix_i_bytes *bytes,
                          struct gmix_i_decoder *d, struct unpacked *u) {
    gmix_status status = GMIX_OK;
    const char *in = bytes->data;
    size_t n_in = bytes->n;
    for (bool more = true; more;) {
        size_t got;
        const size_t before = n_in;
        GMIX_TRY(make_room(ctx, bytes->name, u));
        GMIX_TRY(gmix_i_decode(ctx, d, &in, &n_in, true, u->block + u->n,
                               u->capacity - u->n - 1, &got));
        u->n += got;
        more = got > 0 || n_in < before;
    }
done:
    return status;
}

gmix_status gmix_i_unwrap(gmix_ctx *ctx, struct gmix_i_bytes *bytes) {
    const char *const kind = gmix_i_compression(bytes->data, bytes->n);
    gmix_status status = GMIX_OK;
    struct unpacked u = {0};
    struct gmix_i_decoder d = {0};
    if (!kind) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_decoder_open(ctx, bytes->name, kind, &d));
    GMIX_TRY(unpack(ctx, bytes, &d, &u));
    gmix_i_bytes_own(ctx, bytes, u.block, u.n);
    u.block = NULL;
    bytes->wrapping = kind;
done:
    gmix_i_decoder_close(&d);
    gmix_i_free(ctx, u.block);
    return status;
}
