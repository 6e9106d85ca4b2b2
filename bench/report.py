"""The tables of bench/run, as Markdown."""

import json
import platform
import re
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

from measure import CHECK_STEPS, UNSET, Call, environment
from peers.registry import PEERS
from workloads import Workload, stem

NAMES = [p.name for p in PEERS]
NOTES = {p.name: p.note for p in PEERS if p.note}
# Asked for: how many times faster than scikit-learn, than the best other peer; share of dgemm.
TARGETS = {"full-d2": (80, 8, None), "full-d16": (30, 10, 0.70), "full-d64": (9, 5, 0.75),
           "diag-d39": (9, 4, 0.65), "full-d1": (30, 15, None)}


class Result(NamedTuple):
    workload: Workload
    variant: str
    cells: list
    references: dict  # rows -> log-likelihood of plain EM after CHECK_STEPS

    def medians(self):
        return {c.peer.name: c.median() for c in self.cells if c.samples}


def seconds(t):
    if t is None:
        return "-"
    return f"{t * 1e3:.3g} ms" if t < 0.9995 else f"{t:.3g} s"


def ratio(r):
    return f"{r:.2f}x" if r < 10 else f"{r:.0f}x"


def table(head, rows):
    rows = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in rows) + "\n"


def progress(w, variant, cells):
    parts = [f"{c.peer.name} {c.error or seconds(c.median())}" for c in cells]
    return f"{w.name} {variant}: " + ", ".join(parts)


def fit_progress(w, name, fit):
    if isinstance(fit, str):
        return f"{w.name} fit: {name} {fit}"
    return f"{w.name} fit: {name} {seconds(fit.wall)}, {fit.answer['log_likelihood'] / w.n:.6f} per row"


def agreement(cell, references):
    """Relative distance of the log-likelihood from that of plain EM."""
    reference = references.get(cell.data.rows)
    if cell.log_likelihood is None or not reference:
        return "-"
    off = abs(cell.log_likelihood / reference - 1)
    return "equal" if off < 1e-10 else f"off by {off:.0e}"


def steps_table(result):
    base = result.medians().get("gmix")
    head = ["program", "one EM step", "min .. max", "time / gmix" if base else "time / fastest",
            "rows", "steps timed", f"log-likelihood after {CHECK_STEPS}", "against the first"]
    fastest = min(result.medians().values(), default=None)
    rows = []
    for c in result.cells:
        if not c.samples:
            rows.append([c.peer.name, c.error or "-", *["-"] * 6])
            continue
        rows.append([
            c.peer.name, seconds(c.median()), f"{seconds(min(c.times()))} .. {seconds(max(c.times()))}",
            ratio(c.median() / (base or fastest)),
            "all" if c.data.scale == 1 else f"{c.data.rows}, time x {c.data.scale:g}",
            c.steps - 1, f"{c.log_likelihood:.6f}", agreement(c, result.references)])
    return table(head, rows)


def others_load(results, fits):
    load = [s.foreign for r in results for c in r.cells for s in c.best()]
    load += [f.foreign for one in fits.values() for f in one.values() if isinstance(f, Call)]
    return (sum(load) / len(load), max(load)) if load else (0.0, 0.0)


def verdict(value, asked):
    return "met" if value >= asked else "**not met**"


def against(value, name, asked):
    """A ratio, whose it is, and whether it is what is asked for."""
    if value is None:
        return "-"
    return f"{ratio(value)}{f' {name}' if name else ''}, {verdict(value, asked)}"


def summary(results, dgemm):
    """Ratios against what is asked for; only with gmix."""
    rows = []
    for r in results:
        t = r.medians()
        if "gmix" not in t:
            continue
        others = {n: v for n, v in t.items() if n not in ("gmix", "gmix-avx2", "scikit-learn")}
        best = min(others, key=others.get, default=None)
        want = TARGETS[r.workload.name]
        share = operations(r.workload) / t["gmix"] / dgemm * 1e-9 if want[2] else None
        rows.append([
            r.workload.title(), r.variant, seconds(t["gmix"]),
            against(t["scikit-learn"] / t["gmix"] if "scikit-learn" in t else None, "", want[0]),
            f">= {want[0]}x",
            against(others[best] / t["gmix"] if best else None, best, want[1]), f">= {want[1]}x",
            f"{share:.2f}, {verdict(share, want[2])}" if share else "-",
            f">= {want[2]:.2f}" if want[2] else "-"])
    head = ["workload", "data", "gmix, one step", "scikit-learn / gmix", "asked", "best other / gmix",
            "asked", "share of dgemm", "asked"]
    return table(head, rows) if rows else "gmix took no part.\n"


