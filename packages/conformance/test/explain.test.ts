import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Mode, OpenAIJsonError, parseOpenAI } from "@stepwire/openai-json";
import {
  corruptions,
  DocumentGenerator,
  type DocumentOptions,
  documentCount,
  printedSeed,
} from "@stepwire/testing";
import { expect, test } from "vitest";
import { schemaNamed } from "../src/schemas.js";
import { type Refused, WasmHost } from "./wasm-host.js";

const file = join(import.meta.dirname, "../../transcode/build/stepwire.wasm");
const host = new WasmHost(readFileSync(file));
const modes: readonly Mode[] = ["strict", "preserve", "archive"];
const schemas = ["RunStep", "RunStepDelta", "RunStepList", "StreamEvent", "Document"];
const kinds: readonly DocumentOptions[] = [
  { rightIn: "preserve" },
  { rightIn: "archive" },
  { flaw: "duplicate_member" },
  { flaw: "lone_surrogate" },
  { flaw: "too_deep" },
];
const timeout = 120_000;

test("generated documents are refused for what the reference engine lists", { timeout }, () => {
  const seed = printedSeed();
  const count = Math.ceil(documentCount() / 40);
  for (const schema of schemas) {
    for (const options of kinds) {
      const generator = new DocumentGenerator(schemaNamed(schema), options);
      for (let number = 0; number < count; number++) {
        const { text } = generator.generate(Math.abs(seed) + number);
        verify(schema, new TextEncoder().encode(text));
      }
    }
  }
});

const rich = `{"id":"é\\n😀","object":"x","created_at":-1.5,"type":"?","status":"failed","a/b~":[ {"k":null}],"step_details":{"type":"tool_calls","tool_calls":[{"type":"x"},{"id":"c","type":"function","function":{"name":1}}]},"usage":{"total_tokens":1e3}}`;

test("a document that is spoiled at any place is refused for what the reference engine lists", {
  timeout,
}, () => {
  for (const spoiled of corruptions(new TextEncoder().encode(rich))) {
    verify("RunStep", spoiled);
  }
});

function verify(schema: string, json: Uint8Array): void {
  expect(host.select(`stepwire.v1.${schema}`)).toBe(true);
  for (const mode of modes) {
    const listed = listViolations(schema, json, mode);
    const found = host.toBinary(json, mode, 100);
    if ("code" in found !== listed.length > 0 || !isListed(found, listed)) {
      const text = new TextDecoder().decode(json);
      expect.fail(
        `${schema} in ${mode}: ${JSON.stringify(found)} is none of ${JSON.stringify(listed)}: ${text}`,
      );
    }
  }
}

function listViolations(schema: string, json: Uint8Array, mode: Mode): readonly Refused[] {
  try {
    parseOpenAI(schemaNamed(schema), json, { mode, maxViolations: 100_000 });
    return [];
  } catch (error) {
    return OpenAIJsonError.from(error).violations.map(({ code, offset = 0, pointer }) => ({
      code,
      offset,
      pointer: pointer.toWellFormed(),
    }));
  }
}

function isListed(found: Uint8Array | Refused, listed: readonly Refused[]): boolean {
  return (
    !("code" in found) ||
    listed.some(
      ({ code, offset, pointer }) =>
        code === found.code && offset === found.offset && pointer === found.pointer,
    )
  );
}
