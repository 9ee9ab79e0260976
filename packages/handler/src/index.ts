export { stepwireFetch } from "./client-fetch.js";
export { combineObservers } from "./combine-observers.js";
export { createEgressHandler, type EgressHandlerOptions } from "./egress/egress-handler.js";
export type { EgressLimits } from "./egress/limits.js";
export type { Handler } from "./handler.js";
export type { HandlerRequest } from "./handler-request.js";
export {
  createIngressHandler,
  type IngressBaseOptions,
  type IngressHandler,
  type IngressHandlerOptions,
  type Serving,
} from "./ingress/ingress-handler.js";
export type { IngressLimits } from "./ingress/limits.js";
export type {
  Incident,
  IncidentKind,
  ObservedRequest,
  Observer,
  Operation,
  RequestEnd,
  RequestObserver,
  Role,
} from "./observer.js";
export type { ForwardLimits } from "./pass-through/forwarder.js";
