"""Installing peers, running their adapters, and what the rest of the machine did meanwhile."""

import json
import os
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import time
from typing import NamedTuple

from peers.registry import BENCH, HERE, PYTHON

CHECK_STEPS = 3   # log-likelihoods are compared after this many steps
DISTURBED = 0.25  # a run while others kept more processors than this busy is repeated
UNSET = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")


class Failed(Exception):
    pass


def environment(threads):
    env = {k: v for k, v in os.environ.items() if k not in UNSET}
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        env[name] = str(threads)
    return env


def last_line(text):
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1].strip() if lines else "no message"


def quiet(command, **kwargs):
    done = subprocess.run(command, text=True, capture_output=True, **kwargs)
    if done.returncode:
        raise Failed(f"{command[0]}: {last_line(done.stderr or done.stdout)}")
    return done.stdout


def install(peer):
    """Packages, requirements, compilation; does nothing where all is there."""
    missing = [p for p in peer.apt if subprocess.run(["dpkg", "-s", p], capture_output=True).returncode]
    if missing:
        print(f"installing {' '.join(missing)}", file=sys.stderr)
        quiet(["apt-get", "update"])
        quiet(["apt-get", "install", "-y", "--no-install-recommends", *missing],
              env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
    if peer.pip:
        install_requirements(BENCH / peer.pip)
    if peer.build:
        source, output = HERE / peer.source, BENCH / "bin" / peer.source.split(".")[0]
        output.parent.mkdir(exist_ok=True)
        newest = max(source.stat().st_mtime, (HERE / "adapter.h").stat().st_mtime)
        if not output.exists() or output.stat().st_mtime < newest:
            flags = [f for f in peer.build[1:] if not f.startswith("-l")]
            libs = [f for f in peer.build[1:] if f.startswith("-l")]
            quiet([peer.build[0], *flags, str(source), "-o", str(output), *libs])


def install_requirements(requirements):
    stamp = BENCH / ".venv" / f"{requirements.name}.installed"
    if stamp.exists() and stamp.read_text() == requirements.read_text():
        return
    print(f"installing {requirements.name}", file=sys.stderr)
    if not PYTHON.exists():
        quiet([sys.executable, "-m", "venv", str(BENCH / ".venv")])
    quiet([str(PYTHON), "-m", "pip", "install", "-q", "-r", str(requirements)])
    shutil.copy(requirements, stamp)


def busy_seconds():
    """CPU seconds all processes of the machine have used."""
    fields = open("/proc/stat").readline().split()[1:9]
    idle = int(fields[3]) + int(fields[4])
    return (sum(map(int, fields)) - idle) / os.sysconf("SC_CLK_TCK")


class Call(NamedTuple):
    answer: dict
    wall: float     # seconds, with process start
    foreign: float  # processors' worth of work by others meanwhile


def call(peer, arguments, threads, limit, **variables):
    own = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy, begin = busy_seconds(), time.perf_counter()
    out = run_for([*peer.command, *map(str, arguments)], {**environment(threads), **variables}, limit)
    wall = time.perf_counter() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - own.ru_utime - own.ru_stime
    try:
        answer = json.loads(last_line(out))
    except ValueError:
        raise Failed(f"no answer: {last_line(out)}") from None
    return Call(answer, wall, max(0.0, (busy_seconds() - busy - used) / wall))


def run_for(command, env, limit):
    """Its output; at the time limit it ends with all its children."""
    try:
        process = subprocess.Popen(command, env=env, text=True, process_group=0,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    except OSError as error:
        raise Failed(str(error)) from None
    try:
        out, err = process.communicate(timeout=limit)
    except BaseException as error:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        if isinstance(error, subprocess.TimeoutExpired):
            raise Failed(f"> {limit:.0f} s") from None
        raise
    if process.returncode:
        raise Failed(last_line(err or out))
    return out


def per_step(runs, scale):
    first, last = runs[0], runs[-1]
    return scale * (last["seconds"] - first["seconds"]) / max(1, last["done"] - first["done"])


class Sample(NamedTuple):
    seconds: float  # per EM step, on all rows
    foreign: float  # processors' worth of work by others meanwhile


class Cell:
    """One peer on one data set: seconds per EM step, run by run."""

    def __init__(self, peer, data, threads, budget, repeat, limit=240):
        self.peer, self.data, self.threads, self.limit = peer, data, threads, limit
        self.budget, self.repeat, self.samples, self.error = budget, repeat, [], ""
        self.log_likelihood = self.steps = None

    def steps_call(self, counts, ll):
        arguments = ("steps", self.data.file, self.data.start, self.data.family, counts,
                     self.threads, ll)
        return call(self.peer, arguments, self.threads, self.limit)

    def run(self):
        """The first run checks the log-likelihood and finds how many steps fill the budget."""
        try:
            if self.steps is None:
                self.check()
            else:
                self.keep(self.steps_call(f"1,{self.steps}", 0))
        except Failed as failure:
            self.error = str(failure)

    def check(self):
        result = self.steps_call(f"1,{CHECK_STEPS}", 1)
        runs = result.answer["runs"]
        self.log_likelihood = runs[-1]["log_likelihood"]
        seconds = max(per_step(runs, 1.0), runs[0]["seconds"] / 20, 1e-4)
        self.steps = 1 + min(200, max(CHECK_STEPS - 1, int(self.budget / seconds)))
        if self.steps == CHECK_STEPS:
            self.keep(result)

    def keep(self, result):
        seconds = per_step(result.answer["runs"], self.data.scale)
        if seconds > 0:  # or other work came between the two runs
            self.samples.append(Sample(seconds, result.foreign))

    def done(self, may_repeat, late):
        """Late, one sample has to do; before, those that were disturbed do not count."""
        good = [s for s in self.samples if s.foreign < DISTURBED or not may_repeat]
        return self.error or len(good) >= self.repeat or late and self.samples

    def best(self):
        """The samples that count: those with the least work of others beside them."""
        return sorted(self.samples, key=lambda s: s.foreign)[: self.repeat]

    def times(self):
        return [s.seconds for s in self.best()]

    def median(self):
        return statistics.median(self.times()) if self.samples else None
