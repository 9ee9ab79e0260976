export { type ByteSource, createEventDecoderStream, decodeEvents } from "./decode.js";
export {
  createEventEncoderStream,
  type EventInput,
  encodeEvent,
  encodeEvents,
} from "./encode.js";
export { EventStreamError } from "./error.js";
export type { EventDecodeOptions, EventEncodeOptions, Skipped } from "./options.js";
