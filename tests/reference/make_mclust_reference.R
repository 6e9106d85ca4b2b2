# Makes mclust_steps.txt: plain EM by R's mclust, from the same start, for every family.
#
#   Rscript tests/reference/make_mclust_reference.R tests/reference/mclust_steps.txt
#
# Debian: apt install r-cran-mclust (6.0.0); takes a few minutes. The start: rows in the order
# of their first feature (equal ones in the order of the file), cut into K parts of equal
# size. Then STEPS M-steps, an E-step after each; a line "loglik" holds the total
# log-likelihood after each. A run ends early where mclust finds a covariance singular.
#
# M-steps with inner iterations (VEI, VEE, VEV, EVE) take INNER rounds: mclust's own
# criterion is the change of the function minimised, which leaves 1e-7 of log-likelihood.
#
# The M-step of VVE is done here. That of mclust 6.0.0 (msvve, mevve in mclustaddson.f)
# minimises sum_k trace(W_k D A_k^-1 D^T) over the orientation D, without the volumes
# lambda_k, so it is no maximum of the likelihood: for faithful, K = 2, it stays 3.3 nats
# below in the first step.

suppressMessages(library(mclust))

STEPS <- 12
INNER <- 4000
ONE <- c("E", "V")
MANY <- c("EII", "VII", "EEI", "VEI", "EVI", "VVI", "EEE", "VEE", "EVE", "VVE", "EEV", "VEV",
          "EVV", "VVV")
DATA <- c("data/faithful", "data/iris", "data/diabetes", "tests/reference/synthetic5",
          "data/acidity")

# The features of synthetic5 differ in units by 1e8, which mclust takes for singular.
UNITS <- c(2^7, 1, 2^-6, 1, 2^-17)

control <- emControl()
control$itmax <- c(INNER, INNER)
control$tol <- c(0, -1)

# sum_k n_k sum_j log v_kj at its minimum over v, for orientation d.
profile <- function(w, n, d) {
    sum(sapply(seq_along(n), function(k) n[k] * sum(log(diag(t(d) %*% w[, , k] %*% d) / n[k]))))
}

# The step of Browne & McNicholas (2014) with surrogates of both kinds, volumes included.
turn <- function(w, n, d) {
    for (kind in 1:2) {
        f <- 0
        for (k in seq_along(n)) {
            v <- diag(t(d) %*% w[, , k] %*% d) / n[k]
            f <- f + if (kind == 1) {
                diag(1 / v) %*% t(d) %*% w[, , k] -
                    max(eigen(w[, , k], TRUE, TRUE)$values) * diag(1 / v) %*% t(d)
            } else {
                t(w[, , k] %*% d %*% diag(1 / v) - max(1 / v) * w[, , k] %*% d)
            }
        }
        s <- svd(-f)
        d <- s$v %*% t(s$u)
    }
    d
}

# The M-step of VVE: the best of some starts, iterated until nothing moves.
mstep_VVE <- function(x, z) {
    moments <- covw(x, z)
    n <- colSums(z)
    w <- moments$W
    starts <- list(diag(ncol(x)), eigen(apply(w, 1:2, sum))$vectors)
    for (k in seq_along(n)) starts <- c(starts, list(eigen(w[, , k])$vectors))
    starts <- lapply(starts, function(d) { for (i in 1:100) d <- turn(w, n, d); d })
    d <- starts[[which.min(sapply(starts, function(d) profile(w, n, d)))]]
    for (i in seq_len(INNER)) {
        last <- d
        d <- turn(w, n, d)
        if (max(abs(d - last)) < 1e-14) break
    }
    v <- sapply(seq_along(n), function(k) diag(t(d) %*% w[, , k] %*% d) / n[k])
    scale <- exp(colMeans(log(v)))
    sigma <- array(0, dim(w))
    for (k in seq_along(n)) sigma[, , k] <- d %*% diag(v[, k]) %*% t(d)
    list(pro = n / nrow(x), mean = moments$mean,
         variance = list(modelName = "VVE", d = ncol(x), G = length(n), sigma = sigma,
                         scale = scale, shape = sweep(v, 2, scale, "/"), orientation = d))
}

steps <- function(x, model, k) {
    n <- nrow(x)
    part <- floor((rank(x[, 1], ties.method = "first") - 1) * k / n) + 1
    z <- unmap(part)
    if (ncol(x) == 1) x <- x[, 1]
    trace <- c()
    for (step in seq_len(STEPS)) {
        parameters <- if (model == "VVE") mstep_VVE(x, z) else {
            mstep(x, modelName = model, z = z, control = control, warn = FALSE)$parameters
        }
        if (anyNA(parameters$mean)) break
        e <- estep(x, modelName = model, parameters = parameters, warn = FALSE)
        if (is.na(e$loglik)) break
        trace <- c(trace, e$loglik)
        z <- e$z
    }
    trace
}

lines <- c()
for (name in DATA) {
    x <- as.matrix(read.csv(paste0(name, ".csv")))
    if (ncol(x) == 5) x <- sweep(x, 2, UNITS, "*")
    for (model in if (ncol(x) == 1) ONE else MANY) {
        for (k in 2:4) {
            trace <- steps(x, model, k)
            lines <- c(lines, sprintf("case %s %s %d", name, model, k),
                       paste("loglik", paste(sprintf("%.17g", trace), collapse = " ")))
        }
    }
}
writeLines(lines, commandArgs(trailingOnly = TRUE)[1])
