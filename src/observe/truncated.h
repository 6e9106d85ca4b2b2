/*
 * A standard normal between bounds: its probability and its first two moments,
 *
 *     P = Phi(b) - Phi(a),   m = (phi(a) - phi(b)) / P,   v = 1 + (a phi(a) - b phi(b)) / P - m^2,
 *
 * found on the side of the origin where nothing cancels; for narrow bounds by their series about the
 * middle. Accurate however far out they are.
 */
#ifndef GMIX_OBSERVE_TRUNCATED_H
#define GMIX_OBSERVE_TRUNCATED_H

typedef struct gmix_i_truncated {
    double log_p, mean, variance;
} gmix_i_truncated;

/* log Phi(z); far out by Mills' ratio (Abramowitz & Stegun 26.2.12). */
double gmix_i_log_normal_below(double z);

/* a < b; either may be infinite. */
gmix_i_truncated gmix_i_truncate(double a, double b);

#endif
