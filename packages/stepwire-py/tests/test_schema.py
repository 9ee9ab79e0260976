"""The package has the schema files of the repository."""

from pathlib import Path

import stepwire

SCHEMA = Path(__file__).parents[3] / "proto"


def test_all_schema_files() -> None:
    folder = Path(stepwire.proto_path())
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*.proto")}
    assert files == {path.relative_to(SCHEMA).as_posix() for path in SCHEMA.rglob("*.proto")}
    assert "stepwire/json/v1/json.proto" in files


def test_paths_of_generated_code() -> None:
    text = (Path(stepwire.proto_path()) / "stepwire/json/v1/json.proto").read_text()
    assert '\noption java_package = "io.github.stepwire.json.v1";\n' in text
    assert (
        '\noption go_package = "github.com/stepwire/stepwire-go/gen/stepwire/json/v1;jsonv1";\n'
        in text
    )
