import type { DescMessage } from "@bufbuild/protobuf";
import { expect } from "vitest";
import { jsonDifference } from "../json/json-equal.js";
import { corruptions } from "./corruptions.js";
import type { ByteEngine } from "./engines.js";
import { attempt } from "./violations.js";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const archive = { mode: "archive" } as const;

/** Checks that an engine refuses each corrupted form of a document, or gives it back unchanged. */
export function verifySpoiledJson(engine: ByteEngine, schema: DescMessage, json: Uint8Array): void {
  const wrong: string[] = [];
  for (const spoiled of corruptions(json)) {
    const { bytes } = attempt(engine, () => engine.toBinary(schema, spoiled, archive));
    const text = readText(spoiled);
    if (bytes !== undefined) {
      const back = engine.toJson(schema, bytes, {});
      if (text === undefined || jsonDifference(text, back) !== undefined) {
        wrong.push(`${text ?? String(spoiled)} gives ${decoder.decode(back)}`);
      }
    }
  }
  expect(wrong).toEqual([]);
}

/**
 * Checks that an engine refuses each corrupted form of a message, or converts it to a document that
 * gives a message with the same JSON.
 */
export function verifySpoiledBinary(
  engine: ByteEngine,
  schema: DescMessage,
  json: Uint8Array,
): void {
  const wrong: string[] = [];
  for (const spoiled of corruptions(engine.toBinary(schema, json, archive))) {
    const { bytes } = attempt(engine, () => engine.toJson(schema, spoiled, {}));
    if (bytes !== undefined) {
      const again = attempt(engine, () => engine.toBinary(schema, bytes, archive));
      const back = again.bytes && engine.toJson(schema, again.bytes, {});
      if (back === undefined || jsonDifference(bytes, back) !== undefined) {
        wrong.push(`${String(spoiled)} gives ${decoder.decode(bytes)}`);
      }
    }
  }
  expect(wrong).toEqual([]);
}

/** Checks that an engine's input and output do not share memory. */
export function verifyBuffers(engine: ByteEngine, schema: DescMessage, json: Uint8Array): void {
  const around = new Uint8Array(json.length + 20).fill(0x5b);
  around.set(json, 7);
  const view = around.subarray(7, 7 + json.length);
  const before = around.slice();
  const binary = engine.toBinary(schema, view, archive);
  expect(around, "the input").toEqual(before);
  expect(binary, "a view").toEqual(engine.toBinary(schema, json, archive));

  around.fill(0x5b).set(binary, 3);
  const kept = binary.slice();
  const text = engine.toJson(schema, around.subarray(3, 3 + binary.length), {});
  expect(text, "a view").toEqual(engine.toJson(schema, binary, {}));
  const keptText = text.slice();
  engine.toJson(schema, engine.toBinary(schema, new TextEncoder().encode("{}"), archive), {});
  expect(binary, "an earlier output").toEqual(kept);
  expect(text, "an earlier output").toEqual(keptText);
}

/** Returns the text of a document; undefined if it is not UTF-8. */
function readText(bytes: Uint8Array): string | undefined {
  try {
    const text = decoder.decode(bytes);
    JSON.parse(text);
    return text;
  } catch {
    return undefined;
  }
}
