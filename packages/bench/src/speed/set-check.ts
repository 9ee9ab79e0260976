import { deepStrictEqual } from "node:assert";
import type { Transcoder } from "@stepwire/transcode";

/**
 * Converts documents there and back.
 *
 * @returns the binary form of each.
 * @throws if one does not come back with the same value, or only with the reference engine.
 */
export function checkDocuments(
  transcoder: Transcoder,
  documents: readonly Uint8Array[],
): Uint8Array[] {
  const binaries = documents.map((json) => {
    const binary = transcoder.toBinary(json);
    deepStrictEqual(parse(transcoder.toJson(binary)), parse(json));
    return binary;
  });
  if (transcoder.fallbacks > 0) {
    throw new Error(`the kernel did not convert ${transcoder.fallbacks} documents`);
  }
  return binaries;
}

function parse(json: Uint8Array): unknown {
  return JSON.parse(Buffer.from(json).toString());
}
