/* The palette. See ink.h. */
#include "plot/ink.h"

static const uint32_t colours[GMIX_I_N_INKS][2] = {
    [GMIX_I_INK_PAPER] = {0xffffff, 0x16191d},
    [GMIX_I_INK_TEXT] = {0x1c2126, 0xe8eaed},
    [GMIX_I_INK_MUTED] = {0x5b6269, 0xa4abb3},
    [GMIX_I_INK_AXIS] = {0x8a9199, 0x6f7780},
    [GMIX_I_INK_GRID] = {0xe6e8eb, 0x2b3036},
    [GMIX_I_INK_NEUTRAL] = {0xc3c8ce, 0x4a525b},
    [GMIX_I_INK_NOISE] = {0x7d848b, 0x8d959d},
    [GMIX_I_INK_COMPONENT] = {0x1d4fc0, 0x3f86f5}, /* blue */
    {0xad3a10, 0xfa5f35},                          /* vermillion */
    {0x0a9a62, 0x45e090},                          /* green */
    {0xa02a80, 0xe26cc0},                          /* purple */
    {0xb78c00, 0xf7e14d},                          /* yellow */
    {0x8090dc, 0xc6f2f0},                          /* light blue */
    {0x452a26, 0xa06a54},                          /* brown */
    {0xe700ff, 0xaa24b6},                          /* magenta */
    {0x6d00f3, 0x7931ff},                          /* violet */
    {0x612400, 0x496d79},                          /* rust, slate */
    {0xf33155, 0x79c2aa},                          /* crimson, teal */
    {0x550086, 0xb6b6ff},                          /* indigo, lavender */
};

uint32_t gmix_i_ink_colour(int ink, bool dark) {
    return ink < 0 || ink >= GMIX_I_N_INKS ? 0 : colours[ink][dark];
}

int gmix_i_component_ink(int k) {
    return k < 0 ? GMIX_I_INK_NOISE : GMIX_I_INK_COMPONENT + k % GMIX_I_N_HUES;
}
