# Times the default table of models (14 families, 1 to 9 components) by gmix and by mclust in one
# run, on data sets of R packages: `Rscript bench/selection.R build/cli/gmix [banknote|body]...`.
# Needs the Debian packages r-cran-mclust and r-cran-gclus. SELECTION.md keeps a result.
suppressPackageStartupMessages(library(mclust))

load_set <- function(name) {
  from <- new.env()
  data(list = name, package = c(banknote = "mclust", body = "gclus")[[name]], envir = from)
  table <- from[[name]]
  if (name == "banknote") table[, -1] else table[, 1:24]  # without the class
}

measure <- function(gmix, name) {
  x <- load_set(name)
  path <- tempfile(fileext = ".csv")
  write.csv(x, path, row.names = FALSE)
  work <- c("fit", path, "-k", "1-9", "--covariance", "all", "--json")
  times <- sapply(1:3, function(i) {
    system.time(said <<- system2(gmix, work, stdout = TRUE))
  })
  own <- system.time(other <- mclustBIC(x, verbose = FALSE))
  number <- function(member) {
    line <- grep(paste0('^ "', member, '":'), said, value = TRUE)[1]
    as.numeric(sub(",$", "", sub(".*: ", "", line)))
  }
  cat(sprintf("| %s, %d x %d | %.2f | %.2f | %.2f | %.1f | %.3f | %.3f |\n", name, nrow(x), ncol(x),
              min(times[3, ]), max(times[3, ]), min(colSums(times[4:5, ])), own[3],
              number("bic"), -max(other, na.rm = TRUE)))
}

asked <- commandArgs(trailingOnly = TRUE)
sets <- if (length(asked) > 1) asked[-1] else c("banknote", "body")
cat("| data | gmix, s: best of 3 | worst | processor seconds | mclust, s | gmix's best BIC | mclust's |\n")
cat("| --- | --- | --- | --- | --- | --- | --- |\n")
for (name in sets) measure(asked[1], name)
