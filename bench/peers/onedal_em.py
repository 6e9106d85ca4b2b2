"""oneDAL's em_gmm through daal4py: plain EM from given weights, means and covariances.

Its own goal function belongs to the parameters before the last M-step, so the log-likelihood is
evaluated here, outside the timing."""

import importlib.metadata

import daal4py
import numpy as np

import adapter

STORAGE = {"full": "full", "diag": "diagonal"}


def info():
    version = importlib.metadata.version("scikit-learn-intelex")
    return {"version": version, "kernels": "oneMKL inside oneDAL, picks by CPU"}


def parameters(result):
    covariances = [np.asarray(c) for c in result.covariances]
    if covariances[0].shape[0] == 1 < covariances[0].shape[1]:
        covariances = [c[0] for c in covariances]
    return np.asarray(result.weights).ravel(), np.asarray(result.means), covariances


def em_steps(x, start, family, steps, threads):
    daal4py.daalinit(threads)
    cov = [np.ascontiguousarray(np.atleast_2d(c)) for c in start["covariances"]]
    em = daal4py.em_gmm(nComponents=len(cov), maxIterations=steps, accuracyThreshold=0.0,
                        regularizationFactor=0.0, covarianceStorage=STORAGE[family])
    seconds, result = adapter.timed(
        lambda: em.compute(x, start["weights"][None, :], start["means"], cov))
    done = int(np.asarray(result.nIterations).ravel()[0])
    return seconds, done, lambda: adapter.log_likelihood(x, *parameters(result))


def fit(x, k, family, threads):
    daal4py.daalinit(threads)

    def run():
        first = daal4py.em_gmm_init(nComponents=k, covarianceStorage=STORAGE[family]).compute(x)
        em = daal4py.em_gmm(nComponents=k, covarianceStorage=STORAGE[family])
        return em.compute(x, first.weights, first.means, first.covariances)

    seconds, result = adapter.timed(run)
    done = int(np.asarray(result.nIterations).ravel()[0])
    return seconds, done, adapter.log_likelihood(x, *parameters(result))


adapter.main(info, em_steps, fit)
