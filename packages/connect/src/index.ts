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
export * from "./fetch.js";
export { nodeCompression } from "./server/node-compression.js";
export {
  createNodeHandler,
  type NodeHandler,
  type NodeHandlerOptions,
} from "./server/node-handler.js";
