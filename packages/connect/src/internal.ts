/* For other packages of Stepwire. Any release may change these exports. */
export { encoded, encodedEvents } from "./encoded.js";
export { codeForStatus } from "./errors/codes.js";
export { MAX_ERROR_BODY_BYTES } from "./errors/openai-http-error.js";
export { NodeHeaders, passedRequestHeaders, passedResponseHeaders } from "./headers.js";
export { BodyWriter } from "./server/body-writer.js";
export { servicePath } from "./server/node-handler.js";
export { type EventMap, mapEvents } from "./streams/map-events.js";
export { isPolled, nextOf } from "./streams/polled.js";
