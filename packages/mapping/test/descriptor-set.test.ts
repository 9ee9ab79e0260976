import { create, toBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { DescriptorSetError, readDescriptorSet } from "../src/index.js";
import { buildSchemas } from "./build-schemas.js";

const registry = buildSchemas({ good: "message M { N n = 1; RESIDUE } message N { RESIDUE }" });
const files = Array.from(registry.files, ({ proto }) => proto);

function bytesOf(file: FileDescriptorProto[]): Uint8Array {
  return toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file }));
}

describe("readDescriptorSet", () => {
  it("takes files in any order", () => {
    const read = readDescriptorSet(bytesOf(files.toReversed()));
    expect(read.map(({ name }) => name)).toContain("good");
    expect(read).toHaveLength(files.length);
  });

  it.each([
    ["not a message", new Uint8Array([0xff]), "not a binary FileDescriptorSet; build one with: "],
    ["empty", new Uint8Array(), "not a binary FileDescriptorSet; build one with: "],
    [
      "without an import",
      bytesOf(files.filter(({ name }) => name !== "stepwire/json/v1/json.proto")),
      "the descriptor set lacks stepwire/json/v1/json.proto (imported by ",
    ],
    [
      "without a type",
      bytesOf(
        structuredClone(files).map((file) =>
          file.name === "good.proto"
            ? { ...file, messageType: file.messageType.slice(0, 1) }
            : file,
        ),
      ),
      "the descriptor set is damaged: invalid FieldDescriptorProto: type_name .good.N not found",
    ],
  ])("refuses bytes that are %s", (_, bytes, message) => {
    expect(() => readDescriptorSet(bytes)).toThrow(DescriptorSetError);
    expect(() => readDescriptorSet(bytes)).toThrow(message);
  });
});
