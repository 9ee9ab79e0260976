/* Spans and metrics of the handlers, by OpenTelemetry. */
export {
  createOpenTelemetryObserver,
  type OpenTelemetryOptions,
} from "./opentelemetry/observer.js";
