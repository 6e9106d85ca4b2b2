# Makes mclust_inference.txt: mclust's bootstrap likelihood-ratio statistics and standard errors.
#
#   Rscript tests/reference/make_mclust_inference.R >tests/reference/mclust_inference.txt
#
# Debian: apt install r-cran-mclust (6.0.0); takes a few minutes.

suppressPackageStartupMessages(library(mclust))

args <- commandArgs(FALSE)
here <- dirname(sub("--file=", "", args[grep("--file=", args)]))
data_set <- function(name) read.csv(file.path(here, "..", "..", "data", paste0(name, ".csv")))
numbers <- function(x) paste(sprintf("%.17g", x), collapse = " ")

# lrt NAME FAMILY ROW COLUMN VALUE (a cell to set first; -1: none), then 2 log ratio of
# 1 vs 2, 2 vs 3, 3 vs 4
lrt <- function(name, family, row, column, value) {
    x <- data_set(name)
    if (row >= 0) x[row + 1, column + 1] <- value
    L <- sapply(1:4, function(k) Mclust(x, G = k, modelNames = family, verbose = FALSE)$loglik)
    cat("lrt", name, family, row, column, value, numbers(2 * diff(L)), "\n")
}

# errors NAME FAMILY K METHOD, then standard errors of weights, means (K x D), covariances
# (K x D x D), from 2999 replicates
errors <- function(name, family, k, method) {
    set.seed(1)
    fit <- Mclust(data_set(name), G = k, modelNames = family, verbose = FALSE)
    se <- summary(MclustBootstrap(fit, nboot = 2999, type = method, verbose = FALSE), what = "se")
    o <- order(fit$parameters$mean[1, ])
    cat("errors", name, family, k, if (method == "bs") "bootstrap" else "weighted-likelihood",
        numbers(se$pro[o]), numbers(se$mean[, o]), numbers(se$variance[, , o]), "\n")
}

lrt("diabetes", "VVV", 103, 1, 455)
lrt("diabetes", "VVV", -1, -1, 0)
lrt("faithful", "EEE", -1, -1, 0)
lrt("iris", "VVV", -1, -1, 0)
for (method in c("bs", "wlbs")) {
    errors("faithful", "VVV", 2, method)
    errors("faithful", "EEE", 3, method)
    errors("iris", "VEV", 2, method)
    errors("diabetes", "VVV", 3, method)
}
