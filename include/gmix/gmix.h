/**
 * gmix: Gaussian mixture models.
 *
 *     p(x) = sum_k pi_k N(x | mu_k, Sigma_k)
 *
 * This is the only header to include. It reads from top to bottom as a manual:
 *
 *   context.h   contexts: memory, threads, messages, progress; status codes
 *   table.h     data: views of arrays, block sources
 *   model.h     mixtures: parameters, building one by hand
 *   fit.h       fitting: options, the EM run
 *   bayes.h     posterior distributions of parameters
 *   report.h    what a fit did
 *   components.h components in another order, and with names
 *   option_info.h  what structs of options hold: tables for interfaces
 *   journal.h   long work that can be killed, and goes on
 *   engine.h    fitting with the rows elsewhere: parts, streams, saved states
 *   arrow.h     rows from data frames and databases, by the Arrow C stream interface
 *   online.h    fitting in one pass, and going on with rows that come later
 *   select.h    choosing among families and numbers of components
 *   infer.h     use: densities, responsibilities, labels, sampling, criteria
 *   predictor.h all of that of a row in one evaluation, block by block, for streams
 *   derive.h    mixtures made from mixtures: marginals, conditionals, linear maps, products
 *   regression.h what some features are, row by row, given the others
 *   distribution.h moments, distribution functions, quantiles, probabilities, distances
 *   regions.h   highest-density regions, modes, saddles, basins
 *   divergence.h two mixtures beside each other; a mixture of fewer components
 *   fit_test.h  one feature: boundaries between components, goodness of fit
 *   projection.h directions in which components differ most
 *   clusters.h  components that are one cluster: hierarchies by several criteria
 *   posterior_draws.h how many groups: samples from the posterior of partitions
 *   anomaly.h   rows that come from elsewhere: calibrated p-values, cells to blame
 *   hierarchy.h trees of merged rows, for starts and for themselves
 *   kmeans.h    k-means by itself
 *   classes.h   classes known for some rows: posteriors, confusion, cross-validation
 *   compare.h   two labellings of the same rows: Rand index, matching, information
 *
 * these of the library gmix, which needs the C library, its mathematics and threads; of gmix-files
 *
 *   files.h     reading tables; models as files, results as JSON
 *   pieces.h    tables that memory does not hold, piece by piece
 *   found_json.h  what was found out with a mixture, as JSON
 *   rewrite.h   a table's own text again, with more columns
 *
 * and of gmix-show
 *
 *   show.h      results as text
 *   plot.h      pictures: SVG, PNG, PDF, and for terminals
 *   page.h      a fit as a page: words, pictures, tables
 *
 * Everywhere: N rows (samples), D features, K components; component indices are 0-based;
 * logarithms are natural; arrays are dense and row-major unless a stride says otherwise.
 * The model of use, in C:
 *
 *     gmix_table x = gmix_table_f64(values, n_rows, n_cols);
 *     gmix_fit_options opts;
 *     gmix_fit_options_init(&opts);
 *     opts.n_components = 3;
 *     gmix_model *model = NULL;
 *     if (gmix_fit(ctx, &x, &opts, &model, NULL) != GMIX_OK)
 *         puts(gmix_ctx_message(ctx));
 *
 * `examples/` has complete programs in C and C++.
 */
#ifndef GMIX_GMIX_H
#define GMIX_GMIX_H

#include "anomaly.h"
#include "arrow.h"
#include "bayes.h"
#include "classes.h"
#include "clusters.h"
#include "compare.h"
#include "component_test.h"
#include "components.h"
#include "confusion.h"
#include "context.h"
#include "derive.h"
#include "distribution.h"
#include "divergence.h"
#include "engine.h"
#include "factors.h"
#include "files.h"
#include "fit.h"
#include "fit_test.h"
#include "found_json.h"
#include "hierarchy.h"
#include "infer.h"
#include "journal.h"
#include "kmeans.h"
#include "model.h"
#include "online.h"
#include "option_info.h"
#include "page.h"
#include "pieces.h"
#include "plot.h"
#include "posterior_draws.h"
#include "predictor.h"
#include "projection.h"
#include "regions.h"
#include "regression.h"
#include "report.h"
#include "rewrite.h"
#include "select.h"
#include "show.h"
#include "standard_errors.h"
#include "table.h"
#include "uncertainty.h"

#endif
