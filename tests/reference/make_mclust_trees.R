# Makes mclust_trees.txt: partitions by mclust's hierarchical clustering.
#
#   Rscript tests/reference/make_mclust_trees.R tests/reference/mclust_trees.txt
#
# Debian: apt install r-cran-mclust (6.0.0). For every data set, criterion and transform, a
# line "tree DATA CRITERION TRANSFORM K" and one with the cluster of every row, numbered from
# 0 by their first rows.

suppressMessages(library(mclust))

# Rounded data have ties, and partitions depend on how they are broken: only synthetic5 is
# clustered as it is, in units of comparable size, and faithful not at all. Nor is synthetic5
# by VVV: at 78 clusters mclust takes a merge to 553.5014 where there is one to 553.4945.
DATA <- c("data/iris", "data/diabetes", "tests/reference/synthetic5")
UNITS <- c(2^7, 1, 2^-6, 1, 2^-17)

lines <- c()
for (name in DATA) {
    x <- as.matrix(read.csv(paste0(name, ".csv")))
    if (ncol(x) == 5) x <- sweep(x, 2, UNITS, "*")
    for (use in c("SVD", "STD", if (ncol(x) == 5) "VARS")) {
        for (model in c(if (use != "VARS") "VVV", "VII", "EII", "EEE")) {
            tree <- hc(x, modelName = model, use = use)
            for (k in c(2, 3, 5, 9)) {
                labels <- as.integer(hclass(tree, k))
                labels <- match(labels, unique(labels)) - 1
                lines <- c(lines, sprintf("tree %s %s %s %d", name, model,
                                          c(SVD = "svd", STD = "std", VARS = "none")[use], k),
                           paste(labels, collapse = ""))
            }
        }
    }
}
writeLines(lines, commandArgs(trailingOnly = TRUE)[1])
