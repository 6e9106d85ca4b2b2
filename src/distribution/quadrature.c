/*
 * Adaptive quadrature by the pair of Gauss (7 points) and Kronrod (15): the difference of the two
 * estimates the error of the worse, so that what is taken is far better (Piessens et al. 1983,
 * QUADPACK). Intervals are halved by recursion, left before right: the sum is the same
 * everywhere.
 */
#include "distribution/quadrature.h"

#include <math.h>

enum { MOST_HALVINGS = 44 };

static const double nodes[8] = {
    0.991455371120812639206854697526329, 0.949107912342758524526189684047851,
    0.864864423359769072789712788640926, 0.741531185599394439863864773280788,
    0.586087235467691130294144691693813, 0.405845151377397166906606412076961,
    0.207784955007898467600689403773245, 0.0};
static const double kronrod[8] = {
    0.022935322010529224963732008058970, 0.063092092629978553290700663189204,
    0.104790010322250183839876322541518, 0.140653259715525918745189590510238,
    0.169004726639267902826583426598550, 0.190350578064785409913256402421014,
    0.204432940075298892414161999234649, 0.209482141084727828012999174891714};
static const double gauss[4] = {
    0.129484966168869693270611432679082, 0.279705391489276667901467771423780,
    0.381830050505118944950369775488975, 0.417959183673469387755102040816327};

static double rule(gmix_i_integrand *f, void *arg, double a, double b,
                   double *difference) {
    const double centre = 0.5 * (a + b), half = 0.5 * (b - a), middle = f(arg, centre);
    double k = kronrod[7] * middle, g = gauss[3] * middle;
    for (size_t i = 0; i < 7; i++) {
        const double both =
            f(arg, centre - half * nodes[i]) + f(arg, centre + half * nodes[i]);
        k += kronrod[i] * both;
        g += i % 2 ? gauss[i / 2] * both : 0.0;
    }
    *difference = fabs((k - g) * half);
    return k * half;
}

static double halve(gmix_i_integrand *f, void *arg, double a, double b, double tolerance,
                    double scale, int depth, double *error) {
    double difference;
    const double whole = rule(f, arg, a, b, &difference);
    const double small = fmax(tolerance, 1e-15 * fmax(scale, fabs(whole)));
    if (difference <= small || depth == MOST_HALVINGS || !isfinite(whole)) {
        *error += difference;
        return whole;
    }
    const double middle = 0.5 * (a + b);
    const double left =
        halve(f, arg, a, middle, 0.5 * tolerance, scale, depth + 1, error);
    return left + halve(f, arg, middle, b, 0.5 * tolerance, scale, depth + 1, error);
}

double gmix_i_integrate(gmix_i_integrand *f, void *arg, double a, double b,
                        double tolerance, double *error) {
    if (!(a < b)) {
        return 0.0;
    }
    double ignored;
    const double scale = fabs(rule(f, arg, a, b, &ignored));
    return halve(f, arg, a, b, tolerance, scale, 0, error);
}
