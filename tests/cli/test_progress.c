/*
 * What is said of work that takes long, by a clock of the test's own: nothing in the first two seconds
 * and where nobody wants to know; then a line a second, unless something else was said.
 */
#include <unistd.h>

#include "check.h"
#include "progress_line.h"

/* Lines in the file that stands in for standard error. */
static int count_lines(FILE *file) {
    int n = 0;
    fflush(stderr);
    rewind(file);
    for (int c = fgetc(file); c != EOF; c = fgetc(file)) {
        n += c == '\n';
    }
    return n;
}

int main(void) {
    FILE *const file = tmpfile();
    const int kept = dup(STDERR_FILENO);
    if (!CHECK(file != NULL) || dup2(fileno(file), STDERR_FILENO) < 0) {
        return CHECK_DONE();
    }
    struct cli_progress p;
    cli_progress_open(&p, true, true);
    const double began = p.began;
    cli_progress_beat(&p, began + 100.0);
    CHECK_EQ_INT(count_lines(file), 0);
    cli_progress_open(&p, false, true);
    p.began = began;
    for (int tenth = 0; tenth < 20; tenth++) {
        cli_progress_beat(&p, began + 0.1 * tenth);
    }
    CHECK_EQ_INT(count_lines(file), 0);
    for (int tenth = 20; tenth < 50; tenth++) {
        cli_progress_beat(&p, began + 0.1 * tenth + 0.01);
    }
    CHECK_EQ_INT(count_lines(file), 3);
    p.began = p.spoke = cli_progress_clock() - 10.0;
    cli_progress_show(&p, &(gmix_progress){.stage = "em", .n_runs = 1, .seconds = 7.0});
    CHECK_EQ_INT(count_lines(file), 4);
    cli_progress_beat(&p, p.began + 10.1);
    CHECK_EQ_INT(count_lines(file), 4);
    cli_progress_beat(&p, p.began + 20.0);
    CHECK_EQ_INT(count_lines(file), 5);
    p.spoke = 0.0;
    cli_progress_rows(&p, 0.0, 0.0, 100.0); /* a pass begins: nothing is known yet */
    CHECK_EQ_INT(count_lines(file), 5);
    cli_progress_rows(&p, 3e6, 0.25, 102.0);
    cli_progress_rows(&p, 3.1e6, 0.26, 102.5); /* too soon after */
    CHECK_EQ_INT(count_lines(file), 6);
    char text[512] = "", last[512] = "";
    rewind(file);
    while (fgets(text, sizeof text, file)) {
        memcpy(last, text, sizeof last);
    }
    CHECK_EQ_STR(last, "3 million rows, 1.5 million rows/s, 6 s left\n");
    rewind(file);
    CHECK(fgets(text, sizeof text, file) && strcmp(text, "working for 2 s\n") == 0);
    dup2(kept, STDERR_FILENO);
    fclose(file);
    close(kept);
    return CHECK_DONE();
}
