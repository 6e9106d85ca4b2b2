/*
 * Writing JSON (RFC 8259). Numbers are the shortest that read back to the same bits, NaN
 * and infinities null; strings are valid UTF-8 whatever they were (U+FFFD stands for
 * bytes that are none).
 *
 * Rejected: building a Jansson tree to dump. It cannot keep rows of a matrix on one line
 * without putting everything on one line, and takes some 100 bytes per number.
 */
#include "files/json_out.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "text/number.h"
#include "text/utf8.h"

static void put(struct gmix_i_json *json, const char *bytes, size_t n) {
    if (json->status == GMIX_OK) {
        json->status = gmix_i_grow(json->ctx, "JSON text", &json->bytes, &json->capacity,
                                   json->used + n, 1);
    }
    if (json->status == GMIX_OK) {
        memcpy(json->bytes + json->used, bytes, n);
        json->used += n;
    }
}

static void put_text(struct gmix_i_json *json, const char *text) {
    put(json, text, strlen(text));
}

static void new_line(struct gmix_i_json *json) {
    put(json, "\n", 1);
    for (size_t i = 0; i < json->depth; i++) {
        put(json, " ", 1);
    }
}

static void put_string(struct gmix_i_json *json, const char *text) {
    const unsigned char *s = (const unsigned char *)text;
    put(json, "\"", 1);
    while (*s) {
        const size_t n = gmix_i_utf8_length(s);
        if (n == 0) {
            put_text(json, "\\ufffd");
        } else if (*s == '"' || *s == '\\') {
            put(json, *s == '"' ? "\\\"" : "\\\\", 2);
        } else if (*s < 0x20 || *s == 0x7f) {
            char escape[8];
            snprintf(escape, sizeof escape, "\\u%04x", (unsigned)*s);
            put_text(json, escape);
        } else {
            put(json, (const char *)s, n);
        }
        s += n > 0 ? n : 1;
    }
    put(json, "\"", 1);
}

static void put_real(struct gmix_i_json *json, double x) {
    char text[GMIX_I_NUMBER_SIZE];
    if (isfinite(x)) {
        put(json, text, gmix_i_number_text(x, text));
    } else {
        put_text(json, "null");
    }
}

/* What comes before a value: comma, line, name. */
static void begin(struct gmix_i_json *json, const char *name) {
    if (json->inside) {
        put(json, ",", 1);
    }
    if (json->depth > 0) {
        new_line(json);
    }
    if (name) {
        put_string(json, name);
        put(json, ": ", 2);
    }
    json->inside = true;
}

void gmix_i_json_open(struct gmix_i_json *json, const char *name, char bracket) {
    begin(json, name);
    put(json, &bracket, 1);
    json->depth++;
    json->inside = false;
}

void gmix_i_json_close(struct gmix_i_json *json, char bracket) {
    json->depth--;
    if (json->inside) {
        new_line(json);
    }
    put(json, &bracket, 1);
    json->inside = true;
}

void gmix_i_json_text(struct gmix_i_json *json, const char *name, const char *text) {
    begin(json, name);
    if (text) {
        put_string(json, text);
    } else {
        put_text(json, "null");
    }
}

void gmix_i_json_real(struct gmix_i_json *json, const char *name, double x) {
    begin(json, name);
    put_real(json, x);
}

void gmix_i_json_count(struct gmix_i_json *json, const char *name, size_t n) {
    char text[24];
    begin(json, name);
    snprintf(text, sizeof text, "%zu", n);
    put_text(json, text);
}

void gmix_i_json_flag(struct gmix_i_json *json, const char *name, bool on) {
    begin(json, name);
    put_text(json, on ? "true" : "false");
}

void gmix_i_json_texts(struct gmix_i_json *json, const char *name,
                       const char *const *texts, size_t n) {
    begin(json, name);
    put(json, "[", 1);
    for (size_t i = 0; i < n; i++) {
        put_text(json, i > 0 ? ", " : "");
        put_string(json, texts[i]);
    }
    put(json, "]", 1);
}

void gmix_i_json_reals(struct gmix_i_json *json, const char *name, const double *x,
                       const size_t *dims, size_t n_dims) {
    if (n_dims > 1) {
        const size_t step = dims[1] * (n_dims > 2 ? dims[2] : 1);
        gmix_i_json_open(json, name, '[');
        for (size_t i = 0; i < dims[0]; i++) {
            gmix_i_json_reals(json, NULL, x + i * step, dims + 1, n_dims - 1);
        }
        gmix_i_json_close(json, ']');
        return;
    }
    begin(json, name);
    put(json, "[", 1);
    for (size_t i = 0; i < dims[0]; i++) {
        put_text(json, i > 0 ? ", " : "");
        put_real(json, x[i]);
    }
    put(json, "]", 1);
}

void gmix_i_json_end(struct gmix_i_json *json) {
    put(json, "\n", 1);
}

gmix_status gmix_i_json_take(struct gmix_i_json *json, char **out) {
    gmix_i_json_end(json);
    if (json->status == GMIX_OK) {
        json->status = gmix_i_text_new(json->ctx, json->bytes, json->used, out);
    }
    gmix_i_json_drop(json);
    return json->status;
}

void gmix_i_json_drop(struct gmix_i_json *json) {
    gmix_i_free(json->ctx, json->bytes);
    json->bytes = NULL;
    json->used = json->capacity = 0;
}
