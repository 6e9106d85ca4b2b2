# Makes mclust_known.txt: mclust's fits with a prior, and its discriminant analysis.
#
#   Rscript tests/reference/make_mclust_known.R tests/reference/mclust_known.txt
#
# Debian: apt install r-cran-mclust (6.0.0); takes seconds.
#
# "prior": EM with priorControl() from the partition of make_mclust_reference.R; the
# log-likelihood (without the prior) after each of STEPS steps, and the parameters in the end:
# weights, means (K x D), covariances (K x D x D), all row by row. Lines of other values of the
# prior's numbers: shrinkage, dof and scale (a fraction of the data's variance) come first.
#
# defaultPrior() takes no dof. EII and EEI are left out: mclust 6.0.0 does not compute the
# posterior mode there (its M-step of EEI shrinks means otherwise than by kappa; that of EII
# divides by a number that is not n d + K d + nu + 2).
#
# "edda": discriminant analysis with one component per class: log-likelihood of rows
# without their classes, rows misclassified, and posteriors of the classes for every 7th row.

suppressMessages(library(mclust))

STEPS <- 8
number <- function(x) paste(sprintf("%.17g", x), collapse = " ")

# Scale is what defaultPrior() calls so, at its default or changed by a factor.
scaled <- function(x, model, k, factor) {
    p <- defaultPrior(x, G = k, modelName = model)
    if (is.na(factor)) p$scale else p$scale * factor * k^(2 / ncol(as.matrix(x)))
}

fit <- function(x, model, k, shrinkage, dof, factor) {
    n <- nrow(x)
    part <- floor((rank(x[, 1], ties.method = "first") - 1) * k / n) + 1
    z <- unmap(part)
    if (ncol(x) == 1) x <- x[, 1]
    prior <- if (is.na(dof)) priorControl() else
        priorControl(shrinkage = shrinkage, dof = dof, scale = scaled(x, model, k, factor))
    trace <- c()
    for (step in seq_len(STEPS)) {
        m <- mstep(x, modelName = model, z = z, prior = prior, warn = FALSE)
        e <- estep(x, modelName = model, parameters = m$parameters, warn = FALSE)
        trace <- c(trace, e$loglik)
        z <- e$z
    }
    v <- m$parameters$variance
    sigma <- v[["sigma"]]
    sigma <- if (is.null(sigma)) rep(v$sigmasq, length.out = k) else sigma
    c(sprintf("prior %s %d %s", model, k, number(c(shrinkage, dof, factor))),
      number(trace), number(m$parameters$pro), number(m$parameters$mean), number(sigma))
}

lines <- c()
for (name in c("faithful", "iris", "diabetes", "acidity")) {
    x <- as.matrix(read.csv(sprintf("data/%s.csv", name)))
    models <- if (ncol(x) == 1) c("E", "V") else c("VII", "VVI", "EEE", "VVV")
    for (model in models) for (k in 1:3) {
        for (numbers in list(c(0.01, NA, NA), c(2.5, ncol(x) + 2, 0.3))) {
            lines <- c(lines, paste("data", name),
                       fit(x, model, k, numbers[1], numbers[2], numbers[3]))
        }
    }
}

for (name in c("iris", "diabetes")) {
    x <- as.matrix(read.csv(sprintf("data/%s.csv", name)))
    class <- factor(read.csv(sprintf("data/%s.labels.csv", name))[, 1])
    for (model in c("EII", "VII", "EEI", "VVI", "EEE", "VVV", "EEV")) {
        d <- MclustDA(x, class, modelType = "EDDA", modelNames = model, verbose = FALSE)
        p <- predict(d)
        lines <- c(lines, paste("data", name), paste("edda", model),
                   number(d$loglik), sum(p$classification != class),
                   number(t(p$z[seq(1, nrow(x), 7), ])))
    }
}
writeLines(lines, commandArgs(trailingOnly = TRUE)[1])
