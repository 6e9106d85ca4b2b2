/* Incomplete gamma and beta functions and their inverses: quantiles of gamma, beta and t distributions. */
#ifndef GMIX_LINALG_INCOMPLETE_GAMMA_H
#define GMIX_LINALG_INCOMPLETE_GAMMA_H

/* P(a, x): the probability that a gamma variable of shape a > 0 and rate 1 is at most x. */
double gmix_i_gamma_head(double a, double x);

/* I_x(a, b): the probability that a beta variable is at most x. */
double gmix_i_beta_head(double a, double b, double x);

/* Their inverses in p, 0 < p < 1. */
double gmix_i_gamma_quantile(double a, double p);
double gmix_i_beta_quantile(double a, double b, double p);

/* The quantile of Student's t. */
double gmix_i_student_quantile(double df, double p);

#endif
