/* No yardstick: what stands in for gemm_rate.c with -Dblas=disabled. See gemm_rate.h. */
#include "gemm_rate.h"

#include <math.h>

const char cli_gemm_absent[] = "this build leaves OpenBLAS alone (-Dblas=disabled)";

bool cli_gemm_open(struct cli_gemm *gemm, bool single, int n_threads) {
    *gemm = (struct cli_gemm){.single = single, .n_threads = n_threads};
    return false;
}

void cli_gemm_close(struct cli_gemm *gemm) {
    *gemm = (struct cli_gemm){0};
}

double cli_gemm_rate(const struct cli_gemm *gemm) {
    (void)gemm;
    return (double)NAN;
}
