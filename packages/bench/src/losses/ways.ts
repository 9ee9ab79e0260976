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
import { decode, encode } from "cbor-x";
import { pack, unpack } from "msgpackr";
import type { LossDocument } from "../corpus/losses.js";
import { createAvroCodec } from "./avro.js";

/** A way to convert JSON to binary and back. */
export interface Way {
  /** In Markdown. */
  readonly name: string;
  /** @throws {Error} if the way refuses the document. */
  toBinary(document: LossDocument): Uint8Array;
  toJson(binary: Uint8Array, document: LossDocument): string;
}

const root = join(import.meta.dirname, "../../../..");

/** The ways that the README compares, ours first. */
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

/** The ways of {@link createWays}, and those that only `docs/why.md` compares. */
export function createMoreWays(): readonly Way[] {
  return [
    ...createWays(),
    {
      name: "`JSON.parse`, CBOR",
      toBinary: ({ json }) => encode(JSON.parse(json)),
      toJson: (binary) => JSON.stringify(decode(binary)),
    },
    avro(),
  ];
}

/** Avro, with the plain schema in Avro's terms. A file has the schema once, so it is not counted. */
function avro(): Way {
  const schemaOf = plainSchemas();
  const codecs = new Map<DescMessage, ReturnType<typeof createAvroCodec>>();
  const codecOf = (document: LossDocument): ReturnType<typeof createAvroCodec> => {
    const schema = schemaOf(document);
    const codec = codecs.get(schema) ?? createAvroCodec(schema);
    codecs.set(schema, codec);
    return codec;
  };
  return {
    name: "Avro, a plain schema",
    toBinary: (document) => codecOf(document).toBinary(JSON.parse(document.json)),
    toJson: (binary, document) => JSON.stringify(codecOf(document).toValue(binary)),
  };
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
