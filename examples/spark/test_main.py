"""Runs the example on two executors, and kills one. `pnpm test:spark` runs it."""

import gzip
import json
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from main import MESSAGE, to_jsonl, to_parquet
from pyspark.sql import DataFrameReader, SparkSession

from stepwire import Transcoder
from stepwire.spark import StepwireDataSource
from stepwire.v1.document_pb2 import Document

SAMPLES = Path(__file__).parents[2] / "samples"
TASKS = 24
JAVA_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .appName("stepwire")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "4")
        # The processes of a test live for a minute.
        .config("spark.driver.extraJavaOptions", JAVA_OPTIONS)
        .config("spark.executor.extraJavaOptions", JAVA_OPTIONS)
        .config("spark.executorEnv.PYTHONPATH", os.environ.get("PYTHONPATH", ""))
        .getOrCreate()
    )
    session.dataSource.register(StepwireDataSource)
    yield session
    session.stop()


def canonical_lines(count: int) -> list[bytes]:
    """Returns different documents as they are written, so that lines can be compared."""
    transcoder = Transcoder(Document, mode="archive")
    samples = [json.loads(path.read_bytes()) for path in sorted(SAMPLES.glob("*.json"))]
    assert samples
    lines = []
    for number in range(count):
        sample = samples[number % len(samples)] | {"x_number": number}
        lines.append(transcoder.to_json(transcoder.to_binary(json.dumps(sample))))
    return lines


def write_folder(folder: Path, lines: list[bytes]) -> None:
    """Writes a third of the lines without compression, by gzip and by zstd."""
    folder.mkdir()
    third = len(lines) // 3
    # The last line of a file may have no line feed.
    plain = b"\n".join(lines[:third])
    (folder / "a.jsonl").write_bytes(plain)
    text = b"".join(line + b"\n\n" for line in lines[third : 2 * third])
    (folder / "b.jsonl.gz").write_bytes(gzip.compress(text))
    text = b"".join(line + b"\n" for line in lines[2 * third :])
    compressed = pa.Codec("zstd").compress(text, asbytes=True)
    (folder / "c.jsonl.zst").write_bytes(compressed)
    (folder / "_SUCCESS").touch()
    (folder / ".d.jsonl").write_bytes(b"not JSON")


def read_folder(folder: Path) -> list[bytes]:
    """Returns the lines of a folder, in the order of the files."""
    lines: list[bytes] = []
    for path in sorted(folder.iterdir()):
        codec = {".gz": "gzip", ".zst": "zstd"}.get(path.suffix)
        if path.name == "_SUCCESS":
            continue
        assert path.name.startswith("part-"), path
        stream = pa.OSFile(str(path)) if codec is None else pa.input_stream(str(path), codec)
        with stream:
            text = stream.read()
        assert text == b"" or text.endswith(b"\n")
        lines += text.split(b"\n")[:-1]
    return lines


def test_round_trip(spark: SparkSession, tmp_path: Path) -> None:
    lines = canonical_lines(120)
    source, archive, back = (tmp_path / name for name in ("source", "archive", "back"))
    write_folder(source, lines)
    loaded = reader(spark).option("splitBytes", "8000").load(str(source))
    assert loaded.rdd.getNumPartitions() > 2
    assert [bytes(row.document) for row in loaded.collect()] == documents_of(lines)
    to_parquet(spark, str(source), str(archive), "archive")
    to_jsonl(spark, str(archive), str(back), "zstd")
    # All files are small, so one task reads them, in their order.
    assert read_folder(back) == lines


def reader(spark: SparkSession) -> DataFrameReader:
    return spark.read.format("stepwire").option("message", MESSAGE).option("mode", "archive")


def documents_of(lines: list[bytes]) -> list[bytes]:
    transcoder = Transcoder(Document, mode="archive")
    return [transcoder.to_binary(line) for line in lines]


