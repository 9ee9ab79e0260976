export {
  type BytesAnswer,
  type CallOptions,
  type EventStream,
  ServiceClient,
  type StreamOptions,
} from "./client/client.js";
export type { ResumeOptions } from "./client/stream-reader.js";
export type { StreamTransport } from "./client/stream-wire.js";
export {
  createTransport,
  type Protocol,
  type TransportOptions,
} from "./client/transport.js";
export type { Encoded, EventGroup } from "./encoded.js";
export {
  type HttpErrorMembers,
  OpenAIHttpError,
  type OpenAIHttpErrorInit,
} from "./errors/openai-http-error.js";
export type { Header } from "./headers.js";
export type { CallContext, CallValues } from "./server/call-context.js";
export type { AnswerCompression, StreamCompressor } from "./server/compression.js";
export type { CorsOptions } from "./server/cors.js";
export { createFetchHandler, type FetchHandler } from "./server/fetch-handler.js";
export { nodeCompression } from "./server/node-compression.js";
export {
  createNodeHandler,
  type NodeHandler,
  type NodeHandlerOptions,
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
export type { FetchHandlerOptions } from "./server/sink-handler.js";
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
export type { NumberedEvent } from "./streams/numbered-event.js";
export { createPolled, ENDED, type Polled } from "./streams/polled.js";
export {
  type StoreReader,
  type StoreWriter,
  StreamLostError,
  type StreamProducer,
  type StreamState,
  type StreamStore,
} from "./streams/stream-store.js";
