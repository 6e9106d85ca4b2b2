/*
 * Inks: colours by what they are for, so that one drawing serves light and dark pages.
 *
 * Components have twelve hues: seven after Okabe & Ito (2008), moved apart, and five as far from these
 * and each other as can be. Any two differ by 19 units of CIELAB at least (of the first seven, 20),
 * also for protans, deutans and tritans (as simulated by Machado, Oliveira & Fernandes 2009), and
 * each stands out from the paper by 3:1 (WCAG 2.1, 1.4.11); tests/plot/pictures.py holds them to it.
 * The second twelve have other shapes than the first, and so on: 72 components differ.
 */
#ifndef GMIX_PLOT_INK_H
#define GMIX_PLOT_INK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum gmix_i_ink {
    GMIX_I_INK_NONE = -1,
    GMIX_I_INK_PAPER,
    GMIX_I_INK_TEXT,
    GMIX_I_INK_MUTED, /* text of less weight */
    GMIX_I_INK_AXIS,
    GMIX_I_INK_GRID,
    GMIX_I_INK_NEUTRAL, /* bars that belong to no component */
    GMIX_I_INK_NOISE,
    GMIX_I_INK_COMPONENT, /* the first of GMIX_I_N_HUES */
    GMIX_I_N_HUES = 12,
    GMIX_I_N_INKS = GMIX_I_INK_COMPONENT + GMIX_I_N_HUES
};

/* 0xRRGGBB. */
uint32_t gmix_i_ink_colour(int ink, bool dark);

/* Of component k; of noise for -1. */
int gmix_i_component_ink(int k);

#endif
