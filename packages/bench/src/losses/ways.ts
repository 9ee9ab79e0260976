import { execFileSync } from "node:child_process";
import { join } from "node:path";
import {
  createRegistry,
  type DescMessage,
  fromBinary,
  fromJson,
  type JsonValue,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import { StructSchema } from "@bufbuild/protobuf/wkt";
import { readDescriptorSet } from "@stepwire/mapping";
import { createTranscoder, type Transcoder } from "@stepwire/transcode";
import { pack, unpack } from "msgpackr";
import type { LossDocument } from "../corpus/losses.js";

/** A way to convert JSON to binary and back. */
export interface Way {
  /** In Markdown. */
  readonly name: string;
  /** @throws {Error} if the way refuses the document. */
  toBinary(document: LossDocument): Uint8Array;
  toJson(binary: Uint8Array, document: LossDocument): string;
}

const root = join(import.meta.dirname, "../../../..");

/** All ways, ours first. */
export function createWays(): readonly Way[] {
  return [
    transcoding(),
    protoJson("ProtoJSON, a plain schema", plainSchemas()),
    protoJson("`google.protobuf.Struct`", () => StructSchema),
    {
      name: "`JSON.parse`, MessagePack",
      toBinary: ({ json }) => pack(JSON.parse(json)),
      toJson: (binary) => JSON.stringify(unpack(binary)),
    },
  ];
}

function transcoding(): Way {
  const transcoders = new Map<DescMessage, Transcoder>();
  const transcoderOf = (schema: DescMessage): Transcoder => {
    const transcoder = transcoders.get(schema) ?? createTranscoder(schema, { mode: "archive" });
    transcoders.set(schema, transcoder);
    return transcoder;
  };
  return {
    name: "Stepwire",
    toBinary: ({ json, schema }) => transcoderOf(schema).toBinary(Buffer.from(json)),
    toJson: (binary, { schema }) => Buffer.from(transcoderOf(schema).toJson(binary)).toString(),
  };
}

/** ProtoJSON as protobuf-es writes it, with the options that lose least. */
function protoJson(name: string, schemaOf: (document: LossDocument) => DescMessage): Way {
  return {
    name,
    toBinary(document) {
      const value: JsonValue = JSON.parse(document.json);
      const schema = schemaOf(document);
      return toBinary(schema, fromJson(schema, value, { ignoreUnknownFields: true }));
    },
    toJson(binary, document) {
      const schema = schemaOf(document);
      const message = fromBinary(schema, binary);
      return JSON.stringify(toJson(schema, message, { useProtoFieldName: true }));
    },
  };
}

function plainSchemas(): (document: LossDocument) => DescMessage {
  const descriptors = execFileSync(
    join(root, "node_modules/.bin/buf"),
    ["build", join(import.meta.dirname, "plain.proto"), "--as-file-descriptor-set", "-o", "-"],
    { cwd: root, stdio: ["ignore", "pipe", "pipe"] },
  );
  const registry = createRegistry(...readDescriptorSet(descriptors));
  return ({ plain }) => {
    const schema = registry.getMessage(plain);
    if (schema === undefined) {
      throw new TypeError(`plain.proto has no message ${plain}`);
    }
    return schema;
  };
}
