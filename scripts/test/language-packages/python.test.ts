import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pythonTool, rustTool } from "../../library/tools.ts";
import {
  type Context,
  describeLanguage,
  ownDocument,
  ownSchema,
  type Project,
  readBlock,
  readPrograms,
  readSource,
  relativeLinks,
  writeTable,
} from "./project.ts";

function python(project: Project): string {
  return project.path("venv/bin/python");
}

/** Installs the wheel by the line of the README. */
async function install({ project, built }: Context): Promise<void> {
  const wheel = join(built, globSync("*.whl", { cwd: built })[0] ?? "");
  const readme = readSource("packages/stepwire-py/README.md");
  const line = readBlock(readme, "sh", "pip install stepwire").trim().split(" ");
  expect(line).toEqual(["pip", "install", "stepwire"]);
  await project.run(["python3", "-m", "venv", "venv"]);
  await project.run([python(project), "-m", "pip", "install", "--quiet", `${wheel}[arrow,grpc]`]);
}

describeLanguage({ language: "python", tools: [pythonTool, rustTool], install, tests });

function tests({ project, built }: Context): void {
  test("runs the examples of the README in the wheel", async () => {
    const metadata = ["-c", "from importlib.metadata import metadata; print(metadata('stepwire'))"];
    const readme = await project.run([python(project), ...metadata]);
    expect(relativeLinks(readme)).toEqual([]);
    const programs = readPrograms(readme, "python");
    expect(programs).toHaveLength(5);
    for (const { source, output } of programs) {
      project.write("example.py", source);
      expect(await project.run([python(project), "example.py"])).toBe(output);
    }
  });

  test("has the metadata that PyPI shows, the licence, and types", async () => {
    await project.run([
      python(project),
      "-m",
      "pip",
      "install",
      "--quiet",
      "twine==7.0.0",
      "mypy==2.4.1",
    ]);
    const files = globSync("*", { cwd: built }).map((name) => join(built, name));
    expect(files).toHaveLength(2);
    const checked = await project.run([
      python(project),
      "-m",
      "twine",
      "check",
      "--strict",
      ...files,
    ]);
    expect(checked.match(/PASSED/g)).toHaveLength(2);
    project.write(
      "metadata.py",
      `from importlib.metadata import files, metadata
found = metadata("stepwire")
for name in ("Name", "License-Expression", "Requires-Python", "Description-Content-Type"):
    print(name, found[name])
print(*sorted(url.split(",")[0] for url in found.get_all("Project-URL")))
print(*sorted(path.name for path in files("stepwire") if path.name in ("LICENSE", "py.typed")))
`,
    );
    expect(await project.run([python(project), "metadata.py"])).toBe(`Name stepwire
License-Expression Apache-2.0
Requires-Python >=3.10
Description-Content-Type text/markdown; charset=UTF-8; variant=GFM
Changelog Documentation Homepage Issues Repository
LICENSE py.typed
`);
    project.write(
      "typed.py",
      `from stepwire import Transcoder
from stepwire.v1.run_pb2 import Run

run: Run = Transcoder(Run).parse("{}")
wrong: int = run.id
`,
    );
    const typed = await project.attempt([python(project), "-m", "mypy", "--strict", "typed.py"]);
    expect(typed.output).toContain("Found 1 error in 1 file");
    expect(typed.output).toContain("typed.py:5: error: Incompatible types in assignment");
  });

  test("has client stubs, types of the native module, and no need for anything optional", async () => {
    const stubs =
      "from stepwire.v1.run_step_service_pb2_grpc import RunStepServiceStub as S; print(S)";
    expect(await project.run([python(project), "-c", stubs])).toContain("RunStepServiceStub");
    await project.run(["python3", "-m", "venv", "plain"]);
    const plain = project.path("plain/bin/python");
    const wheel = join(built, globSync("*.whl", { cwd: built })[0] ?? "");
    await project.run([plain, "-m", "pip", "install", "--quiet", wheel]);
    const listed = await project.run([plain, "-m", "pip", "list", "--format=freeze"]);
    const names = listed.split("\n").map((line) => line.split("==")[0] ?? "");
    expect(names.filter((name) => !/^(?:pip|setuptools|)$/.test(name))).toEqual([
      "protobuf",
      "stepwire",
    ]);
    expect(await project.run([plain, "-c", "import stepwire; print(stepwire.__name__)"])).toBe(
      "stepwire\n",
    );
  });

  test("compiles an own schema that imports the options, and converts it", async () => {
    await project.run([python(project), "-m", "pip", "install", "--quiet", "grpcio-tools==1.85.1"]);
    const readme = readSource("packages/stepwire-py/README.md");
    const command = readBlock(readme, "sh", "--python_out");
    project.write("acme/v1/thing.proto", ownSchema);
    const activate = ". venv/bin/activate";
    await project.run(["sh", "-ec", `${activate}\n${command}`]);
    await writeTable(project, { readme, setUp: activate });
    project.write(
      "own.py",
      `from pathlib import Path

from acme.v1.thing_pb2 import Thing
from stepwire import StepwireError, Transcoder
from stepwire.json.v1 import json_pb2

things = Transcoder(Thing, table=Path("acme.table").read_bytes())
thing = things.parse('${ownDocument}')
print(thing.name, thing.change.id)
print(things.stringify(Thing.FromString(thing.SerializeToString())))
try:
    things.parse('{"object":"acme.thing"}')
except StepwireError as error:
    print(error)
form = Thing.DESCRIPTOR.GetOptions().Extensions[json_pb2.message]
print(form.constants[0].value)
`,
    );
    expect(await project.run([python(project), "own.py"])).toBe(
      `a step_1\n${ownDocument}\nmissing_member at /name (byte 0)\nacme.thing\n`,
    );
    const folder = await project.run([
      python(project),
      "-c",
      "import stepwire; print(stepwire.proto_path(), end='')",
    ]);
    expect(readFileSync(join(folder, "stepwire/json/v1/json.proto"), "utf8")).toContain(
      "package stepwire.json.v1;",
    );
  });
}
