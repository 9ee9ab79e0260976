import { deepStrictEqual } from "node:assert";
import { type DescMessage, fromBinary, toBinary } from "@bufbuild/protobuf";
import { fromOpenAI, toOpenAI } from "@stepwire/openai-json";
import { createTranscoder } from "@stepwire/transcode";
import { decode as decodeCbor, encode as encodeCbor } from "cbor-x";
import { pack, unpack } from "msgpackr";
import { documentSet } from "../corpus/sets.js";
import { at, contender, measureSet, type SetContender } from "./blocks.js";
import { loadProtobufJs, type ProtobufJs } from "./protobufjs.js";
import { checkDocuments } from "./set-check.js";
import type { SetRow, SetsOptions, SetsResult } from "./transcoding.js";

/** The sets that are also measured with alternatives to `JSON.parse` and `JSON.stringify` alone. */
const alternativeSets: readonly string[] = [
  "steps, wire order",
  "steps, spec order",
  "step deltas, wire order",
  "lists of steps, wire order",
  "chat chunks",
];

/**
 * Measures JSON bytes to binary bytes and back, compared with other libraries. The results of all
 * contenders are checked before the measurement.
 */
export async function measureAlternatives({
  sets = alternativeSets.map(documentSet),
  progress,
  ...options
}: SetsOptions): Promise<SetsResult> {
  const protobufJs = await loadProtobufJs();
  const rows: { toBinary: SetRow[]; toJson: SetRow[] } = { toBinary: [], toJson: [] };
  for (const { name, schema, create } of sets) {
    progress?.(name);
    const documents = create().map((text) => Buffer.from(text));
    const contenders = createContenders(schema, documents, protobufJs(schema));
    for (const direction of ["toBinary", "toJson"] as const) {
      rows[direction].push({
        set: name,
        documents: documents.length,
        size: documents.reduce((sum, { length }) => sum + length, 0) / documents.length,
        timings: measureSet(contenders[direction], documents.length, options),
      });
    }
  }
  return rows;
}

function createContenders(
  schema: DescMessage,
  documents: readonly Buffer[],
  protobufJs: ProtobufJs,
): Readonly<Record<keyof SetsResult, readonly SetContender[]>> {
  const transcoder = createTranscoder(schema);
  const binaries = checkDocuments(transcoder, documents);
  const texts = documents.map(String);
  const values: unknown[] = texts.map((text) => JSON.parse(text));
  const foreign = binaries.map((binary) => JSON.stringify(protobufJs.readObject(binary)));
  const packed = values.map((value) => pack(value));
  const cbor = values.map((value) => encodeCbor(value));

  for (const [index, value] of values.entries()) {
    const message = fromBinary(schema, at(binaries, index));
    deepStrictEqual(fromOpenAI(schema, value as never), message);
    deepStrictEqual(toOpenAI(schema, message), value);
    const binary = protobufJs.writeObject(JSON.parse(at(foreign, index)));
    deepStrictEqual(fromBinary(schema, binary), message);
    deepStrictEqual(unpack(at(packed, index)), value);
    deepStrictEqual(decodeCbor(at(cbor, index)), value);
  }

  const toText = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  return {
    toBinary: [
      contender("ours", (index) => transcoder.toBinary(at(documents, index))),
      contender("JSON.parse, fromOpenAI, toBinary", (index) =>
        toBinary(schema, fromOpenAI(schema, JSON.parse(at(documents, index).toString()))),
      ),
      contender("JSON.parse, protobufjs", (index) =>
        protobufJs.writeObject(JSON.parse(at(foreign, index))),
      ),
      contender("JSON.parse, msgpackr", (index) =>
        pack(JSON.parse(at(documents, index).toString())),
      ),
      contender("JSON.parse, cbor-x", (index) =>
        encodeCbor(JSON.parse(at(documents, index).toString())),
      ),
    ],
    toJson: [
      contender("ours", (index) => transcoder.toJson(at(binaries, index))),
      contender("fromBinary, toOpenAI, stringify", (index) =>
        toText(toOpenAI(schema, fromBinary(schema, at(binaries, index)))),
      ),
      contender("protobufjs, stringify", (index) =>
        toText(protobufJs.readObject(at(binaries, index))),
      ),
      contender("msgpackr, stringify", (index) => toText(unpack(at(packed, index)))),
      contender("cbor-x, stringify", (index) => toText(decodeCbor(at(cbor, index)))),
    ],
  };
}
