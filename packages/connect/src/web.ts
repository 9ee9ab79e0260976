/*
 * The client for browsers, and for other programs that have `fetch`: nothing of Node is imported.
 */
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
  createWebTransport,
  type WebProtocol,
  type WebTransportOptions,
} from "./client/web-transport.js";
export {
  type HttpErrorMembers,
  OpenAIHttpError,
  type OpenAIHttpErrorInit,
} from "./errors/openai-http-error.js";
export type { Header } from "./headers.js";
export type { StreamPosition } from "./source.js";
export type { NumberedEvent } from "./streams/numbered-event.js";
