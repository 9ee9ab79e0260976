"""The example reads a live stream from an ingress, which serves a sample."""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from .vectors import PROJECT


@pytest.fixture
def ingress() -> Iterator[str]:
    """Starts an ingress from source, and returns its address."""
    script = PROJECT / "scripts/gateway.ts"
    command = ["node", str(script), "ingress", "--port", "0", "--compression"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            lines = map(json.loads, process.stdout)
            yield next(line["url"] for line in lines if line["msg"] == "listening")
        finally:
            process.kill()


def test_the_example_reads_a_live_stream(ingress: str) -> None:
    program = PROJECT / "examples/python/main.py"
    output = subprocess.check_output([sys.executable, str(program), ingress], text=True)
    assert output == (PROJECT / "examples/output.txt").read_text()
