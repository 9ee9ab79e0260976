export type { BytesRunStepService } from "./client/bytes-service.js";
export {
  type BytesAnswer,
  type RunEvents,
  type RunEventsOptions,
  RunStepBytesClient,
  type RunStepCallOptions,
} from "./client/client.js";
export type { ResumeOptions, RunEventsStartInit } from "./client/run-events.js";
export {
  createRunStepTransport,
  type Protocol,
  type TransportOptions,
} from "./client/transport.js";
export type { Encoded } from "./encoded.js";
export { codeForStatus } from "./errors/codes.js";
export {
  MAX_ERROR_BODY_BYTES,
  type OpenAIErrorMembers,
  OpenAIHttpError,
  type OpenAIHttpErrorInit,
} from "./errors/openai-http-error.js";
export { type Header, passedRequestHeaders, passedResponseHeaders } from "./headers.js";
export {
  createNodeHandler,
  type NodeHandler,
  type NodeHandlerOptions,
  servicePath,
} from "./server/node-handler.js";
export {
  createRunStepServer,
  type RunStepServer,
  type RunStepServiceOptions,
} from "./server/service.js";
export type {
  OpenedRunEvents,
  RunEventsStart,
  RunStepSource,
  SourceAnswer,
  SourceCall,
} from "./source.js";
export type { NumberedEvent } from "./streams/live-stream.js";
export { type EventMap, mapEvents } from "./streams/map-events.js";