def overview(results):
    names = [p.name for p in PEERS if any(p.name in r.medians() for r in results)]
    rows = [[r.workload.title(), r.variant, *(seconds(r.medians().get(n)) for n in names)]
            for r in results]
    return table(["one EM step", "data", *names], rows)


def fits_table(fits):
    """Time and log-likelihood side by side, and both against scikit-learn's."""
    rows = []
    for w, by_peer in fits.items():
        known = by_peer.get("scikit-learn")
        known = known if isinstance(known, Call) else None
        for name, f in sorted(by_peer.items(), key=lambda one: NAMES.index(one[0])):
            if not isinstance(f, Call):
                rows.append([w.title(), name, f, *["-"] * 5])
                continue
            done, ll = f.answer["iterations"], f.answer["log_likelihood"] / w.n
            cut = " (its limit)" if f.answer.get("stop") == "time_limit" else ""
            beside = known and ll - known.answer["log_likelihood"] / w.n
            rows.append([w.title(), name, f"{f.wall:.2f} s{cut}", f"{ll:.6f}",
                         ratio(known.wall / f.wall) if known else "-",
                         f"{beside:+.1e}" if known and name != "scikit-learn" else "-",
                         f"{f.answer['seconds']:.2f} s", done if done >= 0 else "not told"])
    return table(["workload", "program", "process", "log-likelihood per row",
                  "scikit-learn's time / its", "log-likelihood per row less scikit-learn's",
                  "fit alone", "iterations"], rows)


def operations(w):
    """Floating-point operations of an EM step that skips nothing."""
    return w.n * w.k * (2 * w.d * (w.d + 3) if w.family == "full" else 8 * w.d)


def level(fact):
    """The CPU level of a gmix, from what it says of itself."""
    words = fact.get("kernels", "").split()
    return words[words.index("level") + 1] if "level" in words[:-1] else ""


def own_claims(gmix, workloads, threads, top):
    """What `gmix bench` says on its own data: [(workload, level, answer)], for its highest level
    and for AVX2 beside a dgemm that is held to AVX2 too."""
    levels = [(top, {})]
    if top == "avx512":
        levels.append(("avx2", {"GMIX_CPU": "avx2", "OPENBLAS_CORETYPE": "Haswell"}))
    claims = []
    for w in workloads:
        command = [gmix, "bench", "-n", w.n, "-d", w.d, "-k", w.k, "-c", w.family, "--threads",
                   threads, "--json"]
        for name, forced in levels:
            try:
                done = subprocess.run(list(map(str, command)), timeout=60, text=True,
                                      capture_output=True, env={**environment(threads), **forced})
                claims.append((w, name, json.loads(done.stdout)))
            except (OSError, ValueError, subprocess.TimeoutExpired):
                continue
    return claims


def claims_table(claims):
    rows = []
    for w, name, c in claims:
        gemm, share = c.get("gemm_gflops"), c.get("fraction_of_gemm")
        rows.append([w.title(), name, seconds(c["seconds_per_iteration"]), f"{c['gflops']:.0f}",
                     f"{gemm:.0f} ({c.get('gemm_kernel')})" if gemm else "-",
                     f"{share:.2f}" if share and w.d > 8 else "-", f"{c['peak_mib']:.0f} MiB"])
    return table(["workload", "CPU level", "one step", "GFLOP/s", "dgemm GFLOP/s", "share",
                  "peak memory of the process"], rows)


