import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { type CodeGeneratorRequest, CodeGeneratorRequestSchema } from "@bufbuild/protobuf/wkt";
import { fromSource } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { openaiTypesPlugin } from "../src/index.js";
import { requestFor } from "./request-for.js";

const good = request({ good: "message M { RESIDUE }" });
const wrong = request({
  a: "message M { N n = 1; RESIDUE } message N { float b = 1; RESIDUE }",
  b: "message O { oneof kind { string c = 1; } RESIDUE }",
});

describe("a mistake is reported with its proto path", () => {
  it("in the mapping options, of all files at once", () => {
    expect(() => openaiTypesPlugin.run(wrong)).toThrow(
      [
        "acme.a.N.b: a float loses digits of JSON numbers; use double",
        "acme.b.O.kind: needs the option (stepwire.json.v1.oneof), to say how it looks as JSON",
      ].join("\n"),
    );
  });

  it("where two types of a package have one name", () => {
    const ambiguous = request({
      a: `
        message M { option (message).schema_name = "N"; RESIDUE }
        message N {
          oneof o {
            option (oneof).tagged.tag = "type";
            E e = 1 [(field).schema_name = "E"];
          }
          RESIDUE
        }
        enum E { E_UNSPECIFIED = 0; }
      `,
    });
    expect(() => openaiTypesPlugin.run(ambiguous)).toThrow(
      [
        'acme.a.N: the type of acme.a.M is named "N" as well',
        'acme.a.E: the type of acme.a.N.e is named "E" as well',
      ].join("\n"),
    );
  });

  it("but not where types of two packages have one name", () => {
    const families = request({ a: "message M { RESIDUE }", b: "message M { RESIDUE }" });
    expect(openaiTypesPlugin.run(families).file).toHaveLength(2);
  });

  it("where a type cannot have its name", () => {
    const names = ["no name", "string", "unknown", "class", "1st", "a.b"];
    const unnameable = request({
      a: names
        .map(
          (name, index) =>
            `message M${index} { option (message).schema_name = "${name}"; RESIDUE }`,
        )
        .join("\n"),
    });
    expect(() => openaiTypesPlugin.run(unnameable)).toThrow(
      names
        .map(
          (name, index) => `acme.a.M${index}: the type cannot be named "${name}"; set schema_name`,
        )
        .join("\n"),
    );
  });
});

describe("an option", () => {
  it.each(["registry", "registry=", "colour=red"])("%s is refused", (parameter) => {
    const refused = create(CodeGeneratorRequestSchema, { ...good, parameter });
    expect(() => openaiTypesPlugin.run(refused)).toThrow(`invalid option "${parameter}"`);
  });

  it("registry names the module whose interface is added to", () => {
    const parameter = "target=ts,registry=@acme/types";
    const [file] = openaiTypesPlugin.run(
      create(CodeGeneratorRequestSchema, { ...good, parameter }),
    ).file;
    expect(file?.content).toContain('declare module "@acme/types" {');
  });
});

describe("the program", () => {
  it("says what is wrong and exits with 1", () => {
    const { status, stderr, stdout } = runProgram(wrong);
    expect(stderr.toString()).toMatch(/^protoc-gen-openai-types: acme\.a\.N\.b: a float/);
    expect(stdout).toHaveLength(0);
    expect(status).toBe(1);
  });

  it("writes its answer to standard output", () => {
    const { status, stdout } = runProgram(good);
    expect(stdout.toString()).toContain("good_openai.ts");
    expect(status).toBe(0);
  });
});

function runProgram(input: CodeGeneratorRequest) {
  const program = join(import.meta.dirname, "..", "src", "main.ts");
  return spawnSync(process.execPath, [...fromSource, program], {
    input: toBinary(CodeGeneratorRequestSchema, input),
  });
}

/** A request for schemas by name; in each, options are written short, as `(field)`. */
function request(bodies: Record<string, string>): CodeGeneratorRequest {
  const files = Object.entries(bodies).map(([name, body]) => [`${name}.proto`, file(name, body)]);
  return requestFor(Object.fromEntries(files), "target=ts");
}

function file(name: string, body: string): string {
  const header = `syntax = "proto3"; package acme.${name}; import "stepwire/json/v1/json.proto";`;
  return (
    header +
    body
      .replaceAll(/\((message|field|oneof)\)/g, "(stepwire.json.v1.$1)")
      .replaceAll("RESIDUE", "stepwire.json.v1.JsonResidue json_residue = 2047;")
  );
}
