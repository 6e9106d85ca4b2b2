"""The programs that are compared. A new one is a file beside this one and an entry here."""

from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
BENCH = HERE.parent
PYTHON = BENCH / ".venv/bin/python"


class Peer(NamedTuple):
    name: str
    command: tuple            # speaks the protocol of adapter.h
    apt: tuple = ()           # Debian packages it needs
    pip: str = ""             # requirements file, relative to bench/
    build: tuple = ()         # compiler and flags; source and output are appended
    source: str = ""
    families: tuple = ("full", "diag")
    one_d: bool = True        # takes part where D = 1
    share: float = 1.0        # of the rows, for a peer too slow for all; times are scaled up
    share_from_k: int = 0     # ... where there are at least this many components
    fit_limit: float = 10     # seconds for an end-to-end fit, at most
    fits_always: bool = False # that limit is not cut short where time is: what the table is about
    steps: bool = True        # takes part in the timing of EM steps
    fits: bool = True         # takes part in the end-to-end fits
    heavy: bool = False       # also run on the heavy variant
    quick: bool = False       # also run with --quick
    on_request: bool = False  # only with --with NAME
    note: str = ""


def built(name):
    return (str(BENCH / "bin" / name),)


GMIX = (str(PYTHON), str(HERE / "gmix_cli.py"))
PEERS = [
    Peer("gmix", GMIX, pip="requirements.txt", heavy=True, quick=True, fit_limit=150,
         fits_always=True),
    Peer("gmix-avx2", ("env", "GMIX_CPU=avx2", *GMIX), pip="requirements.txt", fits=False,
         note="gmix with GMIX_CPU=avx2; only where the level above is another"),
    Peer("gmix-once", ("env", "GMIX_FIT=--restarts 1 --tol 1e-3", *GMIX), pip="requirements.txt",
         steps=False, fit_limit=40,
         note="gmix with scikit-learn's defaults: one start, until 1e-3 nats per row"),
    Peer("scikit-learn", (str(PYTHON), str(HERE / "scikit_learn.py")), pip="requirements.txt",
         heavy=True, quick=True, fit_limit=150, fits_always=True),
    Peer("oneDAL", (str(PYTHON), str(HERE / "onedal_em.py")), pip="requirements.txt",
         heavy=True, quick=True, fit_limit=20),
    Peer("Armadillo", built("armadillo"), apt=("libarmadillo-dev", "g++"), quick=True,
         build=("g++", "-O3", "-march=native", "-fopenmp", "-DARMA_NO_DEBUG", "-larmadillo", "-ldl"),
         source="armadillo.cpp", note="gmm_full; gmm_diag for diag and D = 1"),
    Peer("VLFeat", built("vlfeat"), apt=("libvlfeat-dev", "gcc"), families=("diag",),
         build=("gcc", "-O2", "-lvl", "-lm", "-ldl"), source="vlfeat.c", heavy=True, quick=True,
         note="not plain EM: its M-step drops posteriors below 0.01 / K"),
    Peer("mclust", ("Rscript", str(HERE / "mclust.R")), apt=("r-cran-mclust",),
         share=0.25, share_from_k=16, note="one thread"),
    Peer("OpenCV", built("opencv"), apt=("libopencv-dev", "g++"), share=0.05,
         build=("g++", "-O2", "-I/usr/include/opencv4", "-lopencv_ml", "-lopencv_core", "-ldl"),
         source="opencv.cpp"),
    Peer("pomegranate", (str(PYTHON), str(HERE / "pomegranate_em.py")), share=0.1, share_from_k=100,
         pip="requirements-pomegranate.txt", on_request=True),
]
