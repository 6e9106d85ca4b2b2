"""pomegranate's GeneralMixtureModel of Normal distributions, in doubles."""

import importlib.metadata

import numpy as np
import torch
from pomegranate.distributions import Normal
from pomegranate.gmm import GeneralMixtureModel

import adapter

torch.set_default_dtype(torch.float64)


def info():
    version = importlib.metadata.version("pomegranate")
    return {"version": f"{version} (torch {torch.__version__})",
            "kernels": "oneMKL in torch, " + torch.backends.cpu.get_cpu_capability()}


def em_steps(x, start, family, steps, threads):
    torch.set_num_threads(threads)
    parts = [Normal(torch.tensor(m), torch.tensor(c), covariance_type=family, min_cov=0.0)
             for m, c in zip(start["means"], start["covariances"])]
    model = GeneralMixtureModel(parts, priors=torch.tensor(start["weights"]), max_iter=steps, tol=0.0)
    seconds, _ = adapter.timed(lambda: model.fit(torch.tensor(x)))
    return seconds, steps, lambda: float(model.log_probability(torch.tensor(x)).sum())


def fit(x, k, family, threads):
    torch.set_num_threads(threads)
    parts = [Normal(covariance_type=family) for _ in range(k)]
    model = GeneralMixtureModel(parts)
    seconds, _ = adapter.timed(lambda: model.fit(torch.tensor(x)))
    return seconds, -1, float(model.log_probability(torch.tensor(x)).sum())


adapter.main(info, em_steps, fit)
