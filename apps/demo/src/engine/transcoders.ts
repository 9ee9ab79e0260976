import type { DescMessage } from "@bufbuild/protobuf";
import type { Mode } from "@stepwire/openai-json";
import { loadTranscoder, type Transcoder } from "@stepwire/transcode";

/** How large a document may be. */
export const MAXIMUM_BYTES: number = 512 * 1024 * 1024;

const transcoders = new Map<string, Promise<Transcoder>>();

/** The transcoder for a message type in a mode, made once. */
export function transcoderFor(schema: DescMessage, mode: Mode): Promise<Transcoder> {
  const key = `${mode} ${schema.typeName}`;
  const transcoder =
    transcoders.get(key) ?? loadTranscoder(schema, { mode, maxBytes: MAXIMUM_BYTES });
  transcoders.set(key, transcoder);
  return transcoder;
}
