import type { EventDecodeOptions } from "@stepwire/openai-sse";

/** Bytes for the reader of server-sent events, and how they are cut into chunks. */
export interface SseInput {
  readonly bytes: Uint8Array;
  /** Where the chunks end, in ascending order. */
  readonly cuts: readonly number[];
  readonly options: Pick<
    EventDecodeOptions,
    "mode" | "framing" | "invalidUtf8" | "maxEventBytes" | "maxDepth"
  >;
}

/** @throws {TypeError} if a value is not an input of the reader. */
export function readSseInput(json: unknown): SseInput {
  if (typeof json !== "object" || json === null || !("base64" in json)) {
    throw new TypeError("the file has no member `base64`");
  }
  // The file was written by `toJSON` below.
  const { base64, cuts, options } = json as Pick<SseInput, "cuts" | "options"> & { base64: string };
  return sseInput(Buffer.from(base64, "base64"), cuts, options);
}

/** An input that `JSON.stringify` writes with its bytes as base64, and as text for readers. */
export function sseInput(
  bytes: Uint8Array,
  cuts: SseInput["cuts"],
  options: SseInput["options"],
): SseInput {
  const buffer = Buffer.from(bytes);
  const toJSON = (): unknown => ({
    text: buffer.toString("latin1"),
    base64: buffer.toString("base64"),
    cuts,
    options,
  });
  return Object.defineProperty({ bytes, cuts, options }, "toJSON", { value: toJSON });
}
