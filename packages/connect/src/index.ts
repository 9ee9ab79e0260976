export {
  type BytesAnswer,
  type CallOptions,
  type EventStream,
  ServiceClient,
  type StreamOptions,
} from "./client/client.js";
export type { ResumeOptions } from "./client/stream-reader.js";
export {
  createTransport,
  type Protocol,
  type StreamTransport,
  type TransportOptions,
} from "./client/transport.js";
export { type Encoded, type EventGroup, encoded, encodedEvents } from "./encoded.js";
export { codeForStatus } from "./errors/codes.js";
export {
  type HttpErrorMembers,
  MAX_ERROR_BODY_BYTES,
  OpenAIHttpError,
  type OpenAIHttpErrorInit,
} from "./errors/openai-http-error.js";
export {
  type Header,
  NodeHeaders,
  passedRequestHeaders,
  passedResponseHeaders,
} from "./headers.js";
export { BodyWriter } from "./server/body-writer.js";
export type { CallContext } from "./server/call-context.js";
export {
  createNodeHandler,
  type NodeHandler,
  type NodeHandlerOptions,
  servicePath,
} from "./server/node-handler.js";
export {
  type BlockHandler,
  createServiceServer,
  registerHandlers,
  type ServiceHandlers,
  type ServiceServer,
  type ServiceServerOptions,
  type StreamHandler,
  type UnaryHandler,
} from "./server/server.js";
export {
  createSource,
  type OpenedStream,
  type Source,
  type SourceAnswer,
  type SourceCall,
  type SourceHandler,
  type SourceHandlers,
  type StreamPosition,
} from "./source.js";
export type { NumberedEvent } from "./streams/live-stream.js";
export { type EventMap, mapEvents } from "./streams/map-events.js";
export { createPolled, ENDED, isPolled, nextOf, type Polled } from "./streams/polled.js";
export {
  type StoreReader,
  type StoreWriter,
  StreamLostError,
  type StreamProducer,
  type StreamStore,
} from "./streams/stream-store.js";
