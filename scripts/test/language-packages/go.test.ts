import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../library/command.ts";
import { goTool, pythonTool } from "../../library/tools.ts";
import { npmVersion } from "../../library/versions.ts";
import { goEnvironment, publishGoModule } from "../support/go-module.ts";
import {
  type Context,
  describeLanguage,
  installProtoc,
  ownDocument,
  ownSchema,
  readBlock,
  readPrograms,
  readSource,
  relativeLinks,
  writeTable,
} from "./project.ts";

const tools = [goTool, { name: "git", command: ["git", "--version"] }, pythonTool];

/** Publishes the module, and installs it by the README. */
async function install({ project, built }: Context): Promise<void> {
  await publishGoModule(project, built);
  await project.run(["go", "mod", "init", "example.com/acme"], goEnvironment(project));
  const readme = readSource("packages/stepwire-go/README.md");
  const line = readBlock(readme, "sh", "go get").trim();
  expect(line).toBe("go get github.com/stepwire/stepwire-go");
  await project.run(line.split(" "), goEnvironment(project));
}

describeLanguage({ language: "go", tools, install, tests });

function tests({ project, built }: Context): void {
  const goRun = (...command: readonly string[]): Promise<string> =>
    project.run(["go", ...command], goEnvironment(project));

  test("runs the examples of the README in the module", async () => {
    const version = await goRun(
      "list",
      "-m",
      "-f",
      "{{.Version}}",
      "github.com/stepwire/stepwire-go",
    );
    expect(version.trim()).toBe(`v${npmVersion(root)}`);
    const readme = readFileSync(join(built, "README.md"), "utf8");
    expect(relativeLinks(readme)).toEqual([]);
    const programs = readPrograms(readme, "go");
    expect(programs).toHaveLength(7);
    for (const [index, { source }] of programs.entries()) {
      project.write(`example${index}/main.go`, source);
    }
    await goRun("mod", "tidy");
    for (const [index, { output }] of programs.entries()) {
      expect(await goRun("run", `./example${index}`)).toBe(output);
    }
  });

  test("is tidy, and its own examples pass", async () => {
    cpSync(built, project.path("copy"), { recursive: true });
    const copy = { ...goEnvironment(project), GOFLAGS: "-modcacherw" };
    await project.run(["go", "-C", "copy", "mod", "tidy", "-diff"], copy);
    await project.run(["go", "-C", "copy", "test", "./..."], copy);
    expect(await project.run(["gofmt", "-l", "copy"])).toBe("");
    expect(readFileSync(join(built, "LICENSE"), "utf8")).toContain("Apache License");
  });

  test("compiles an own schema that imports the options, and converts it", async () => {
    await installProtoc(project);
    await goRun("get", "google.golang.org/protobuf/cmd/protoc-gen-go");
    await goRun("build", "-o", "bin/", "google.golang.org/protobuf/cmd/protoc-gen-go");
    project.write("acme/v1/thing.proto", ownSchema);
    const readme = readSource("packages/stepwire-go/README.md");
    const command = readBlock(readme, "sh", "--go_out");
    const path = 'PATH="$PWD/bin:$PATH"';
    await project.run(["sh", "-ec", `${path}\n${command}`], goEnvironment(project));
    await writeTable(project, { readme, setUp: path, environment: goEnvironment(project) });
    project.write(
      "own/main.go",
      `package main

import (
	"fmt"
	"os"

	"google.golang.org/protobuf/proto"

	acmev1 "example.com/acme/acme/v1"
	"github.com/stepwire/stepwire-go"
	jsonv1 "github.com/stepwire/stepwire-go/gen/stepwire/json/v1"
)

func main() {
	table, err := os.ReadFile("acme.table")
	if err != nil {
		panic(err)
	}
	things, err := stepwire.NewTranscoder("acme.v1.Thing", stepwire.WithTable(table))
	if err != nil {
		panic(err)
	}
	var thing acmev1.Thing
	if err := things.Unmarshal([]byte(\`${ownDocument}\`), &thing); err != nil {
		panic(err)
	}
	json, err := things.Marshal(&thing)
	if err != nil {
		panic(err)
	}
	fmt.Println(thing.GetName(), thing.GetChange().GetId())
	fmt.Println(string(json))
	options := thing.ProtoReflect().Descriptor().Options()
	form := proto.GetExtension(options, jsonv1.E_Message).(*jsonv1.MessageForm)
	fmt.Println(form.GetConstants()[0].GetValue())
}
`,
    );
    await goRun("mod", "tidy");
    expect(await goRun("run", "./own")).toBe(`a step_1\n${ownDocument}\nacme.thing\n`);
  });
}
