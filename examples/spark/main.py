"""Converts archives with Apache Spark: JSON Lines in a folder to Parquet, and back.

    pip install "stepwire[spark]" pyspark
    python main.py to-parquet /data/jsonl /data/archive
    python main.py to-jsonl /data/archive /data/back --compression gzip

`--master` names a cluster; without it, all cores of this machine are used.
"""

import argparse

from pyspark.sql import SparkSession

from stepwire.spark import StepwireDataSource
from stepwire.v1.document_pb2 import Document

MESSAGE = Document.DESCRIPTOR.full_name


def to_parquet(spark: SparkSession, source: str, target: str, mode: str) -> None:
    """The column `document` has each document without loss; the others are for queries."""
    lines = spark.read.format("stepwire").option("message", MESSAGE).option("mode", mode)
    table = lines.load(source)
    table.write.option("compression", "zstd").parquet(target)


def to_jsonl(spark: SparkSession, source: str, target: str, compression: str) -> None:
    """Only the column `document` is read."""
    documents = spark.read.parquet(source).select("document")
    lines = documents.write.format("stepwire").option("message", MESSAGE)
    lines.option("compression", compression).mode("append").save(target)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("direction", choices=["to-parquet", "to-jsonl"])
    parser.add_argument("source")
    parser.add_argument("target")
    parser.add_argument("--master", default="local[*]")
    parser.add_argument("--mode", default="preserve", help="strict, preserve or archive")
    parser.add_argument("--compression", default="none", help="none, gzip or zstd")
    arguments = parser.parse_args()
    spark = SparkSession.builder.master(arguments.master).appName("stepwire").getOrCreate()
    spark.dataSource.register(StepwireDataSource)
    if arguments.direction == "to-parquet":
        to_parquet(spark, arguments.source, arguments.target, arguments.mode)
    else:
        to_jsonl(spark, arguments.source, arguments.target, arguments.compression)
    spark.stop()


if __name__ == "__main__":
    main()
