import type {
  Attributes,
  Counter,
  Histogram,
  Meter,
  ObservableCounter,
  UpDownCounter,
} from "@opentelemetry/api";
import type { Role } from "../observer.js";
import {
  ACTIVE_STREAMS,
  HTTP_CLIENT_REQUEST_DURATION,
  HTTP_SERVER_REQUEST_DURATION,
  INCIDENTS,
  OPERATION,
  ROLE,
  RPC_CLIENT_CALL_DURATION,
  RPC_SERVER_CALL_DURATION,
  STREAM_EVENTS,
  STREAM_SIZE,
} from "./names.js";

/** Upper bounds of the buckets of durations, in seconds: those of the conventions, and for streams. */
const BUCKETS = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60, 300,
];

/** What was passed on in the streams of one operation. */
export class PassedTotal {
  readonly attributes: Attributes;
  events = 0;
  bytes = 0;

  constructor(role: Role, operation: string) {
    this.attributes = { [ROLE]: role, [OPERATION]: operation };
  }
}

/** The instruments of one meter. */
export class Instruments {
  readonly httpServer: Histogram;
  readonly httpClient: Histogram;
  readonly rpcServer: Histogram;
  readonly rpcClient: Histogram;
  readonly streams: UpDownCounter;
  readonly incidents: Counter;
  /**
   * Totals by role and operation, which are read when metrics are collected: adding to a counter costs
   * more than passing on an event.
   */
  readonly #passed = new Map<string, PassedTotal>();

  constructor(meter: Meter) {
    const duration = (name: string, description: string): Histogram =>
      meter.createHistogram(name, {
        description,
        unit: "s",
        advice: { explicitBucketBoundaries: BUCKETS },
      });
    this.httpServer = duration(HTTP_SERVER_REQUEST_DURATION, "Duration of HTTP server requests.");
    this.httpClient = duration(HTTP_CLIENT_REQUEST_DURATION, "Duration of HTTP client requests.");
    this.rpcServer = duration(RPC_SERVER_CALL_DURATION, "Duration of calls, on the server.");
    this.rpcClient = duration(RPC_CLIENT_CALL_DURATION, "Duration of calls, on the client.");
    this.streams = meter.createUpDownCounter(ACTIVE_STREAMS, {
      description: "Streams that are under way.",
      unit: "{stream}",
    });
    this.incidents = meter.createCounter(INCIDENTS, {
      description: "What is no answer, but worth a look, such as resumed streams.",
      unit: "{incident}",
    });
    this.#observe(
      meter.createObservableCounter(STREAM_EVENTS, {
        description: "Events that were passed on.",
        unit: "{event}",
      }),
      ({ events }) => events,
    );
    this.#observe(
      meter.createObservableCounter(STREAM_SIZE, {
        description: "Size of the events that were passed on.",
        unit: "By",
      }),
      ({ bytes }) => bytes,
    );
  }

  /** Returns the total of an operation, for the duration of a stream. */
  passed(role: Role, operation: string): PassedTotal {
    const key = `${role} ${operation}`;
    let total = this.#passed.get(key);
    if (total === undefined) {
      total = new PassedTotal(role, operation);
      this.#passed.set(key, total);
    }
    return total;
  }

  #observe(counter: ObservableCounter, read: (total: PassedTotal) => number): void {
    counter.addCallback((result) => {
      for (const total of this.#passed.values()) {
        result.observe(read(total), total.attributes);
      }
    });
  }
}
