import { buildProtos, createFolder } from "@stepwire/testing";
import { expect, it } from "vitest";
import { letterProto } from "../support/descriptors.js";
import { type CommandResult, stepwire } from "../support/stepwire.js";

const letters = buildProtos({ "acme/v1/letter.proto": letterProto });
const plain = buildProtos({
  "acme/v1/plain.proto": 'syntax = "proto3";\npackage acme.v1;\nenum Plain { PLAIN = 0; }\n',
});

function run(descriptors: Uint8Array, ...parameters: readonly string[]): Promise<CommandResult> {
  const directory = createFolder({ "acme.binpb": descriptors });
  return stepwire(["table", ...parameters], { directory });
}

it("issue 16: compiles the messages of an own schema, and no others", async () => {
  const { exitCode, stderr, stdout } = await run(letters, "--descriptor", "acme.binpb");
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout.subarray(0, 4).toString()).toBe("SWT1");
  // Its size, by which a host knows whether there is room.
  expect(stdout.readUInt32LE(28)).toBe(stdout.length);
  expect(stdout.includes("acme.v1.Letter")).toBe(true);
  expect(stdout.includes("stepwire.v1.RunStep")).toBe(false);
});

it("issue 16: says what is missing", async () => {
  const absent = await run(letters);
  expect(absent).toMatchObject({ exitCode: 2 });
  expect(absent.stderr).toContain("--descriptor");
  const empty = await run(plain, "--descriptor", "acme.binpb");
  expect(empty).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("acme.binpb: no message of your own is a JSON object"),
  });
});
