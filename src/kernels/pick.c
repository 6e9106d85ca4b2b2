/*
 * Which kernels run: one row per level, slowest first; each needs what the one before
 * needs. A level is in the build when its library is (GMIX_HAVE_...), and runs when the
 * processor has what its flags ask for. GMIX_CPU=ref|avx2|avx512|neon|simd128 forces a
 * level; a name this build or machine lacks is ignored, so that one environment serves
 * all machines.
 */
#include "kernels/levels.h"

#include <stdlib.h>
#include <string.h>

typedef struct level {
    const char *name;
    int (*runs_here)(void);
    const gmix_i_kernels *tables[2]; /* double, single */
} level;

static int always(void) {
    return 1;
}

#ifdef GMIX_HAVE_X86
static int has_avx2(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static int has_avx512(void) {
#ifdef GMIX_EMULATED_AVX512
    return has_avx2();
#else
    return has_avx2() && __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512bw");
#endif
}
#endif

static const level levels[] = {
    {"ref", always, {&gmix_i_kernels_ref_double, &gmix_i_kernels_ref_single}},
#ifdef GMIX_HAVE_X86
    {"avx2", has_avx2, {&gmix_i_kernels_avx2_double, &gmix_i_kernels_avx2_single}},
    {"avx512",
     has_avx512,
     {&gmix_i_kernels_avx512_double, &gmix_i_kernels_avx512_single}},
#elif defined GMIX_HAVE_NEON
    {"neon", always, {&gmix_i_kernels_neon_double, &gmix_i_kernels_neon_single}},
#elif defined GMIX_HAVE_SIMD128
    {"simd128", always, {&gmix_i_kernels_simd128_double, &gmix_i_kernels_simd128_single}},
#endif
};

#define N_LEVELS (sizeof levels / sizeof levels[0])

/* How many of the levels this machine runs; at least 1. */
static size_t count_levels(void) {
    size_t count = 1;
    while (count < N_LEVELS && levels[count].runs_here())
        count++;
    return count;
}

const gmix_i_kernels *gmix_i_kernels_at(const char *name, int single) {
    for (size_t i = count_levels(); i-- > 0;)
        if (strcmp(levels[i].name, name) == 0)
            return levels[i].tables[single != 0];
    return NULL;
}

const gmix_i_kernels *gmix_i_kernels_pick(int single) {
    const char *forced = getenv("GMIX_CPU");
    const gmix_i_kernels *table = forced ? gmix_i_kernels_at(forced, single) : NULL;
    return table ? table : levels[count_levels() - 1].tables[single != 0];
}

const char *const *gmix_i_kernels_levels(void) {
#ifdef GMIX_HAVE_X86
    static const char *const names[][4] = {
        {"ref"}, {"ref", "avx2"}, {"ref", "avx2", "avx512"}};
#elif defined GMIX_HAVE_NEON
    static const char *const names[][3] = {{"ref"}, {"ref", "neon"}};
#elif defined GMIX_HAVE_SIMD128
    static const char *const names[][3] = {{"ref"}, {"ref", "simd128"}};
#else
    static const char *const names[][2] = {{"ref"}};
#endif
    return names[count_levels() - 1];
}

size_t gmix_i_kernels_tile_rows(size_t d, size_t k) {
    /* 288 was the fastest of 96, 160, ..., 992 for D = 16 and 64, K = 32, and within 2 %
     * of it for D = 8 (one machine, AVX-512, double): below, sums across lanes weigh;
     * above, the blocks of the moments leave a 48 kB first-level cache. Tile and
     * densities together stay below 640 kB of doubles for the second level. An odd
     * multiple of 32 makes columns start in different sets of the first. */
    const size_t limit = (640u << 10) / sizeof(double) / (d + k);
    if (limit < 96)
        return 64;
    const size_t rows = limit < 288 ? limit : 288;
    return (rows - 32) / 64 * 64 + 32;
}
