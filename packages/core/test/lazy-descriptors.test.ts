import {
  create,
  createFileRegistry,
  type DescField,
  type DescFile,
  type DescMessage,
  toBinary,
} from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { base64Encode } from "@bufbuild/protobuf/wire";
import {
  DescriptorProtoSchema,
  FileDescriptorProtoSchema,
  file_google_protobuf_descriptor,
} from "@bufbuild/protobuf/wkt";
import * as core from "@stepwire/core";
import * as chat from "@stepwire/core/chat";
import { files } from "@stepwire/core/registry";
import { enumDesc, fileDesc, messageDesc } from "@stepwire/mapping/lazy-descriptors";
import { describe, expect, it } from "vitest";

/** Parses a file again, with nothing of it read yet. */
function parseAgain(file: DescFile): DescFile {
  const proto = create(FileDescriptorProtoSchema, { ...file.proto, dependency: [] });
  return fileDesc(base64Encode(toBinary(FileDescriptorProtoSchema, proto)), file.dependencies);
}

function fileOf(name: string): DescFile {
  const file = files.find((each) => each.name === name);
  if (file === undefined) {
    throw new Error(`${name} is not generated`);
  }
  return file;
}

describe("a lazy descriptor", () => {
  it("has only its kind until another property is read", () => {
    const file = parseAgain(fileOf("stepwire/v1/run_step"));
    const message = messageDesc(file, 0);
    const status = enumDesc(file, 1);
    expect([file, message, status].map((desc) => Object.keys(desc))).toEqual([
      ["kind"],
      ["kind"],
      ["kind"],
    ]);
    expect(status.values.length).toBeGreaterThan(1);
    // All descriptors of the file are now ordinary objects.
    for (const desc of [file, message, status]) {
      expect(Object.getPrototypeOf(desc)).toBe(Object.prototype);
      expect(Object.keys(desc)).toContain("proto");
    }
  });

  it.each(["kind", "name", "typeName", "fields", "file", "proto", "toString"] as const)(
    "can be read first by its %s",
    (name) => {
      const expected = core.RunStepSchema;
      const message = messageDesc(parseAgain(expected.file), 0);
      expect(message[name]).toBeDefined();
      expect(message.typeName).toBe(expected.typeName);
      expect(String(message)).toBe(String(expected));
    },
  );

  it("refers to the exported descriptors, also of nested messages", () => {
    const file = parseAgain(file_google_protobuf_descriptor);
    const index = file_google_protobuf_descriptor.messages.indexOf(DescriptorProtoSchema);
    const outer = messageDesc(file, index);
    const inner = messageDesc(file, index, 0);
    expect(inner.parent).toBe(outer);
    expect(outer.nestedMessages[0]).toBe(inner);
    expect(inner.file).toBe(file);
    expect(file.messages[index]).toBe(outer);
  });

  it("works where a bundler has removed the other exports of the file", () => {
    const file = parseAgain(core.RunStepSchema.file);
    const message = messageDesc(file, 0);
    expect(file.messages[0]).toBe(message);
    expect(file.messages.map(({ typeName }) => typeName)).toEqual(
      core.RunStepSchema.file.messages.map(({ typeName }) => typeName),
    );
    for (const type of nestedTypes(file)) {
      expect(type.file).toBe(file);
    }
  });
});

/** What a descriptor says, with references as names. */
function describeField(field: DescField): unknown {
  const {
    message,
    enum: values,
    oneof,
    parent,
    proto: _,
    ...rest
  } = field as DescField & {
    readonly oneof?: { readonly name: string };
  };
  return {
    ...rest,
    getDefaultValue: "getDefaultValue" in field && field.getDefaultValue?.(),
    toString: String(field),
    message: message?.typeName,
    enum: values?.typeName,
    oneof: oneof?.name,
    parent: parent.typeName,
  };
}

describe.each(files.map((file) => [file.name, file] as const))("%s", (_, file) => {
  const exported = new Set<unknown>([...Object.values(core), ...Object.values(chat), ...files]);

  it("has the descriptors that protobuf-es parses", () => {
    const parsed = createFileRegistry(file.proto, (name) =>
      file.dependencies.find(({ proto }) => proto.name === name),
    ).getFile(file.proto.name);
    const types = (desc: DescFile): unknown[] =>
      [...nestedTypes(desc)].map((type) => [
        String(type),
        type.kind === "message" && [
          type.fields.map(describeField),
          type.members.map(String),
          type.oneofs.map(({ fields }) => fields.map(String)),
          type.parent?.typeName,
        ],
        type.kind === "enum" && [type.open, type.values.map(String)],
        type.kind === "service" && type.methods.map((m) => [String(m), m.input.typeName]),
      ]);
    expect(parsed && types(parsed)).toEqual(types(file));
    expect(parsed?.dependencies.map(String)).toEqual(file.dependencies.map(String));
  });

  it("refers to the descriptors that are exported", () => {
    const isOurs = ({ typeName }: { readonly typeName: string }): boolean =>
      /^stepwire\.(?:chat\.|rpc\.)?v1\./.test(typeName);
    const referred = [...nestedTypes(file)].flatMap((type) => [
      type,
      ...(type.kind === "message"
        ? type.fields.flatMap((field): (DescMessage | { typeName: string })[] =>
            [field.parent, field.message, field.enum].filter((each) => each !== undefined),
          )
        : []),
      ...(type.kind === "service" ? type.methods.flatMap((m) => [m.input, m.output]) : []),
    ]);
    expect(referred.length).toBeGreaterThan(0);
    expect(referred.filter((desc) => isOurs(desc) && !exported.has(desc)).map(String)).toEqual([]);
    for (const dependency of file.dependencies.filter(({ name }) =>
      /^stepwire.(v1|chat|rpc)/.test(name),
    )) {
      expect(exported).toContain(dependency);
    }
  });
});
