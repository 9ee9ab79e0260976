"""The examples of the README run, and write what the README says."""

import contextlib
import io
import re
from pathlib import Path

import pytest

README = (Path(__file__).parents[1] / "README.md").read_text()
EXAMPLES = re.findall(r"```python\n(.*?)```\s+Output:\s+```text\n(.*?)```", README, re.DOTALL)


def test_readme_has_examples() -> None:
    assert len(EXAMPLES) == README.count("```python") == 5


@pytest.mark.parametrize(("example", "written"), EXAMPLES)
def test_readme(example: str, written: str) -> None:
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(example, "README.md", "exec"), {})
    assert output.getvalue() == written
