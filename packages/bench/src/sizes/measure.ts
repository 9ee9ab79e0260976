import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import type { DescMessage } from "@bufbuild/protobuf";
import { annotate } from "@stepwire/wire";
import { documentSchema } from "../corpus/model.js";
import type { SizedDocument } from "./documents.js";

/** The default levels of the programs gzip and zstd. */
export const levels = { gzip: 6, zstd: 3 } as const;

/** Bytes of the same documents in several forms. */
export interface Sizes {
  readonly documents: number;
  readonly json: number;
  readonly binary: number;
  readonly jsonGzip: number;
  readonly binaryGzip: number;
  readonly jsonZstd: number;
  readonly binaryZstd: number;
  /** The strings and numbers alone, as the binary writes them. */
  readonly payload: number;
}

/** Every document by itself, as it goes over a wire. */
export function measureEach(documents: readonly SizedDocument[]): Sizes {
  return measure(
    documents.length,
    documents.map(({ json }) => json),
    documents.map(({ binary }) => binary),
    documents.reduce((sum, { schema, binary }) => sum + payloadOf(schema, binary), 0),
  );
}

/** All documents in one file: JSON Lines, and the archive that `stepwire pack` writes. */
export function measureTogether(documents: readonly SizedDocument[]): Sizes {
  const lines = documents.flatMap(({ json }) => [json, Buffer.from("\n")]);
  const payload = documents.reduce((sum, { archived }) => {
    const size = archived.findIndex((byte) => byte < 0x80) + 1;
    return sum + payloadOf(documentSchema, archived.subarray(size));
  }, 0);
  return measure(
    documents.length,
    [Buffer.concat(lines)],
    [Buffer.concat(documents.map(({ archived }) => archived))],
    payload,
  );
}

function measure(
  documents: number,
  json: readonly Uint8Array[],
  binary: readonly Uint8Array[],
  payload: number,
): Sizes {
  return {
    documents,
    json: sum(json, (bytes) => bytes),
    binary: sum(binary, (bytes) => bytes),
    jsonGzip: sum(json, gzip),
    binaryGzip: sum(binary, gzip),
    jsonZstd: sum(json, zstd),
    binaryZstd: sum(binary, zstd),
    payload,
  };
}

function sum(parts: readonly Uint8Array[], form: (bytes: Uint8Array) => Uint8Array): number {
  return parts.reduce((total, part) => total + form(part).length, 0);
}

function gzip(bytes: Uint8Array): Uint8Array {
  return gzipSync(bytes, { level: levels.gzip });
}

function zstd(bytes: Uint8Array): Uint8Array {
  return zstdCompressSync(bytes, {
    params: { [constants.ZSTD_c_compressionLevel]: levels.zstd },
  });
}

/** The bytes of a message that are values, and not tags or lengths. */
function payloadOf(schema: DescMessage, binary: Uint8Array): number {
  return annotate(schema, binary).annotations.reduce(
    (total, { content: { kind }, value }) =>
      kind === "message" || kind === "entry" ? total : total + value.end - value.start,
    0,
  );
}
