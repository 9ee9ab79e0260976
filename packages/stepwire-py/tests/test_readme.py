"""The example of the README runs, and writes what the README says."""

import contextlib
import io
import re
from pathlib import Path


def test_readme() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text()
    example = re.search(r"```python\n(.*?)```", readme, re.DOTALL)
    written = re.search(r"```text\n(.*?)```", readme, re.DOTALL)
    assert example is not None
    assert written is not None
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(example[1], "README.md", "exec"), {})
    assert output.getvalue() == written[1]
