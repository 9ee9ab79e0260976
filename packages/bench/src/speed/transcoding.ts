import { deepStrictEqual } from "node:assert";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { fromOpenAI, toOpenAI } from "@stepwire/openai-json";
import { createTranscoder } from "@stepwire/transcode";
import { decode as decodeCbor, encode as encodeCbor } from "cbor-x";
import { pack, unpack } from "msgpackr";
import { createFixtures, type Fixture } from "../fixtures/fixtures.js";
import { type Contender, type MeasureOptions, measure, type Timing } from "./measure.js";
import { loadProtobufJs, type ProtobufJs } from "./protobufjs.js";

/** The times for one document in one direction, by contender. */
export interface TranscodingRow {
  readonly fixture: string;
  /** The size of the JSON in bytes. */
  readonly size: number;
  /** Ours first, then the peers. */
  readonly timings: readonly Timing[];
}

/** Both directions. */
export interface TranscodingResult {
  readonly toBinary: readonly TranscodingRow[];
  readonly toJson: readonly TranscodingRow[];
}

/**
 * Measures JSON bytes to binary bytes and back, compared with other libraries. The results of all
 * contenders are checked before the measurement.
 */
export async function measureTranscoding(options: MeasureOptions): Promise<TranscodingResult> {
  const protobufJs = await loadProtobufJs();
  const fixtures = createFixtures();
  const toBinaryRows: TranscodingRow[] = [];
  const toJsonRows: TranscodingRow[] = [];
  for (const fixture of fixtures) {
    const peer = protobufJs(fixture.schema);
    for (const space of [0, 2]) {
      const size = Buffer.byteLength(JSON.stringify(fixture.value, undefined, space));
      const contenders = toBinaryContenders(fixture, peer, space);
      const name = space === 0 ? fixture.name : `${fixture.name}, indented`;
      toBinaryRows.push({ fixture: name, size, timings: measure(contenders, options) });
    }
    const size = Buffer.byteLength(JSON.stringify(fixture.value));
    const timings = measure(toJsonContenders(fixture, peer), options);
    toJsonRows.push({ fixture: fixture.name, size, timings });
  }
  return { toBinary: toBinaryRows, toJson: toJsonRows };
}

function toBinaryContenders(
  { schema, value }: Fixture,
  protobufJs: ProtobufJs,
  space: number,
): readonly Contender[] {
  const text = JSON.stringify(value, undefined, space);
  const bytes = Buffer.from(text);
  const transcoder = createTranscoder(schema);
  const message = fromOpenAI(schema, value as never);
  const foreign = JSON.stringify(
    protobufJs.readObject(toBinary(schema, message)),
    undefined,
    space,
  );

  deepStrictEqual(fromBinary(schema, transcoder.toBinary(bytes)), message);
  deepStrictEqual(fromBinary(schema, protobufJs.writeObject(JSON.parse(foreign))), message);
  deepStrictEqual(unpack(pack(JSON.parse(text))), value);
  deepStrictEqual(decodeCbor(encodeCbor(JSON.parse(text))), value);

  return [
    { name: "ours", run: () => transcoder.toBinary(bytes) },
    { name: "JSON.parse", run: () => JSON.parse(text) },
    { name: "decode, JSON.parse", run: () => JSON.parse(bytes.toString()) },
    {
      name: "JSON.parse, fromOpenAI, toBinary",
      run: () => toBinary(schema, fromOpenAI(schema, JSON.parse(text))),
    },
    {
      name: "JSON.parse, protobufjs",
      run: () => protobufJs.writeObject(JSON.parse(foreign)),
    },
    { name: "JSON.parse, msgpackr", run: () => pack(JSON.parse(text)) },
    { name: "JSON.parse, cbor-x", run: () => encodeCbor(JSON.parse(text)) },
  ];
}

function toJsonContenders(
  { schema, value }: Fixture,
  protobufJs: ProtobufJs,
): readonly Contender[] {
  const json = JSON.stringify(value);
  const transcoder = createTranscoder(schema);
  const binary = transcoder.toBinary(Buffer.from(json));
  const packed = pack(value);
  const cbor = encodeCbor(value);
  const toText = (object: unknown): Buffer => Buffer.from(JSON.stringify(object));

  deepStrictEqual(JSON.parse(Buffer.from(transcoder.toJson(binary)).toString()), value);
  deepStrictEqual(toOpenAI(schema, fromBinary(schema, binary)), value);
  deepStrictEqual(
    fromBinary(schema, protobufJs.writeObject(protobufJs.readObject(binary))),
    fromBinary(schema, binary),
  );
  deepStrictEqual(unpack(packed), value);

  return [
    { name: "ours", run: () => transcoder.toJson(binary) },
    { name: "JSON.stringify", run: () => toText(value) },
    {
      name: "fromBinary, toOpenAI, stringify",
      run: () => toText(toOpenAI(schema, fromBinary(schema, binary))),
    },
    { name: "protobufjs, stringify", run: () => toText(protobufJs.readObject(binary)) },
    { name: "msgpackr, stringify", run: () => toText(unpack(packed)) },
    { name: "cbor-x, stringify", run: () => toText(decodeCbor(cbor)) },
  ];
}
