# Writes the tables that clusters_of_r and projection_numbers look at where they are, of R packages whose
# licences do not let them be part of this tree.
#
#   Rscript tests/use/make_merge_data.R FOLDER
#   GMIX_MERGE_DATA=FOLDER meson test -C build clusters_of_r projection_numbers
#
# Debian: apt install r-cran-mclust r-cran-mass.

suppressMessages(library(mclust))
folder <- commandArgs(trailingOnly = TRUE)[1]
keep <- function(x, name) {
    write.csv(x, file.path(folder, paste0(name, ".csv")), row.names = FALSE)
}
data(Baudry_etal_2010_JCGS_examples)
for (name in c("ex4.1", "ex4.2", "ex4.3", "ex4.4.1", "ex4.4.2")) keep(get(name), name)
data(banknote)
keep(banknote[, -1], "banknote")
keep(MASS::crabs[, 4:8], "crabs")
