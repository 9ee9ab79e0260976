import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  describeLanguage,
  ownSchema,
  readBlock,
  readPrograms,
  readSource,
  relativeLinks,
} from "./project.ts";

const tool = {
  name: "Python 3.10 or newer with venv",
  command: ["python3", "-c", "import sys, venv; sys.exit(sys.version_info < (3, 10))"],
};

describeLanguage("python", tool, ({ project, built }) => {
  const python = (): string => project.path("venv/bin/python");
  const wheel = (): string => join(built, globSync("*.whl", { cwd: built })[0] ?? "");

  test("installs by the line of the README", async () => {
    const readme = readSource("packages/stepwire-py/README.md");
    const line = readBlock(readme, "sh", "pip install stepwire").trim();
    await project.run(["python3", "-m", "venv", "venv"]);
    const command = line.replace("stepwire", wheel()).split(" ");
    expect(command.slice(0, 2)).toEqual(["pip", "install"]);
    await project.run([python(), "-m", ...command, "--quiet", "--disable-pip-version-check"]);
  });

  test("runs the examples of the README in the wheel", async () => {
    const metadata = ["-c", "from importlib.metadata import metadata; print(metadata('stepwire'))"];
    const readme = await project.run([python(), ...metadata]);
    expect(relativeLinks(readme)).toEqual([]);
    const programs = readPrograms(readme, "python");
    expect(programs).toHaveLength(3);
    for (const { source, output } of programs) {
      project.write("example.py", source);
      expect(await project.run([python(), "example.py"])).toBe(output);
    }
  });

  test("has the metadata that PyPI shows, the licence, and types", async () => {
    await project.run([python(), "-m", "pip", "install", "--quiet", "twine==7.0.0", "mypy==2.4.1"]);
    const files = globSync("*", { cwd: built }).map((name) => join(built, name));
    expect(files).toHaveLength(2);
    const checked = await project.run([python(), "-m", "twine", "check", "--strict", ...files]);
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
    expect(await project.run([python(), "metadata.py"])).toBe(`Name stepwire
License-Expression Apache-2.0
Requires-Python >=3.10
Description-Content-Type text/markdown
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
    const typed = await project.attempt([python(), "-m", "mypy", "--strict", "typed.py"]);
    expect(typed.output).toContain("Found 1 error in 1 file");
    expect(typed.output).toContain("typed.py:5: error: Incompatible types in assignment");
  });

  test("compiles an own schema that imports the options", async () => {
    await project.run([python(), "-m", "pip", "install", "--quiet", "grpcio-tools==1.85.1"]);
    const readme = readSource("packages/stepwire-py/README.md");
    const command = readBlock(readme, "sh", "grpc_tools.protoc");
    project.write("acme/v1/thing.proto", ownSchema);
    await project.run(["sh", "-ec", `. venv/bin/activate\n${command}`]);
    project.write(
      "own.py",
      `from acme.v1.thing_pb2 import Thing
from stepwire import Transcoder
from stepwire.json.v1 import json_pb2
from stepwire.v1.run_step_delta_pb2 import RunStepDelta

deltas = Transcoder(RunStepDelta)
thing = Thing(name="a", change=deltas.parse('{"id":"step_1","object":"thread.run.step.delta","delta":{}}'))
again = Thing.FromString(thing.SerializeToString())
print(deltas.stringify(again.change))
form = Thing.DESCRIPTOR.GetOptions().Extensions[json_pb2.message]
print(form.constants[0].value)
`,
    );
    expect(await project.run([python(), "own.py"])).toBe(
      '{"id":"step_1","object":"thread.run.step.delta","delta":{}}\nacme.thing\n',
    );
    const folder = await project.run([
      python(),
      "-c",
      "import stepwire; print(stepwire.proto_path(), end='')",
    ]);
    expect(readFileSync(join(folder, "stepwire/json/v1/json.proto"), "utf8")).toContain(
      "package stepwire.json.v1;",
    );
  });
});