def blas_kernel(path):
    """Core OpenBLAS picks in the environment the peers run in."""
    code = (f"import ctypes; f = ctypes.CDLL({path!r}).openblas_get_corename; "
            "f.restype = ctypes.c_char_p; print(f().decode())")
    done = subprocess.run(["python3", "-c", code], env=environment(1), capture_output=True,
                          text=True)
    return done.stdout.strip() or "not OpenBLAS"


def cpu():
    text = Path("/proc/cpuinfo").read_text()
    flags = re.search(r"flags\s*: (.*)", text).group(1).split()
    levels = [f for f in ("avx2", "fma", "avx512f", "avx512_bf16", "amx_tile") if f in flags]
    model = re.search(r"model name\s*: (.*)", text).group(1)
    family, number = (re.search(rf"^{k}\s*: (\d+)", text, re.M).group(1)
                      for k in ("cpu family", "model"))
    return (f"{model} (family {family}, model {number}), {text.count('processor	')} processors; "
            + " ".join(levels))


def environment_list(facts, args, results, fits, took):
    lines = [f"- CPU: {cpu()}",
             f"- System: {platform.system()} {platform.machine()}, {platform.libc_ver()[0]} "
             f"{platform.libc_ver()[1]}; {time.strftime('%Y-%m-%d')}; the run took {took / 60:.1f} min",
             f"- {args.threads} threads, double precision; {', '.join(UNSET)} unset"]
    mean, most = others_load(results, fits)
    lines.append(f"- Other work on the machine meanwhile: {mean:.2f} processors on average, "
                 f"{most:.2f} at most" + (": **disturbed, run again**" if mean > 0.15 else ""))
    for name, fact in facts.items():
        if "missing" in fact:
            lines.append(f"- {name}: not installed: {fact['missing']}")
            continue
        kernels = fact["kernels"]
        if "blas" in fact:
            kernels += f"; OpenBLAS {blas_kernel(fact['blas'])} ({Path(fact['blas']).name})"
        note = f" ({NOTES[name]})" if name in NOTES else ""
        lines.append(f"- {name} {fact['version']}: {kernels}{note}")
    return "\n".join(lines) + "\n"


def data_list(results, directory):
    rows = []
    for r in results:
        f = json.loads(Path(f"{stem(directory, r.workload, r.variant)}.json").read_text())
        rows.append([r.workload.title(), r.variant, f"{f['mean_largest']:.2f}",
                     f"{f['nonzero']:.2f}", f"{f['above_1_percent']:.1f}"])
    return table(["workload", "data", "mean largest responsibility", "share above 1e-16",
                  "components above 0.01 per row"], rows)


def fits_part(fits):
    return ["## From file to model, each with its own defaults\n",
            "The data are the mixed ones. Defaults differ in start, restarts and stop rule, so read time and "
            "log-likelihood together: scikit-learn stops when a step gains less than 1e-3 nats per row, gmix "
            "searches first and goes on until less than 1e-6 are left. gmix-once is one run with "
            "scikit-learn's stop rule. \"> 10 s\": ended at its limit.\n", fits_table(fits)]


def page(results, fits, facts, claims, rates, args, took):
    directory = Path(__file__).parent / "data"
    parts = ["# Benchmarks: last run\n",
             "How to read and repeat this: [docs/benchmarks.md](../docs/benchmarks.md).\n"]
    if results:
        parts += ["## gmix against the others\n", summary(results, max(rates)),
                  f"dgemm: {max(rates):.0f} GFLOP/s, the best seen in this run (NumPy, {args.threads} "
                  "threads). The share counts the operations of a step that skips nothing; on mixed data "
                  "gmix may skip zeros, so the heavy rows are the ones to judge it by.\n"]
    if fits:
        parts += fits_part(fits)
    if results:
        parts += ["## Time of one EM step\n", overview(results)]
    for r in results:
        parts += [f"### {r.workload.title()}, {r.variant}\n", steps_table(r)]
    if claims:
        parts += ["## What `gmix bench` says, on its own data\n",
                  "All responsibilities are non-zero; dgemm runs in the same process, at the same "
                  "level and with as many threads.\n", claims_table(claims)]
    if results:
        parts += ["## Data\n", data_list(results, directory)]
    parts += ["## Environment\n", environment_list(facts, args, results, fits, took)]
    return "\n".join(parts)
