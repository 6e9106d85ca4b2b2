/* Thrift's compact protocol. See thrift.h. */
#include "files/thrift.h"

enum { DEEPEST = 32 };

static unsigned byte(struct gmix_i_thrift *t) {
    if (t->at >= t->end) {
        t->bad = true;
    }
    return t->bad ? 0 : *t->at++;
}

static uint64_t thrift_varint(struct gmix_i_thrift *t) {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const unsigned b = byte(t);
        value |= (uint64_t)(b & 127U) << shift;
        if (b < 128) {
            return t->bad ? 0 : value;
        }
    }
    t->bad = true;
    return 0;
}

static int64_t zigzag(uint64_t x) {
    return (int64_t)(x >> 1) ^ -(int64_t)(x & 1);
}

bool gmix_i_thrift_field(struct gmix_i_thrift *t, int *id, int *type) {
    const unsigned head = byte(t);
    *type = (int)(head & 15U);
    if (*type == GMIX_I_THRIFT_STOP || t->bad) {
        return false;
    }
    const int64_t next =
        head >> 4 ? *id + (int64_t)(head >> 4) : zigzag(thrift_varint(t));
    t->bad = t->bad || next < 0 || next > INT16_MAX || *type > GMIX_I_THRIFT_STRUCT;
    *id = t->bad ? 0 : (int)next;
    return !t->bad;
}

int64_t gmix_i_thrift_int(struct gmix_i_thrift *t, int type) {
    switch (type) {
    case GMIX_I_THRIFT_TRUE:
        return 1;
    case GMIX_I_THRIFT_FALSE:
        return 0;
    case GMIX_I_THRIFT_BYTE:
        return (int8_t)byte(t);
    case GMIX_I_THRIFT_I16:
    case GMIX_I_THRIFT_I32:
    case GMIX_I_THRIFT_I64:
        return zigzag(thrift_varint(t));
    default:
        t->bad = true;
        return 0;
    }
}

const char *gmix_i_thrift_bytes(struct gmix_i_thrift *t, int type, size_t *n) {
    const uint64_t length = type == GMIX_I_THRIFT_BINARY ? thrift_varint(t) : 0;
    *n = 0;
    t->bad = t->bad || type != GMIX_I_THRIFT_BINARY || length > (size_t)(t->end - t->at);
    if (t->bad) {
        return "";
    }
    const char *const bytes = (const char *)t->at;
    t->at += length;
    *n = (size_t)length;
    return bytes;
}

/* Number and type of a list's elements: each has a byte at least. */
static size_t list_head(struct gmix_i_thrift *t, int *type) {
    const unsigned head = byte(t);
    const uint64_t n = head >> 4 == 15 ? thrift_varint(t) : head >> 4;
    *type = (int)(head & 15U);
    t->bad = t->bad || n > (size_t)(t->end - t->at);
    return t->bad ? 0 : (size_t)n;
}

size_t gmix_i_thrift_list(struct gmix_i_thrift *t, int type, int wanted) {
    int got;
    if (type != GMIX_I_THRIFT_LIST) {
        t->bad = true;
        return 0;
    }
    const size_t n = list_head(t, &got);
    t->bad = t->bad || (n > 0 && got != wanted);
    return t->bad ? 0 : n;
}

static void skip(struct gmix_i_thrift *t, int type, int depth);

static void skip_struct(struct gmix_i_thrift *t, int depth) {
    int id = 0, type;
    while (gmix_i_thrift_field(t, &id, &type)) {
        skip(t, type, depth);
    }
}

/* Truth values have a byte each where they are elements. */
static void skip_element(struct gmix_i_thrift *t, int type, int depth) {
    if (type == GMIX_I_THRIFT_TRUE || type == GMIX_I_THRIFT_FALSE) {
        (void)byte(t);
    } else {
        skip(t, type, depth);
    }
}

static void skip_list(struct gmix_i_thrift *t, int depth) {
    int type;
    const size_t n = list_head(t, &type);
    for (size_t i = 0; i < n && !t->bad; i++) {
        skip_element(t, type, depth);
    }
}

static void skip_map(struct gmix_i_thrift *t, int depth) {
    const uint64_t n = thrift_varint(t);
    const unsigned types = n > 0 ? byte(t) : 0;
    t->bad = t->bad || n > (size_t)(t->end - t->at);
    for (uint64_t i = 0; i < n && !t->bad; i++) {
        skip_element(t, (int)(types >> 4), depth);
        skip_element(t, (int)(types & 15U), depth);
    }
}

static void skip(struct gmix_i_thrift *t, int type, int depth) {
    size_t n;
    if (depth > DEEPEST) {
        t->bad = true;
    } else if (type == GMIX_I_THRIFT_STRUCT) {
        skip_struct(t, depth + 1);
    } else if (type == GMIX_I_THRIFT_LIST || type == GMIX_I_THRIFT_SET) {
        skip_list(t, depth + 1);
    } else if (type == GMIX_I_THRIFT_MAP) {
        skip_map(t, depth + 1);
    } else if (type == GMIX_I_THRIFT_BINARY) {
        (void)gmix_i_thrift_bytes(t, type, &n);
    } else if (type == GMIX_I_THRIFT_DOUBLE) {
        for (n = 0; n < 8; n++) {
            (void)byte(t);
        }
    } else {
        (void)gmix_i_thrift_int(t, type);
    }
}

void gmix_i_thrift_skip(struct gmix_i_thrift *t, int type) {
    skip(t, type, 0);
}
