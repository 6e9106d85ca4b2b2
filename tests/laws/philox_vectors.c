/*
 * The generator against the known answers of Random123 (kat_vectors, philox4x32-10), and
 * the shape of what is made from it. The one test here of something internal.
 */
#include "base/rng.h"
#include "check.h"

static const uint32_t answers[3][10] = {
    /* counter, key, answer */
    {0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8},
    {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x408f276d,
     0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
    {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0xd16cfe09,
     0x94fdcceb, 0x5001e420, 0x24126ea1},
};

static void test_known_answers(void) {
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        uint32_t out[4];
        gmix_i_philox(answers[i], answers[i] + 4, out);
        for (size_t j = 0; j < 4; j++) {
            CHECK_EQ_INT(out[j], answers[i][6 + j]);
        }
    }
}

/* Moments of 2 n uniforms and 2 n normals, within five standard errors. */
static void test_moments(void) {
    enum { n = 100000 };
    const gmix_i_stream s = gmix_i_stream_open(42, GMIX_I_RNG_SAMPLE_NORMAL, 0);
    double uniform = 0, normal = 0, square = 0, fourth = 0, product = 0;
    for (uint64_t i = 0; i < n; i++) {
        double u[2], z[2];
        gmix_i_uniform2(&s, i, u);
        gmix_i_normal2(&s, i, z);
        CHECK(u[0] > 0 && u[0] < 1 && u[1] > 0 && u[1] < 1);
        uniform += u[0] + u[1];
        normal += z[0] + z[1];
        square += z[0] * z[0] + z[1] * z[1];
        fourth += pow(z[0], 4) + pow(z[1], 4);
        product += z[0] * z[1];
    }
    CHECK_NEAR(uniform / (2 * n), 0.5, 5 * sqrt(1.0 / 12 / (2 * n)));
    CHECK_NEAR(normal / (2 * n), 0, 5 * sqrt(1.0 / (2 * n)));
    CHECK_NEAR(square / (2 * n), 1, 5 * sqrt(2.0 / (2 * n)));
    CHECK_NEAR(fourth / (2 * n), 3, 5 * sqrt(96.0 / (2 * n)));
    CHECK_NEAR(product / n, 0, 5 * sqrt(1.0 / n));
}

/* Streams of other seeds, purposes and runs are other streams. */
static void test_streams_differ(void) {
    const gmix_i_stream streams[] = {
        gmix_i_stream_open(1, GMIX_I_RNG_KMEANS, 0),
        gmix_i_stream_open(2, GMIX_I_RNG_KMEANS, 0),
        gmix_i_stream_open(1ULL << 32, GMIX_I_RNG_KMEANS, 0),
        gmix_i_stream_open(1, GMIX_I_RNG_RANDOM_ROWS, 0),
        gmix_i_stream_open(1, GMIX_I_RNG_KMEANS, 1),
    };
    const size_t n = sizeof streams / sizeof *streams;
    for (size_t a = 0; a < n; a++) {
        for (size_t b = 0; b < n; b++) {
            double u[2], v[2];
            gmix_i_uniform2(&streams[a], 7, u);
            gmix_i_uniform2(&streams[b], 7, v);
            CHECK((u[0] == v[0]) == (a == b));
        }
    }
}

/* The place of a purpose in the list. A value that stands there twice is a case that stands here
 * twice, which no compiler takes. */
static int place_of(gmix_i_purpose purpose) {
    int place = 0;
    switch (purpose) {
#define PLACE(name, value) \
    case value:            \
        place = __LINE__;  \
        break;
        GMIX_I_PURPOSE_LIST(PLACE)
#undef PLACE
    }
    return place;
}

/* Of one seed and run, no two purposes share their numbers. */
static void test_purposes_differ(void) {
#define PURPOSE(name, value) name,
    const gmix_i_purpose all[] = {GMIX_I_PURPOSE_LIST(PURPOSE)};
#undef PURPOSE
    const size_t n = sizeof all / sizeof *all;
    for (size_t a = 0; a < n; a++) {
        const gmix_i_stream s = gmix_i_stream_open(1, all[a], 0);
        CHECK(place_of(all[a]) > 0);
        for (size_t b = 0; b < a; b++) {
            const gmix_i_stream t = gmix_i_stream_open(1, all[b], 0);
            double u[2], v[2];
            gmix_i_uniform2(&s, 3, u);
            gmix_i_uniform2(&t, 3, v);
            CHECK(u[0] != v[0]);
        }
    }
}

static void test_below(void) {
    gmix_i_stream s = gmix_i_stream_open(5, GMIX_I_RNG_SUBSAMPLE, 0);
    int seen[7] = {0};
    for (int i = 0; i < 70000; i++) {
        const size_t at = gmix_i_next_below(&s, 7);
        if (CHECK(at < 7)) {
            seen[at]++;
        }
    }
    for (int i = 0; i < 7; i++) {
        CHECK_NEAR(seen[i], 10000, 5 * sqrt(10000 * 6.0 / 7));
    }
}

int main(void) {
    test_known_answers();
    test_moments();
    test_streams_differ();
    test_purposes_differ();
    test_below();
    return CHECK_DONE();
}
