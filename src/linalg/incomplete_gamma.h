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

/* log P(T <= z), and the z with log P(T <= z) = log_p < 0: tails of any depth keep their digits. */
double gmix_i_student_log_head(double df, double z);
double gmix_i_student_inverse(double df, double log_p);

/* log P(F > f) of the ratio of mean squares with n and df degrees of freedom, f >= 0. */
double gmix_i_ratio_log_tail(double n, double df, double f);

#endif