def test_columns(spark: SparkSession, tmp_path: Path) -> None:
    lines = canonical_lines(60)
    source, archive = tmp_path / "source", tmp_path / "archive"
    write_folder(source, lines)
    to_parquet(spark, str(source), str(archive), "archive")
    table = spark.read.parquet(str(archive))
    steps = table.where("kind = 'run_step'").select("id", "thread_id", "total_tokens").collect()
    expected = [json.loads(line) for line in lines]
    known = [each for each in expected if each.get("object") == "thread.run.step"]
    assert len(steps) == len(known) > 0
    found = sorted((row.id, row.thread_id, row.total_tokens) for row in steps)
    tokens = [(each.get("usage") or {}).get("total_tokens") for each in known]
    assert [row[:2] for row in found] == sorted((each["id"], each["thread_id"]) for each in known)
    assert Counter(row[2] for row in found) == Counter(tokens)


def test_refusal(spark: SparkSession, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.jsonl").write_bytes(b'{"id":"x"}\n{"id":\n')
    with pytest.raises(Exception, match=r"a\.jsonl: document 2 .*not_json"):
        reader(spark).load(str(source)).collect()


def executors_of(spark: SparkSession) -> list[int]:
    """Returns the processes of the executors, which are children of Spark's own process."""
    jvm = spark._jvm
    assert jvm is not None
    children = jvm.java.lang.ProcessHandle.current().children().toArray()
    found = [int(child.pid()) for child in children]
    return [pid for pid in found if b"CoarseGrainedExecutor" in command_of(pid)]


def command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""


def run_and_kill(spark: SparkSession, job: Callable[[], None]) -> None:
    """Runs a job, and kills an executor after some of its tasks are done."""
    before = executors_of(spark)
    assert len(before) == 2
    tracker = spark.sparkContext.statusTracker()
    killed = threading.Event()
    ended = threading.Event()

    def kill() -> None:
        while not (ended.is_set() or killed.is_set()):
            for stage in tracker.getActiveStageIds():
                info = tracker.getStageInfo(stage)
                if info and 3 <= info.numCompletedTasks < info.numTasks - 3:
                    os.kill(before[0], signal.SIGKILL)
                    killed.set()
                    return
            time.sleep(0.02)

    # Not the job, because Spark knows the data source only in the thread that registered it.
    killer = threading.Thread(target=kill)
    killer.start()
    try:
        job()
    finally:
        ended.set()
        killer.join()
    assert killed.is_set()
    for _ in range(600):
        if len(executors_of(spark)) == 2:
            break
        time.sleep(0.1)
    after = executors_of(spark)
    assert len(after) == 2
    assert before[0] not in after


def test_loss_of_an_executor(spark: SparkSession, tmp_path: Path) -> None:
    """Nothing is lost and nothing is doubled, whichever way an executor dies."""
    lines = canonical_lines(TASKS * 40)
    source, archive, back = (tmp_path / name for name in ("source", "archive", "back"))
    source.mkdir()
    for task in range(TASKS):
        part = lines[task * 40 : (task + 1) * 40]
        (source / f"{task:02}.jsonl").write_bytes(b"".join(line + b"\n" for line in part))

    largest = max(path.stat().st_size for path in source.iterdir())

    def pack() -> None:
        # So a task reads one file.
        loaded = reader(spark).option("splitBytes", largest).load(str(source))
        loaded.write.option("compression", "zstd").parquet(str(archive))

    run_and_kill(spark, pack)
    table = spark.read.parquet(str(archive))
    assert table.count() == len(lines)

    def unpack() -> None:
        documents = spark.read.parquet(str(archive)).select("document").repartition(TASKS)
        lines = documents.write.format("stepwire").option("message", MESSAGE)
        lines.mode("append").save(str(back))

    run_and_kill(spark, unpack)
    assert Counter(read_folder(back)) == Counter(lines)
    assert not (back / "_temporary").exists()


def test_overwrite(spark: SparkSession, tmp_path: Path) -> None:
    lines = canonical_lines(6)
    source, back = tmp_path / "source", tmp_path / "back"
    write_folder(source, lines)
    table = reader(spark).load(str(source))
    for mode, compression, times in [("append", "gzip", 1), ("overwrite", "none", 1)]:
        writer = table.write.format("stepwire").option("message", MESSAGE)
        writer.option("compression", compression).mode(mode).save(str(back))
        assert Counter(read_folder(back)) == Counter(lines * times)
