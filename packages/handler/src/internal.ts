/* For other packages of Stepwire. Any release may change these exports. */
export {
  binaryToServerSentEvents,
  type ConversionLimits,
  createDocumentTranscoder,
  type DocumentTranscoder,
  decodeEventStream,
} from "./conversion.js";
export { endpointsOf } from "./egress/endpoints.js";
export { EventIds, eventId, positionIn } from "./egress/event-id.js";
export { writeEvents } from "./egress/stream-reply.js";
export { errorAnswer, httpErrors, sendError } from "./http-errors.js";
export { untilIdle } from "./idle.js";
export { AnswerBody } from "./ingress/answer-body.js";
export { createSourceHandler } from "./ingress/ingress-handler.js";
export { Upstream } from "./ingress/upstream.js";
export {
  type Body,
  type ClientAnswer,
  type ClientRequest,
  EncodingError,
  encodingsIn,
  type UpstreamClient,
} from "./ingress/upstream-client.js";
export { type UpstreamLimits, UpstreamSource } from "./ingress/upstream-source.js";
export {
  type Forward,
  type ForwardedAnswer,
  type ForwardedRequest,
  ForwardTimeout,
} from "./pass-through/forward.js";
export { answerTooLarge, Forwarder } from "./pass-through/forwarder.js";
export { PASS_THROUGH_PATH } from "./pass-through/path.js";
export {
  parametersOf,
  routeOf,
  toRequest,
  toUpstream,
  type UpstreamParts,
  variablesOf,
} from "./routes/http-request.js";
export { operationOf } from "./routes/operation.js";
