import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../library/command.ts";
import { addFileOptions } from "../library/languages/package-files.ts";

const schema = join(root, "proto");

it("issue 16: names the packages of the generated code in a schema file", () => {
  const text = `syntax = "proto3";

// About the package.
package stepwire.chat.v1;

import "google/protobuf/descriptor.proto";
`;
  expect(addFileOptions("stepwire/chat/v1/chat_completion.proto", text)).toBe(`syntax = "proto3";

// About the package.
package stepwire.chat.v1;

option go_package = "github.com/stepwire/stepwire-go/gen/stepwire/chat/v1;chatv1";
option java_multiple_files = true;
option java_outer_classname = "ChatCompletionProto";
option java_package = "io.github.stepwire.chat.v1";

import "google/protobuf/descriptor.proto";
`);
});

it("issue 16: changes nothing else, in every file of the schema", () => {
  const files = globSync("stepwire/**/*.proto", { cwd: schema });
  expect(files.length).toBeGreaterThan(30);
  for (const file of files) {
    const text = readFileSync(join(schema, file), "utf8");
    const changed = addFileOptions(file.replaceAll("\\", "/"), text);
    expect(changed.match(/^option \w+ = .*;$/gm), file).toHaveLength(4);
    expect(changed.replace(/\n(?:option \w+ = .*;\n){4}/, ""), file).toBe(text);
  }
});

it("issue 16: refuses a file whose package is not its folder", () => {
  expect(() => addFileOptions("stepwire/v1/run.proto", "package stepwire.v2;\n")).toThrow(
    'stepwire/v1/run.proto does not declare "package stepwire.v1;"',
  );
});
