import { type DescMessage, fromBinary, fromJson, toBinary } from "@bufbuild/protobuf";
import { expect } from "vitest";
import { modes } from "../generate/expectation.js";
import { jsonDifference } from "../json/json-equal.js";
import type { DocumentCase } from "./case.js";
import type { ByteEngine } from "./engines.js";
import { attempt, expectRefusal, refusedIn } from "./violations.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Checks a document case with an engine, in every mode. */
export function verifyDocument(engine: ByteEngine, schema: DescMessage, given: DocumentCase): void {
  const json = typeof given.json === "string" ? encoder.encode(given.json) : given.json;
  for (const mode of modes) {
    const result = attempt(engine, () => engine.toBinary(schema, json, { mode, ...given.limits }));
    const refused = refusedIn(mode, given.violations ?? []);
    if (refused.length > 0) {
      expectRefusal(result, refused, schema, mode);
    } else {
      expect(result.violations, `${mode} accepts it`).toBeUndefined();
      verifyBinary(engine, schema, given, result.bytes ?? new Uint8Array());
    }
  }
}

function verifyBinary(
  engine: ByteEngine,
  schema: DescMessage,
  { json, message, output, limits }: DocumentCase,
  binary: Uint8Array,
): void {
  const read = fromBinary(schema, binary);
  if (message !== undefined) {
    expect(read).toEqual(fromJson(schema, message));
  }
  // protobuf-es may write the same message as other bytes; they must give the same text.
  for (const bytes of [binary, toBinary(schema, read)]) {
    const text = decoder.decode(engine.toJson(schema, bytes, { ...limits }));
    if (output === undefined) {
      expect(jsonDifference(json, text), `the place where ${text} differs`).toBeUndefined();
    } else {
      expect(text).toBe(output);
    }
  }
}
