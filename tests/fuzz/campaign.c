/*
 * Mutated models and tables through every call, case by case: `campaign COUNT FIRST FILE...`.
 * Case i is a function of i and of the files alone: one of them, changed in some places, under a
 * number of allocations that succeed and of polls after which the work is cancelled, or under
 * none. Meant for a build with sanitizers; by itself it holds what drive.h holds, and that no
 * memory is left behind. A case that ends the program is named on stderr.
 */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "mutate.h"

typedef struct seed_file {
    const char *name;
    uint8_t *bytes;
    size_t n;
} seed_file;

static struct { unsigned long models, tables, refused; } tally;

static volatile unsigned long at_case;

/* Sanitizers call this when they end the program. */
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

static void name_case(void) {
    static const char head[] = "campaign: case ";
    char digits[24], *first = digits + sizeof digits;
    *--first = '\n';
    for (unsigned long left = at_case; left > 0; left /= 10) {
        *--first = (char)('0' + left % 10);
    }
    const ssize_t written =
        write(STDERR_FILENO, head, sizeof head - 1) +
        write(STDERR_FILENO, first, (size_t)(digits + sizeof digits - first));
    (void)written;
}

static void on_abort(int number) {
    name_case();
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

static seed_file read_file(const char *path) {
    seed_file out = {.name = path};
    FILE *const file = fopen(path, "rb");
    target_require(file && fseek(file, 0, SEEK_END) == 0, path);
    const long size = ftell(file);
    target_require(size > 0, path);
    rewind(file);
    out.n = (size_t)size;
    out.bytes = malloc(out.n);
    target_require(out.bytes && fread(out.bytes, 1, out.n, file) == out.n, path);
    (void)fclose(file);
    return out;
}

static void try_model(drive *d, const uint8_t *bytes, size_t n) {
    gmix_model *model = NULL;
    gmix_report report = {0};
    const gmix_status status =
        gmix_model_from_json(d->ctx, (const char *)bytes, n, "case", &model, &report);
    if (drive_done(d, status)) {
        tally.models++;
        drive_model(d, model, &report);
    } else {
        tally.refused++;
    }
    gmix_model_free(&model);
    gmix_report_free(&report);
}

static void try_table(drive *d, const uint8_t *bytes, size_t n) {
    gmix_data *data = NULL;
    gmix_read_options opts;
    gmix_read_options_init(&opts);
    opts.labels = drive_roll(d, 8) ? NULL : "0";
    opts.weights = drive_roll(d, 8) ? NULL : "1";
    if (drive_done(d, gmix_data_from_memory(d->ctx, "case", bytes, n, &opts, &data))) {
        tally.tables++;
        drive_table(d, gmix_data_table(data));
    } else {
        tally.refused++;
    }
    gmix_data_free(&data);
}

static void run_case(unsigned long number, const seed_file *files, size_t n_files) {
    drive d = {.ctx = target_ctx(), .state = number * 0x9e3779b97f4a7c15U, .odds = 6};
    const seed_file *const file = &files[drive_roll(&d, n_files)];
    size_t n;
    uint8_t *const bytes = mutate(&d, file->bytes, file->n, &n);
    const long allocations = drive_roll(&d, 3) ? -1 : (long)drive_roll(&d, 400);
    const long polls = drive_roll(&d, 3) ? -1 : 1 + (long)drive_roll(&d, 60);
    target_limit(allocations, polls);
    if (strstr(file->name, ".json")) {
        try_model(&d, bytes, n);
    } else {
        try_table(&d, bytes, n);
    }
    target_limit(-1, -1);
    gmix_ctx_free(&d.ctx);
    target_require(target_used() == 0, "memory left behind");
    free(bytes);
}

int main(int argc, char **argv) {
    target_require(argc > 3, "campaign COUNT FIRST FILE...");
    const unsigned long count = strtoul(argv[1], NULL, 10),
                        first = strtoul(argv[2], NULL, 10);
    const size_t n_files = (size_t)argc - 3;
    seed_file *const files = calloc(n_files, sizeof *files);
    target_require(files != NULL, "no memory for files");
    for (size_t f = 0; f < n_files; f++) {
        files[f] = read_file(argv[3 + f]);
    }
    if (__sanitizer_set_death_callback) {
        __sanitizer_set_death_callback(name_case);
    }
    (void)signal(SIGABRT, on_abort);
    (void)signal(SIGALRM, on_abort);
    for (at_case = first; at_case < first + count; at_case++) {
        (void)alarm(60); /* no case may take longer */
        run_case(at_case, files, n_files);
        if ((at_case - first + 1) % 100000 == 0) {
            printf("%lu cases\n", at_case - first + 1);
            (void)fflush(stdout);
        }
    }
    (void)alarm(0);
    printf("%lu cases: %lu models and %lu tables used, %lu refused\n", count,
           tally.models, tally.tables, tally.refused);
    printf("%lu passed, 0 failed\n", count);
    for (size_t f = 0; f < n_files; f++) {
        free(files[f].bytes);
    }
    free(files);
    return 0;
}
