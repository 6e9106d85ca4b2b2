/* See mutate.h. */
#include "mutate.h"

#include <string.h>

static const char *const NUMBERS[] = {"0",
                                      "-0",
                                      "1",
                                      "-1",
                                      "2",
                                      "0.5",
                                      "1e-300",
                                      "1e308",
                                      "-1e308",
                                      "1e16",
                                      "5e-324",
                                      "1e-17",
                                      "4294967296",
                                      "18446744073709551615",
                                      "nan",
                                      "NA",
                                      "inf",
                                      "1234567",
                                      "1e15",
                                      "null",
                                      "-9223372036854775808",
                                      "1e999",
                                      "\"\"",
                                      "[]",
                                      "2147483648",
                                      "1e-140",
                                      "1e140",
                                      "0x1p3"};

typedef struct buffer {
    uint8_t *at;
    size_t n, room;
} buffer;

/* `less` bytes at a place give way to n others. */
static void splice(buffer *b, size_t place, size_t less, const void *bytes, size_t n) {
    if (b->n - less + n > b->room) {
        return;
    }
    memmove(b->at + place + n, b->at + place + less, b->n - place - less);
    if (n > 0) {
        memcpy(b->at + place, bytes, n);
    }
    b->n = b->n - less + n;
}

static int is_numeric(uint8_t c) {
    return (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == 'e';
}

/* The number at or after a random place becomes another one. */
static void change_number(drive *d, buffer *b) {
    size_t first = drive_roll(d, b->n);
    while (first < b->n && !(b->at[first] >= '0' && b->at[first] <= '9')) {
        first++;
    }
    while (first > 0 && first < b->n && is_numeric(b->at[first - 1])) {
        first--;
    }
    size_t end = first;
    while (end < b->n && is_numeric(b->at[end])) {
        end++;
    }
    if (end > first) {
        const char *const number =
            NUMBERS[drive_roll(d, sizeof NUMBERS / sizeof *NUMBERS)];
        splice(b, first, end - first, number, strlen(number));
    }
}

/* A stretch of bytes is left out, or copied to another place. */
static void change_stretch(drive *d, buffer *b) {
    uint8_t stretch[64];
    const size_t place = drive_roll(d, b->n), most = b->n - place;
    const size_t n = 1 + drive_roll(d, most < sizeof stretch ? most : sizeof stretch);
    memcpy(stretch, b->at + place, n < most ? n : most);
    if (drive_roll(d, 2)) {
        splice(b, place, n < most ? n : most, NULL, 0);
    } else {
        splice(b, drive_roll(d, b->n), 0, stretch, n < most ? n : most);
    }
}

/* The lines from a random one on are doubled, so that tables have any number of rows. */
static void double_lines(drive *d, buffer *b) {
    const size_t half = b->n / 2;
    const uint8_t *const line =
        memchr(b->at + drive_roll(d, half + 1), '\n', b->n - half);
    if (line) {
        const size_t from = (size_t)(line - b->at) + 1, n = b->n - from;
        uint8_t *const copy = malloc(n + 1);
        target_require(copy != NULL, "no memory for lines");
        memcpy(copy, b->at + from, n);
        splice(b, b->n, 0, copy, n);
        free(copy);
    }
}

uint8_t *mutate(drive *d, const uint8_t *bytes, size_t n, size_t *size) {
    buffer b = {.n = n, .room = 8 * n + 256};
    b.at = malloc(b.room);
    target_require(b.at != NULL && n > 0, "no bytes to change");
    memcpy(b.at, bytes, n);
    const size_t changes = drive_roll(d, 4);
    for (size_t c = 0; c < changes && b.n > 0; c++) {
        const size_t kind = drive_roll(d, 16);
        if (kind < 11) {
            change_number(d, &b);
        } else if (kind < 13) {
            change_stretch(d, &b);
        } else if (kind < 15) {
            double_lines(d, &b);
        } else {
            b.at[drive_roll(d, b.n)] = (uint8_t)drive_roll(d, 256);
        }
    }
    *size = b.n;
    return b.at;
}
