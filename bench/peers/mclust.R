# mclust: me() from the responsibilities of the given start, so that M iterations are M plain EM
# steps and its log-likelihood belongs to the returned parameters. One thread: it has no more.
# The protocol is described in adapter.h.
suppressPackageStartupMessages(library(mclust))

read_npy <- function(path) {
  file <- file(path, "rb")
  on.exit(close(file))
  head <- readBin(file, "raw", 10)
  text <- rawToChar(readBin(file, "raw", as.integer(head[9]) + 256L * as.integer(head[10])))
  shape <- sub(".*'shape': *\\(([^)]*)\\).*", "\\1", text)
  shape <- as.integer(Filter(nzchar, trimws(strsplit(shape, ",")[[1]])))
  aperm(array(readBin(file, "double", prod(shape)), rev(shape)))  # C order to R's
}

model_name <- function(family, d) if (d == 1) "V" else c(full = "VVV", diag = "VVI")[[family]]

start_parameters <- function(prefix, name) {
  part <- function(p) read_npy(paste0(prefix, ".", p, ".npy"))
  means <- t(part("means"))
  cov <- part("covariances")
  d <- nrow(means)
  k <- ncol(means)
  variance <- list(modelName = name, d = d, G = k)
  if (name == "V") variance$sigmasq <- as.vector(cov)
  if (name == "VVI") {
    variance$scale <- exp(rowMeans(log(cov)))
    variance$shape <- t(cov / variance$scale)
  }
  if (name == "VVV") variance$cholsigma <- array(apply(cov, 1, chol), c(d, d, k))
  list(pro = as.vector(part("weights")), mean = if (d == 1) as.vector(means) else means,
       variance = variance)
}

steps <- function(args) {
  x <- read_npy(args[1])
  name <- model_name(args[3], ncol(x))
  if (ncol(x) == 1) x <- as.vector(x)
  z <- estep(x, name, start_parameters(args[2], name))$z
  runs <- sapply(as.integer(strsplit(args[4], ",")[[1]]), function(n) {
    control <- emControl(tol = c(0, 0), itmax = c(n, n))
    seconds <- system.time(fit <- me(x, name, z, control = control))[["elapsed"]]
    done <- abs(attr(fit, "info")[["iterations"]])  # negative: not converged
    sprintf('{"steps": %d, "done": %d, "seconds": %.3f, "log_likelihood": %.17g}', n,
            as.integer(done), seconds, fit$loglik)
  })
  cat(sprintf('{"runs": [%s]}\n', paste(runs, collapse = ", ")))
}

fit <- function(args) {
  x <- read_npy(args[1])
  set.seed(0)
  name <- model_name(args[3], ncol(x))
  seconds <- system.time(
    fit <- Mclust(x, G = as.integer(args[2]), modelNames = name, verbose = FALSE))[["elapsed"]]
  if (is.null(fit)) stop("Mclust found no model")
  cat(sprintf('{"seconds": %.3f, "iterations": -1, "log_likelihood": %.17g}\n', seconds,
              fit$loglik))
}

info <- function(args) {
  cat(sprintf('{"version": "%s (R %s)", "kernels": "own Fortran, 1 thread", "blas": "%s"}\n',
              packageVersion("mclust"), getRversion(), sessionInfo()$LAPACK))
}

args <- commandArgs(TRUE)
switch(args[1], steps = steps, fit = fit, info = info)(args[-1])
