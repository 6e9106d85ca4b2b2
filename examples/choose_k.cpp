// How many components? In C++: draw rows from a known mixture, fit 1 to 5 components, and
// keep the number with the lowest BIC.
//
//     c++ -std=c++17 choose_k.cpp $(pkg-config --cflags --libs gmix) -o choose_k
//     ./choose_k

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmix/gmix.h>

namespace {

struct Free {
    void operator()(gmix_ctx *ctx) const {
        gmix_ctx_free(&ctx);
    }
    void operator()(gmix_model *model) const {
        gmix_model_free(&model);
    }
};
using Context = std::unique_ptr<gmix_ctx, Free>;
using Model = std::unique_ptr<gmix_model, Free>;

// Turns a failed call into an exception with gmix's sentence on it.
void check(const Context &ctx, gmix_status status) {
    if (status != GMIX_OK) {
        throw std::runtime_error(ctx ? gmix_ctx_message(ctx.get())
                                     : gmix_status_text(status));
    }
}

Context make_context() {
    gmix_ctx *ctx = nullptr;
    check(nullptr, gmix_ctx_new(nullptr, &ctx));
    return Context(ctx);
}

// Three round clusters in the plane.
Model make_truth(const Context &ctx) {
    const double weights[] = {0.5, 0.3, 0.2};
    const double means[] = {0, 0, 6, 0, 0, 6};
    const double variances[] = {1, 2, 0.5};
    gmix_model *model = nullptr;
    check(ctx, gmix_model_new(ctx.get(), "spherical", 3, 2, weights, means, variances,
                              nullptr, &model));
    return Model(model);
}

double fit_bic(const Context &ctx, const gmix_table &rows, size_t k) {
    gmix_fit_options options;
    gmix_fit_options_init(&options);
    options.n_components = k;
    options.restarts = 4;
    gmix_model *raw = nullptr;
    check(ctx, gmix_fit(ctx.get(), &rows, &options, &raw, nullptr));
    const Model model(raw);
    gmix_criteria criteria;
    check(ctx, gmix_score(ctx.get(), model.get(), &rows, &criteria));
    return criteria.bic;
}

} // namespace

int main() try {
    const Context ctx = make_context();
    const Model truth = make_truth(ctx);
    const size_t n = 3000;
    std::vector<double> x(n * 2);
    check(ctx, gmix_sample(ctx.get(), truth.get(), n, 7, x.data(), nullptr));
    const gmix_table rows = gmix_table_f64(x.data(), n, 2);

    size_t best = 1;
    double best_bic = fit_bic(ctx, rows, 1);
    std::printf("k = 1: BIC %.1f\n", best_bic);
    for (size_t k = 2; k <= 5; k++) {
        const double bic = fit_bic(ctx, rows, k);
        std::printf("k = %zu: BIC %.1f\n", k, bic);
        if (bic < best_bic) {
            best = k;
            best_bic = bic;
        }
    }
    std::printf("best: k = %zu\n", best);
    return 0;
} catch (const std::exception &error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
