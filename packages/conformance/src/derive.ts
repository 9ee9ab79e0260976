import { type DescMessage, equals, fromBinary, type JsonValue, toJson } from "@bufbuild/protobuf";
import { modeNames } from "@stepwire/mapping/internal";
import {
  type Mode,
  OpenAIJsonError,
  parseOpenAI,
  stringifyOpenAI,
  type Violation,
} from "@stepwire/openai-json";
import { jsonEqual } from "@stepwire/testing";
import { createTranscoder, type Transcoder, type TranscoderOptions } from "@stepwire/transcode";
import type { BinaryVector, JsonVector, JsonViolation, Vector, VectorFile } from "./format.js";
import { schemaNamed } from "./schemas.js";
import type { BinaryInput, JsonInput, Topic } from "./topic.js";

const encoder = new TextEncoder();
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Asks the engines what becomes of each input. */
export function deriveFile({ topic, about, inputs }: Topic): VectorFile {
  const cases = inputs.map((input): Vector => {
    try {
      return "json" in input ? deriveJson(input) : deriveBinary(input);
    } catch (cause) {
      throw new Error(`${topic}: ${input.name}: no vector can be made of it`, { cause });
    }
  });
  const names = new Set(cases.map(({ name }) => name));
  if (names.size < cases.length) {
    throw new Error(`${topic}: two cases have one name`);
  }
  return { topic, about, cases };
}

/**
 * The reference engine reads the document in each mode. The bytes are those that
 * the kernel writes for it; they have to be of the same message.
 */
function deriveJson({ name, schema, json, limits = {} }: JsonInput): JsonVector {
  const type = schemaNamed(schema);
  const bytes = typeof json === "string" ? encoder.encode(json) : json;
  const refused = new Map<Mode, readonly Violation[]>();
  const accepted: Accepted[] = [];
  for (const mode of modeNames) {
    const options = { mode, ...limits };
    const transcoder = transcoderFor(type, options);
    const binary = attempt(() => transcoder.toBinary(bytes));
    const message = attempt(() => parseOpenAI(type, bytes, options));
    if (message instanceof OpenAIJsonError || binary instanceof OpenAIJsonError) {
      demand(String(message) === String(binary), `one engine alone refuses it in ${mode}`);
      refused.set(mode, violationsOf(message));
    } else {
      demand(equals(type, fromBinary(type, binary), message), `${mode}: another message`);
      const output = stringifyOpenAI(type, message, { maxDepth: limits.maxDepth });
      accepted.push({ binary: toHex(binary), ...writtenBy(transcoder, type, binary, output) });
    }
    demand(transcoder.fallbacks === 0, `the kernel refuses it in ${mode}`);
  }
  const [first] = accepted;
  for (const other of accepted) {
    demand(JSON.stringify(other) === JSON.stringify(first), "modes give different messages");
  }
  return {
    ...nameOf(name, type, limits),
    ...inputText(bytes),
    ...(refused.size > 0 && { violations: joinModes(refused) }),
    ...first,
  };
}

/** The violations of the strict mode, which refuses all that another does, with the modes of each. */
function joinModes(refused: ReadonlyMap<Mode, readonly Violation[]>): readonly JsonViolation[] {
  const texts = new Map(
    [...refused].map(([mode, list]) => [mode, list.map((each) => JSON.stringify(each))]),
  );
  const joined = (refused.get("strict") ?? []).map((violation) => {
    const text = JSON.stringify(violation);
    const { code, pointer, path, expected, found, offset } = violation;
    return {
      modes: modeNames.filter((mode) => texts.get(mode)?.includes(text)),
      ...{ code, pointer, path, expected, found },
      ...(offset !== undefined && { offset }),
    };
  });
  for (const [mode, list] of refused) {
    const count = joined.filter(({ modes }) => modes.includes(mode)).length;
    demand(count === list.length, `${mode} refuses what strict does not`);
  }
  return joined;
}

interface Accepted {
  readonly binary: string;
  readonly message?: JsonValue;
  readonly output: string;
}

function deriveBinary(input: BinaryInput): BinaryVector {
  const { name, schema, binary, limits = {}, refuseUnknownFields } = input;
  const type = schemaNamed(schema);
  const transcoder = transcoderFor(type, {
    ...limits,
    unknownFields: refuseUnknownFields ? "refuse" : undefined,
  });
  const result = attempt(() => transcoder.toJson(binary));
  const given = {
    ...nameOf(name, type, limits),
    fromBinary: toHex(binary),
    ...(refuseUnknownFields && { refuseUnknownFields }),
  };
  if (result instanceof OpenAIJsonError) {
    return { ...given, violations: violationsOf(result) };
  }
  const message = fromBinary(type, binary);
  const output = stringifyOpenAI(type, message, { maxDepth: limits.maxDepth });
  const vector = { ...given, ...writtenBy(transcoder, type, binary, output) };
  demand(transcoder.fallbacks === 0, "the kernel refuses it");
  return vector;
}

function writtenBy(
  transcoder: Transcoder,
  type: DescMessage,
  binary: Uint8Array,
  expected: string,
): { readonly message?: JsonValue; readonly output: string } {
  const output = utf8.decode(transcoder.toJson(binary));
  // JavaScript has maps in an order of its own where keys look like integers.
  demand(jsonEqual(output, expected), `the kernel writes ${output}, the reference ${expected}`);
  return { ...protoJsonOf(type, binary), output };
}

/** ProtoJSON has no form for a `Value` that is not set, such as an absent payload of a union. */
function protoJsonOf(type: DescMessage, binary: Uint8Array): { readonly message?: JsonValue } {
  const message = fromBinary(type, binary);
  try {
    return { message: toJson(type, message) };
  } catch (error) {
    demand(String(error).includes("google.protobuf.Value"), String(error));
    return {};
  }
}

const transcoders = new Map<string, Transcoder>();

/** The transcoder of these options; making one takes longer than most documents. */
function transcoderFor(type: DescMessage, options: TranscoderOptions): Transcoder {
  const key = type.typeName + JSON.stringify(options);
  let transcoder = transcoders.get(key);
  if (transcoder === undefined) {
    transcoder = createTranscoder(type, options);
    transcoders.set(key, transcoder);
  }
  return transcoder;
}

function attempt<Result>(convert: () => Result): Result | OpenAIJsonError {
  try {
    return convert();
  } catch (error) {
    if (error instanceof OpenAIJsonError) {
      return error;
    }
    throw error;
  }
}

function violationsOf(result: unknown): readonly Violation[] {
  demand(result instanceof OpenAIJsonError, "the reference engine accepts it");
  // Strings of other languages, and their JSON libraries, have no lone surrogates.
  return result.violations.map((violation) => ({
    ...violation,
    pointer: violation.pointer.toWellFormed(),
    found: violation.found.toWellFormed(),
  }));
}

function demand(holds: boolean, problem: string): asserts holds {
  if (!holds) {
    throw new Error(problem);
  }
}

function nameOf(
  name: string,
  type: DescMessage,
  limits: NonNullable<JsonInput["limits"]>,
): Pick<Vector, "name" | "schema" | "limits"> {
  return { name, schema: type.typeName, ...(Object.keys(limits).length > 0 && { limits }) };
}

function inputText(bytes: Uint8Array): Pick<JsonVector, "json" | "jsonBase64"> {
  try {
    return { json: utf8.decode(bytes) };
  } catch {
    return { jsonBase64: Buffer.from(bytes).toString("base64") };
  }
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
