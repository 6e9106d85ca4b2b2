"""Makes the Parquet files that test_parquet.c reads, by pyarrow, Polars and DuckDB: make_parquet.py DIRECTORY.

Column by column their rows are what cell() of test_parquet.c says.
"""

import decimal
import sys

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

N = 40
ROW = np.arange(N)


def table():
    return pa.table({
        "a": pa.array(ROW * 0.25 - 3, mask=ROW % 5 == 0),
        "i": pa.array((ROW * 7 % 11 - 5).astype(np.int32)),
        "l": pa.array(ROW * ROW * 1000003 - 7, mask=ROW % 9 == 1),
        "f": pa.array((ROW / 8).astype(np.float32)),
        "b": pa.array(ROW % 3 == 0, mask=ROW == 4),
        "u": pa.array((ROW + 4_000_000_000).astype(np.uint32)),
        "word": pa.array([("red", "green", "blue")[k % 3] for k in ROW], mask=ROW % 7 == 6),
        "day": pa.array(ROW.astype(np.int32)).cast(pa.date32()),
        "pair": pa.array([[int(k), 1] for k in ROW]),
    })


def dates():
    """Row k: k days, 1.5 k hours, k / 4 days in three units, k / 100 in three ways, and k - 20 thousandths."""
    minutes = ROW * 90 * 60
    cents = pa.array([decimal.Decimal(int(k)) / 100 for k in ROW])
    return pa.table({
        "day": pa.array(ROW.astype(np.int32)).cast(pa.date32()),
        "hour": pa.array(minutes * 1000 % 86_400_000).cast(pa.int32()).cast(pa.time32("ms")),
        "fine": pa.array(minutes * 1_000_000 % 86_400_000_000).cast(pa.time64("us")),
        "ms": pa.array(ROW * 21_600_000).cast(pa.timestamp("ms", "UTC")),
        "us": pa.array(ROW * 21_600_000_000, mask=ROW == 3).cast(pa.timestamp("us")),
        "ns": pa.array(ROW * 21_600_000_000_000).cast(pa.timestamp("ns")),
        "small": cents.cast(pa.decimal128(9, 2)),
        "large": cents.cast(pa.decimal128(38, 20)),
        "below": pa.array([decimal.Decimal(int(k) - 20) / 1000 for k in ROW]).cast(pa.decimal128(12, 3)),
    })


WAYS = {
    "snappy": {},
    "plain": {"compression": "none", "use_dictionary": False},
    "zstd_v2": {"compression": "zstd", "data_page_version": "2.0", "use_dictionary": False,
                "column_encoding": {"b": "RLE", "i": "DELTA_BINARY_PACKED", "l": "DELTA_BINARY_PACKED"}},
    "gzip_pages": {"compression": "gzip", "data_page_size": 64, "row_group_size": 17,
                   "write_batch_size": 8},
    "split": {"compression": "lz4", "use_dictionary": False, "use_byte_stream_split": ["a", "f", "i", "l"]},
    "snappy_v2": {"data_page_version": "2.0"},
    "groups": {"row_group_size": 17},
    "brotli": {"compression": "brotli"},
}


def main(where):
    whole = table()
    for name, how in WAYS.items():
        if "column_encoding" in how:
            how["column_encoding"] |= {c: "PLAIN" for c in "afu"} | {"word": "PLAIN", "day": "PLAIN"}
            how["column_encoding"].pop("pair", None)
            pq.write_table(whole.drop_columns("pair"), f"{where}/{name}.parquet", store_schema=False, **how)
        else:
            pq.write_table(whole, f"{where}/{name}.parquet", store_schema=False, **how)
    pq.write_table(dates(), f"{where}/dates.parquet", store_schema=False, use_dictionary=["day", "small"])
    pq.write_table(dates(), f"{where}/dates_whole.parquet", store_schema=False, store_decimal_as_integer=True)
    flat = whole.drop_columns("pair")  # noqa: F841  # of the query
    duckdb.sql(f"copy flat to '{where}/duckdb.parquet'")
    pl.from_arrow(whole).write_parquet(f"{where}/polars.parquet", compression="snappy")


main(sys.argv[1])
