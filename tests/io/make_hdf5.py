"""Makes numbers.h5, by h5py: data sets that gmix reads, and some that it refuses."""
import h5py
import numpy as np

rows = np.arange(60.0)
x = np.column_stack([rows / 4, np.where(rows % 10 == 3, np.nan, -rows)])
with h5py.File("numbers.h5", "w", libver=("v110", "v110")) as file:
    group = file.create_group("run")
    group.create_dataset("x", data=x, chunks=(16, 2), compression="gzip", shuffle=True)
    group.create_dataset("single", data=x.astype(">f4"))
    group.create_dataset("whole", data=(rows - 30).astype("<i2").reshape(20, 3))
    group.create_dataset("column", data=rows)
    group.create_dataset("long", shape=(2_500_000,), dtype="f8", chunks=(100_000,), fillvalue=1.5)
    group.create_dataset("none", shape=(0, 2), dtype="f8")
    group.create_dataset("text", data=np.array([b"a", b"b"]))
    group.create_dataset("cube", data=np.zeros((2, 2, 2)))
