export { isEventMessage } from "@stepwire/mapping/internal";
export {
  type ByteSource,
  createEventBlockDecoder,
  createEventDecoderStream,
  decodeEventBlocks,
  decodeEvents,
  decodeEventsToBinary,
  type EventBlockDecoder,
  splitEvents,
} from "./decode.js";
export {
  createEventEncoderStream,
  type EventInput,
  encodeEvent,
  encodeEventFromBinary,
  encodeEvents,
  encodeEventsFromBinary,
} from "./encode.js";
export { EventStreamError } from "./error.js";
export type { EventFrame } from "./frame.js";
export type { EventDecodeOptions, EventEncodeOptions, Skipped } from "./options.js";
