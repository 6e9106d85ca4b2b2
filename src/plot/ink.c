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
    [GMIX_I_INK_COMPONENT] = {0x0072b2, 0x4aa8e0}, /* blue */
    {0xd55e00, 0xf0803c},                          /* vermillion */
    {0x00875f, 0x2fc79a},                          /* green */
    {0xa8478c, 0xe08fc8},                          /* purple */
    {0xb88100, 0xf0b93a},                          /* amber */
    {0x2a96c8, 0x8ed4f5},                          /* sky */
    {0x6b4a2f, 0xc9a27e},                          /* brown */
};

uint32_t gmix_i_ink_colour(int ink, bool dark) {
    return ink < 0 || ink >= GMIX_I_N_INKS ? 0 : colours[ink][dark];
}

int gmix_i_component_ink(int k) {
    return k < 0 ? GMIX_I_INK_NOISE : GMIX_I_INK_COMPONENT + k % GMIX_I_N_HUES;
}
