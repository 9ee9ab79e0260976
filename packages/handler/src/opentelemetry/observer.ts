import {
  createNoopMeter,
  propagation as global,
  type MeterProvider,
  metrics,
  ProxyTracerProvider,
  type TextMapPropagator,
  type Tracer,
  type TracerProvider,
  trace,
} from "@opentelemetry/api";
import type { Observer } from "../observer.js";
import { Instruments } from "./instruments.js";
import { INCIDENT, ROLE } from "./names.js";
import { RequestTelemetry } from "./request-telemetry.js";

/** Options of `createOpenTelemetryObserver`. */
export interface OpenTelemetryOptions {
  /** Where spans go. By default, the provider that the program has registered, if there is one. */
  readonly tracerProvider?: TracerProvider;
  /** Where metrics go. By default, the provider that the program has registered, if there is one. */
  readonly meterProvider?: MeterProvider;
  /** Reads and writes the headers of a trace. By default, the one that the program has registered. */
  readonly propagator?: TextMapPropagator;
  /**
   * Names of the propagator's headers that an ingress sends to the upstream, which may be a server of
   * others. `baggage` may contain what is meant for your own servers only.
   * @defaultValue `traceparent` and `tracestate`
   */
  readonly upstreamHeaders?: readonly string[];
}

const TRACE_CONTEXT: readonly string[] = ["traceparent", "tracestate"];

const SCOPE = "@stepwire/handler";

/**
 * Creates an observer that reports spans and metrics to OpenTelemetry. It does nothing until the
 * program has registered an SDK, and may be created before.
 *
 * - A span of each request, and one of the request to the next server, to which the context of the
 *   trace is sent. The attributes have no identifier, header, query, or body, and no error message.
 * - Metrics: durations, streams under way, events, bytes, incidents.
 */
export function createOpenTelemetryObserver(options: OpenTelemetryOptions = {}): Observer {
  const { tracerProvider, meterProvider, propagator = global } = options;
  const names = options.upstreamHeaders ?? TRACE_CONTEXT;
  const upstreamHeaders = new Set(names.map((name) => name.toLowerCase()));
  const tracers = new TracerSource(tracerProvider);
  const meters = new MeterSource(meterProvider);
  return {
    request(request) {
      const tracer = tracers.tracer();
      const instruments = meters.instruments();
      return tracer === undefined && instruments === undefined
        ? undefined
        : new RequestTelemetry(request, { tracer, instruments, propagator, upstreamHeaders });
    },
    incident({ kind, role }) {
      meters.instruments()?.incidents.add(1, { [INCIDENT]: kind, [ROLE]: role });
    },
  };
}

/** Finds the tracer, which the program may register later. */
class TracerSource {
  readonly #given: TracerProvider | undefined;
  #provider: TracerProvider | undefined;
  #tracer: Tracer | undefined;

  constructor(given: TracerProvider | undefined) {
    this.#given = given;
  }

  /** Returns the tracer; undefined if there is no SDK. */
  tracer(): Tracer | undefined {
    const provider = this.#given ?? registered();
    if (provider !== this.#provider) {
      this.#provider = provider;
      this.#tracer = provider?.getTracer(SCOPE);
    }
    return this.#tracer;
  }
}

/** Returns the provider that is registered; undefined if there is none. */
function registered(): TracerProvider | undefined {
  const provider = trace.getTracerProvider();
  if (!(provider instanceof ProxyTracerProvider)) {
    return provider;
  }
  return provider.getDelegateTracer(SCOPE) === undefined ? undefined : provider.getDelegate();
}

const NO_METER = createNoopMeter();

/** Creates the instruments, again if the program registers another provider. */
class MeterSource {
  readonly #given: MeterProvider | undefined;
  #provider: MeterProvider | undefined;
  #instruments: Instruments | undefined;

  constructor(given: MeterProvider | undefined) {
    this.#given = given;
  }

  /** Returns the instruments; undefined if there is no SDK. */
  instruments(): Instruments | undefined {
    const provider = this.#given ?? metrics.getMeterProvider();
    if (provider !== this.#provider) {
      this.#provider = provider;
      const meter = provider.getMeter(SCOPE);
      this.#instruments = meter === NO_METER ? undefined : new Instruments(meter);
    }
    return this.#instruments;
  }
}
