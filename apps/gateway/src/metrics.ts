import type { IncidentKind } from "@stepwire/handler";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What is not an answer but worth a look. */
type Incident = IncidentKind | "recording_failed" | "replay_file_skipped";

/** Counts the events of an operation that are passed on in one form, and their bytes. */
export class PassedEvents {
  readonly operation: string;
  readonly form: "binary" | "sse";
  #count = 0;
  #size = 0;

  constructor(operation: string, form: "binary" | "sse") {
    this.operation = operation;
    this.form = form;
  }

  add(count: number, bytes: number): void {
    this.#count += count;
    this.#size += bytes;
  }

  /** Returns what was counted since the last call. */
  take(): { readonly count: number; readonly size: number } {
    const taken = { count: this.#count, size: this.#size };
    this.#count = 0;
    this.#size = 0;
    return taken;
  }
}

/** The counters and gauges of a gateway, for Prometheus. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Counter<"operation" | "status">;
  readonly #seconds: Histogram<"operation">;
  /**
   * Events and their bytes since the last collection, by operation and form. Finding the counter for
   * some labels costs more than passing on an event.
   */
  readonly #passed = new Map<string, PassedEvents>();
  readonly #incidents: Counter<"kind">;
  readonly #count: () => void;

  constructor(role: string, streams: () => number) {
    this.#registry.setDefaultLabels({ role });
    collectDefaultMetrics({ register: this.#registry });
    const registers = [this.#registry];
    this.#requests = new Counter({
      name: "stepwire_gateway_requests_total",
      help: "Requests that were answered, by the HTTP status or the code of the answer.",
      labelNames: ["operation", "status"],
      registers,
    });
    this.#seconds = new Histogram({
      name: "stepwire_gateway_request_seconds",
      help: "How long requests took, streams to their end.",
      labelNames: ["operation"],
      buckets: [0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60, 300],
      registers,
    });
    const passed = this.#passed;
    const events = new Counter({
      name: "stepwire_gateway_stream_events_total",
      help: "Events that were passed on.",
      labelNames: ["operation"],
      registers,
    });
    const bytes = new Counter({
      name: "stepwire_gateway_stream_bytes_total",
      help: "Bytes of events that were passed on, by their form: binary or sse.",
      labelNames: ["operation", "form"],
      registers,
    });
    this.#count = () => {
      for (const each of passed.values()) {
        const { operation, form } = each;
        const { count, size } = each.take();
        events.inc({ operation }, count);
        bytes.inc({ operation, form }, size);
      }
    };
    this.#incidents = new Counter({
      name: "stepwire_gateway_incidents_total",
      help: "What is not an answer but worth a look: resumed streams, streams that could not be stored, failed recordings, skipped files.",
      labelNames: ["kind"],
      registers,
    });
    new Gauge({
      name: "stepwire_gateway_streams",
      help: "Streams that are under way.",
      registers,
      collect() {
        this.set(streams());
      },
    });
  }

  request(operation: string, status: string, seconds: number): void {
    this.#requests.inc({ operation, status });
    this.#seconds.observe({ operation }, seconds);
  }

  /** Returns the counter of the events of an operation, for the duration of a stream. */
  events(operation: string, form: "binary" | "sse"): PassedEvents {
    const key = form + operation;
    let passed = this.#passed.get(key);
    if (passed === undefined) {
      passed = new PassedEvents(operation, form);
      this.#passed.set(key, passed);
    }
    return passed;
  }

  incident(kind: Incident): void {
    this.#incidents.inc({ kind });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    this.#count();
    return this.#registry.metrics();
  }
}
