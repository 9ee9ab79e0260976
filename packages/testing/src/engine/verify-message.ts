import {
  type DescMessage,
  fromBinary,
  fromJson,
  type JsonObject,
  mergeFromJson,
  toBinary,
} from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { expect } from "vitest";
import { jsonDifference } from "../json/json-equal.js";
import type { EditCase, MessageCase } from "./case.js";
import type { ByteEngine } from "./engines.js";
import { attempt, expectRefusal } from "./violations.js";
import { type WireRecord, writeWire } from "./wire.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Checks a message case with an engine. */
export function verifyMessage(engine: ByteEngine, schema: DescMessage, given: MessageCase): void {
  const { message, json, anyOrder, violations, limits } = given;
  const binary = caseBinary(schema, message);
  const result = attempt(engine, () => engine.toJson(schema, binary, { ...limits }));
  if (violations !== undefined) {
    expectRefusal(result, violations, schema, "the message");
    return;
  }
  expect(result.violations).toBeUndefined();
  const text = decoder.decode(result.bytes);
  if (anyOrder) {
    expect(jsonDifference(json ?? "", text), `the place where ${text} differs`).toBeUndefined();
  } else {
    expect(text).toBe(json);
  }
}

/** Returns the bytes of the message in a case. */
export function caseBinary(
  schema: DescMessage,
  message: MessageCase["message"],
): Uint8Array<ArrayBuffer> {
  return isWire(message) ? writeWire(message) : toBinary(schema, fromJson(schema, message));
}

function isWire(message: JsonObject | readonly WireRecord[]): message is readonly WireRecord[] {
  return Array.isArray(message);
}

/** Checks an edit case with an engine. */
export function verifyEdit(engine: ByteEngine, schema: DescMessage, given: EditCase): void {
  const { json, clear = [], merge = {}, output } = given;
  const mode = "archive";
  const binary = engine.toBinary(schema, encoder.encode(json), { mode });
  const message = fromBinary(schema, binary);
  const fields = reflect(schema, message);
  for (const name of clear) {
    const field = schema.fields.find(({ localName }) => localName === name);
    if (field === undefined) {
      throw new Error(`${schema.typeName} has no field ${name}`);
    }
    fields.clear(field);
  }
  mergeFromJson(schema, message, merge);
  expect(decoder.decode(engine.toJson(schema, toBinary(schema, message), {}))).toBe(output);
}
