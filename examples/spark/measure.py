"""Measures the conversion of a folder of JSON Lines to Parquet and back, on two executors.

    python measure.py /data/jsonl /tmp/work

Prints JSON: sizes in bytes, times in seconds, and the most memory that all processes had together.
"""

import argparse
import json
import os
import shutil
import sys
import threading
import time
from pathlib import Path

import pyarrow as pa
from main import to_jsonl, to_parquet
from pyspark.sql import SparkSession

from stepwire.spark import StepwireDataSource

MASTER = "local-cluster[2,1,2048]"


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir() if path.name[:1] not in "._")


def zstd_size(folder: Path) -> int:
    """Returns the size of the files as zstd compresses blocks of 64 MiB at level 3."""
    codec = pa.Codec("zstd", 3)
    size = 0
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            while block := file.read(64 * 1024 * 1024):
                size += len(codec.compress(block, asbytes=True))
    return size


class Memory(threading.Thread):
    """Notes the most memory that this process and its descendants have together."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak = 0

    def run(self) -> None:
        while True:
            self.peak = max(self.peak, sum(rss_of(pid) for pid in descendants(os.getpid())))
            time.sleep(0.2)


def descendants(root: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = Path(f"/proc/{entry}/stat").read_text()
            except OSError:
                continue
            parent = int(stat[stat.rindex(")") + 2 :].split()[1])
            parents.setdefault(parent, []).append(int(entry))
    found = [root]
    for pid in found:
        found += parents.get(pid, [])
    return found


def rss_of(pid: int) -> int:
    """Returns the memory of a process; what several share counts for each in part."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("work", type=Path)
    arguments = parser.parse_args()
    os.environ["PYSPARK_PYTHON"] = sys.executable
    archive, back = arguments.work / "archive", arguments.work / "back"
    for folder in (archive, back):
        shutil.rmtree(folder, ignore_errors=True)
    memory = Memory()
    memory.start()
    spark = (
        SparkSession.builder.master(MASTER)
        .appName("stepwire")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.executorEnv.PYTHONPATH", os.environ.get("PYTHONPATH", ""))
        .getOrCreate()
    )
    spark.dataSource.register(StepwireDataSource)
    # Starts the executors.
    spark.range(2).repartition(2).count()
    started = time.monotonic()
    to_parquet(spark, str(arguments.source), str(archive), "archive")
    packed = time.monotonic()
    to_jsonl(spark, str(archive), str(back), "none")
    unpacked = time.monotonic()
    result = {
        "json": size_of(arguments.source),
        "parquet": size_of(archive),
        "zstd": zstd_size(arguments.source),
        "back": size_of(back),
        "toParquetSeconds": packed - started,
        "toJsonSeconds": unpacked - packed,
        "peakMemory": memory.peak,
    }
    spark.stop()
    print(json.dumps(result))


if __name__ == "__main__":
    main()
