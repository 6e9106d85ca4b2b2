# Makes mclust_labels.txt: adjusted Rand indices of random labels by mclust, and what their
# tables say in base R.
#
#   Rscript tests/reference/make_mclust_labels.R >tests/reference/mclust_labels.txt
#
# Debian: apt install r-cran-mclust (6.0.0); takes a second.
#
# A case: n, labels of A, labels of B, adjusted Rand index, mutual information (nats), the
# same divided by the mean of the entropies. Where the tables leave the index undefined (both
# all alike, or all different), mclust gives NaN, and such cases are left out.

suppressPackageStartupMessages(library(mclust))

number <- function(x) paste(sprintf("%.17g", x), collapse = " ")
entropy <- function(counts) {
    p <- counts[counts > 0] / sum(counts)
    -sum(p * log(p))
}

set.seed(20)
for (i in 1:60) {
    n <- sample(c(2, 3, 10, 40, 150), 1)
    a <- sample(sample(1:9, 1), n, TRUE) - 1
    b <- sample(sample(1:9, 1), n, TRUE) - 1
    if (i %% 3 == 0) b <- ifelse(runif(n) < 0.7, 8 - a, b)
    index <- adjustedRandIndex(a, b)
    if (is.nan(index)) next
    table_ <- table(a, b)
    h <- c(entropy(rowSums(table_)), entropy(colSums(table_)))
    mi <- sum(h) - entropy(table_)
    cat(n, a, b, number(c(index, mi, if (sum(h) > 0) 2 * mi / sum(h) else 1)), "\n")
}
