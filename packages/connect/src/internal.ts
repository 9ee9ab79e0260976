/* For other packages of Stepwire. Any release may change these exports. Nothing imports modules of Node. */
export { encoded, encodedEvents } from "./encoded.js";
export { codeForStatus } from "./errors/codes.js";
export { MAX_ERROR_BODY_BYTES } from "./errors/openai-http-error.js";
export {
  type HeaderReader,
  NodeHeaders,
  passedRequestHeaders,
  passedResponseHeaders,
} from "./headers.js";
export { BodyWriter } from "./server/body-writer.js";
export { FetchRequest } from "./server/fetch-request.js";
export { FetchSink } from "./server/fetch-sink.js";
export type { IncomingRequest } from "./server/incoming-request.js";
export { NodeRequest } from "./server/node-request.js";
export { NodeSink } from "./server/node-sink.js";
export type { ResponseSink } from "./server/response-sink.js";
export { servicePath } from "./server/service-path.js";
export { createSinkHandler, type SinkHandler } from "./server/sink-handler.js";
export { type EventMap, mapEvents } from "./streams/map-events.js";
export { createPolled, ENDED, isPolled, nextOf, type Polled } from "./streams/polled.js";
export { RestartableTimer, startBackgroundTimer, startTimer, type Timer } from "./timer.js";
export { isUtf8 } from "./utf8.js";
