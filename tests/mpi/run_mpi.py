"""The command gmix-mpi: the same bytes for any number of ranks and threads, and what it says and leaves
when a rank dies or a file is bad.

    run_mpi.py MPIRUN GMIX GMIX_MPI [KILLS]

KILLS moments, drawn at random over the length of a run, at which a rank is killed (5; 50 before a release).
"""
import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

MIXTURE = {"format": "gmix-model", "version": 1, "covariance": "spherical", "weights": [0.5, 0.5],
           "means": [[0] * 4, [3] * 4], "covariances": [1, 1]}


def fail(text):
    sys.exit("FAILED: " + text)


def run(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, check=False, **more)


def numbers(path):
    """The text of the model, which has all bits, without what was said of the fit."""
    with open(path, encoding="utf-8") as file:
        model = json.load(file)
    model.pop("fit")
    return json.dumps(model, sort_keys=True)


def make_data(gmix):
    with open("two.json", "w", encoding="utf-8") as file:
        json.dump(MIXTURE, file)
    run(gmix, "sample", "two.json", "-n", "70000", "-o", "all.csv")
    with open("all.csv", encoding="utf-8") as file:
        head, *rows = file.read().splitlines(True)
    for i, (first, end) in enumerate([(0, 20011), (20011, 20100), (20100, 61000), (61000, 70000)]):
        with open(f"part-{i}.csv", "w", encoding="utf-8") as file:
            file.writelines([head, *rows[first:end]])


def same_bytes(mpirun, gmix, gmix_mpi, *options):
    done = run(gmix, "fit", "all.csv", "--stream", "-o", "stream.json", "--quiet", *options)
    if done.returncode:
        fail(done.stderr)
    wanted = numbers("stream.json")
    for ranks in 1, 2, 4:
        for threads in 1, 2:
            done = run(mpirun, "-n", str(ranks), gmix_mpi, "fit", "part-?.csv", "--threads", str(threads),
                       "-o", "mpi.json", *options)
            if done.returncode or numbers("mpi.json") != wanted:
                fail(f"{ranks} ranks, {threads} threads, {options}: {done.stdout}{done.stderr}")
            if done.stdout.count("Gaussian mixture of") != 1:
                fail("the summary is not printed once:\n" + done.stdout)
            os.remove("mpi.json")


def in_pieces(mpirun, gmix, gmix_mpi):
    """A text of more than 16 MB, mostly comments, with quoted cells: ranks keep the pieces that begin in their share."""
    remark = "#" + "remark " * 2000 + "\n"
    with open("all.csv", encoding="utf-8") as file, open("long.csv", "w", encoding="utf-8") as out:
        out.write(remark)  # where comments are known by
        for i, line in enumerate(file):
            out.write(('"%s"' % line.split(",")[0] if i % 5 == 0 else line.split(",")[0]) + line[line.index(","):])
            if i % 16 == 1 and not 20000 < i < 50000:
                out.write(remark)
    with open("long.csv", "rb") as file, gzip.open("long.csv.gz", "wb", 1) as out:
        shutil.copyfileobj(file, out)
    run(gmix, "fit", "all.csv", "--stream", "-o", "stream.json", "--quiet", "-k", "2")
    for ranks, name in (1, "long.csv"), (2, "long.csv"), (4, "long.csv"), (1, "long.csv.gz"), (2, "long.csv.gz"):
        done = run(mpirun, "-n", str(ranks), gmix_mpi, "fit", name, "-k", "2", "-q", "--threads", "1", "-o", "mpi.json")
        if done.returncode or numbers("mpi.json") != numbers("stream.json"):
            fail(f"{ranks} ranks, {name} in pieces: {done.stdout}{done.stderr}")
        os.remove("mpi.json")
    os.remove("long.csv")
    os.remove("long.csv.gz")


def refused(mpirun, gmix_mpi, words, *arguments):
    done = run(mpirun, "-n", "3", gmix_mpi, *arguments)
    said = [line for line in done.stderr.splitlines() if line.startswith("gmix-mpi: ")]
    if done.returncode == 0 or len(said) != 1 or words not in said[0]:
        fail(f"{arguments}: {done.returncode}, {done.stderr}")
    if os.path.exists("bad.json"):
        fail(f"{arguments}: left a model")


def ranks_of(job):
    """The processes that mpirun started."""
    done = run("ps", "-o", "pid=", "--ppid", str(job.pid))
    return [int(pid) for pid in done.stdout.split()]


def start(mpirun, gmix_mpi, *options):
    return subprocess.Popen([mpirun, "-n", "3", gmix_mpi, "fit", "part-?.csv", "-k", "3", "--tol", "1e-9",
                             "--quiet", "-o", "killed.json", *options],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def killed(mpirun, gmix_mpi, count):
    """A rank that dies ends all, soon, with a message; there is a whole model or none."""
    begun = time.monotonic()
    if start(mpirun, gmix_mpi).wait():
        fail("the run that is to be killed fails by itself")
    length, wanted = time.monotonic() - begun, numbers("killed.json")
    draw, n_died = random.Random(7), 0
    for i in range(count):
        if os.path.exists("killed.json"):
            os.remove("killed.json")
        job = start(mpirun, gmix_mpi)
        time.sleep(length * draw.random())
        victims = ranks_of(job)
        if victims:
            os.kill(draw.choice(victims), signal.SIGKILL)
        try:
            _, said = job.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            job.kill()
            fail(f"kill {i}: the others wait for the rank that died")
        if job.returncode != 0:
            n_died += 1
            if victims and not said.strip():
                fail(f"kill {i}: nothing was said")
        if os.path.exists("killed.json"):
            if numbers("killed.json") != wanted:
                fail(f"kill {i}: another model")
        elif job.returncode == 0:
            fail(f"kill {i}: no model, and no failure")
        left = [name for name in os.listdir(".") if "killed.json" in name and name != "killed.json"]
        if len(left) > 1:
            fail(f"kill {i}: temporary files are left: {left}")
    if count > 4 and n_died == 0:
        fail("no run died")
    return n_died


def main():
    mpirun, gmix, gmix_mpi = (os.path.abspath(path) for path in sys.argv[1:4])
    count = int(sys.argv[4]) if len(sys.argv) > 4 else 5
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        make_data(gmix)
        same_bytes(mpirun, gmix, gmix_mpi, "-k", "3", "--max-iter", "25")
        same_bytes(mpirun, gmix, gmix_mpi, "-k", "2", "-c", "VVE", "--columns", "x2,x0", "--restarts", "1")
        same_bytes(mpirun, gmix, gmix_mpi, "-k", "1-2", "-c", "EII,EEE", "--search", "quick")
        in_pieces(mpirun, gmix, gmix_mpi)
        refused(mpirun, gmix_mpi, "there is no file", "fit", "nothing-*.csv", "-k", "2", "-o", "bad.json")
        refused(mpirun, gmix_mpi, "how many components", "fit", "part-?.csv", "-o", "bad.json")
        with open("part-3.csv", "a", encoding="utf-8") as file:
            file.write("1,2,inf,4\n")
        refused(mpirun, gmix_mpi, "row 70001", "fit", "part-?.csv", "-k", "2", "-o", "bad.json")
        make_data(gmix)
        print(f"{killed(mpirun, gmix_mpi, count)} of {count} runs died of a rank")
        os.chdir("/")


if __name__ == "__main__":
    main()
