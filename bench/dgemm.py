"""The machine's dgemm rate, GFLOP/s: the best of 15 products of 2048 x 2048 matrices with NumPy.

The best, since anything else that runs can only lower it; a low yardstick would flatter gmix."""

import sys
import time

import numpy as np
from threadpoolctl import threadpool_limits

N = 2048
a, b = np.random.default_rng(0).standard_normal((2, N, N))
times = []
with threadpool_limits(int(sys.argv[1])):
    for _ in range(15):
        begin = time.perf_counter()
        a @ b
        times.append(time.perf_counter() - begin)
print(2e-9 * N**3 / min(times))
