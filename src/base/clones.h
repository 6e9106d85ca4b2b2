/*
 * GMIX_I_CLONES before a static function: it is compiled once for each of these instruction
 * sets, and the loader takes the best that the machine has. For short loops over doubles that
 * the compiler vectorises; without fused multiply-adds all give the same bits. (The resolver
 * of a public function would be exported: static ones only.) GMIX_I_PART before the functions
 * that it is made of: apart they would be compiled for the oldest machine.
 */
#ifndef GMIX_BASE_CLONES_H
#define GMIX_BASE_CLONES_H

#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__clang__)
#define GMIX_I_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define GMIX_I_CLONES
#endif

/* Before a loop of at most eight rounds whose number is a constant. Clang unrolls what it can, and
 * warns where it was told and cannot. */
#if defined(__GNUC__) && !defined(__clang__)
#define GMIX_I_UNROLL _Pragma("GCC unroll 8")
#else
#define GMIX_I_UNROLL
#endif

#if defined(__GNUC__)
#define GMIX_I_PART static inline __attribute__((always_inline))
#else
#define GMIX_I_PART static inline
#endif

#endif
