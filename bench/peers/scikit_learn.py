"""scikit-learn's GaussianMixture: plain EM from weights_init, means_init, precisions_init."""

import warnings

import numpy as np
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_info, threadpool_limits

import adapter

warnings.simplefilter("ignore", ConvergenceWarning)


def info():
    pools = [p for p in threadpool_info() if p["user_api"] == "blas"]
    kernels = sorted({f"{p['internal_api']} {p['version']} {p['architecture']}" for p in pools})
    return {"version": f"{sklearn.__version__} (NumPy {np.__version__})",
            "kernels": ", ".join(kernels)}


def em_steps(x, start, family, steps, threads):
    cov = start["covariances"]
    model = GaussianMixture(
        len(cov), covariance_type=family, max_iter=steps, tol=0, reg_covar=0,
        init_params="random_from_data", random_state=0,  # its result is not used; k-means costs
        weights_init=start["weights"], means_init=start["means"],
        precisions_init=1 / cov if family == "diag" else np.linalg.inv(cov))
    with threadpool_limits(threads):
        seconds, _ = adapter.timed(lambda: model.fit(x))
        return seconds, model.n_iter_, lambda: score(model, x)


def score(model, x):
    return float(sum(model.score_samples(block).sum() for block in adapter.row_blocks(x)))


def fit(x, k, family, threads):
    model = GaussianMixture(k, covariance_type=family, random_state=0)
    with threadpool_limits(threads):
        seconds, _ = adapter.timed(lambda: model.fit(x))
        return seconds, model.n_iter_, score(model, x)


adapter.main(info, em_steps, fit)
