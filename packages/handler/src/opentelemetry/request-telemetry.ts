import {
  type Attributes,
  type Context,
  context,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { Header } from "@stepwire/connect/web";
import type {
  IncidentKind,
  ObservedRequest,
  Operation,
  RequestEnd,
  RequestObserver,
} from "../observer.js";
import type { Instruments, PassedTotal } from "./instruments.js";
import {
  ERROR_TYPE,
  HTTP_REQUEST_METHOD,
  HTTP_REQUEST_METHOD_ORIGINAL,
  HTTP_RESPONSE_STATUS_CODE,
  HTTP_ROUTE,
  INCIDENT,
  KIND,
  OPERATION,
  ROLE,
  RPC_METHOD,
  RPC_STATUS_CODE,
  RPC_SYSTEM_NAME,
  SERVER_ADDRESS,
  SERVER_PORT,
  STATUS,
  STREAM_EVENTS,
  STREAM_SIZE,
} from "./names.js";

/** Where the spans and metrics of a request go. */
export interface Destination {
  readonly tracer: Tracer | undefined;
  readonly instruments: Instruments | undefined;
  readonly propagator: TextMapPropagator;
  /** Names, in lower case, of the propagator's headers that are sent to an upstream. */
  readonly upstreamHeaders: ReadonlySet<string>;
}

/** The request to the next server. */
interface NextRequest {
  readonly span: Span | undefined;
  readonly attributes: Attributes;
  readonly started: number;
}

/** The type of the error of a request that was sent again. */
const RESENT = "resent";

/** The span of a request, the span of the request to the next server, and their metrics. */
export class RequestTelemetry implements RequestObserver {
  readonly #request: ObservedRequest;
  readonly #destination: Destination;
  readonly #context: Context;
  readonly #span: Span | undefined;
  #operation: Operation | undefined;
  #next: NextRequest | undefined;
  #total: PassedTotal | undefined;
  #events = 0;
  #bytes = 0;

  constructor(request: ObservedRequest, destination: Destination) {
    this.#request = request;
    this.#destination = destination;
    const { tracer, propagator } = destination;
    const active = context.active();
    // The server may have a span of its own, which is then the parent.
    const isInside = trace.getSpan(active) !== undefined;
    const parent = isInside ? active : propagator.extract(active, request, requestHeaders);
    this.#span = tracer?.startSpan(
      methodName(request.method),
      {
        kind: isInside ? SpanKind.INTERNAL : SpanKind.SERVER,
        attributes: {
          ...methodAttributes(request.method),
          ...originalMethod(request.method),
          [ROLE]: request.role,
        },
      },
      parent,
    );
    this.#context = this.#span === undefined ? parent : trace.setSpan(parent, this.#span);
  }

  operation(operation: Operation): void {
    this.#operation = operation;
    const { name, kind, route } = operation;
    const { instruments } = this.#destination;
    const { role, method } = this.#request;
    if (kind === "stream" && instruments !== undefined) {
      this.#total = instruments.passed(role, name);
      instruments.streams.add(1, this.#total.attributes);
    }
    this.#span
      ?.updateName(this.#isServedRpc ? this.#rpcName : httpName(method, route))
      .setAttributes({
        [OPERATION]: name,
        [KIND]: kind,
        ...(this.#isServedRpc ? this.#rpcAttributes : routeAttributes(route)),
      });
  }

  headers(headers: readonly Header[]): readonly Header[] {
    const { tracer } = this.#destination;
    // A second request is for the same answer, so the first one has failed.
    finish(this.#next?.span, { [ERROR_TYPE]: RESENT });
    const attributes = this.#nextAttributes();
    const { method, role } = this.#request;
    const { httpMethod = method, route } = this.#operation ?? {};
    const span = tracer?.startSpan(
      this.#isCalledRpc ? this.#rpcName : httpName(httpMethod, route),
      { kind: SpanKind.CLIENT, attributes: { [ROLE]: role, ...attributes } },
      this.#context,
    );
    this.#next = { span, attributes, started: performance.now() };
    const traced = span === undefined ? this.#context : trace.setSpan(this.#context, span);
    return this.#withTrace(headers, traced);
  }

  /** Replaces all headers of the propagator: those that remained could be of another trace. */
  #withTrace(headers: readonly Header[], traced: Context): readonly Header[] {
    const { propagator, upstreamHeaders } = this.#destination;
    const written = new Map<string, string>();
    propagator.inject(traced, written, headerSetter);
    if (written.size === 0) {
      return headers;
    }
    const replaced = new Set([...propagator.fields(), ...written.keys()].map(toLowerCase));
    const sent =
      this.#request.role === "ingress"
        ? [...written].filter(([name]) => upstreamHeaders.has(name))
        : written;
    return [...headers.filter(([name]) => !replaced.has(name)), ...sent];
  }

  events(count: number, bytes: number): void {
    this.#events += count;
    this.#bytes += bytes;
    if (this.#total !== undefined) {
      this.#total.events += count;
      this.#total.bytes += bytes;
    }
  }

  incident(kind: IncidentKind): void {
    this.#span?.addEvent(kind, { [INCIDENT]: kind });
  }

  end(end: RequestEnd): void {
    const { instruments } = this.#destination;
    if (this.#total !== undefined) {
      instruments?.streams.add(-1, this.#total.attributes);
    }
    this.#endNext(end);
    const outcome = this.#isServedRpc ? rpcOutcome(end, this.#operation) : httpOutcome(end);
    const { method } = this.#request;
    if (this.#isServedRpc) {
      instruments?.rpcServer.record(end.seconds, { ...this.#rpcAttributes, ...outcome });
    } else {
      instruments?.httpServer.record(end.seconds, {
        ...methodAttributes(method),
        ...routeAttributes(this.#operation?.route),
        ...outcome,
      });
    }
    const passed = { [STREAM_EVENTS]: this.#events, [STREAM_SIZE]: this.#bytes };
    finish(this.#span, {
      [STATUS]: end.status,
      ...outcome,
      ...(this.#operation?.kind === "stream" && passed),
    });
  }

  /** Ends the span of the request to the next server, which has the same result. */
  #endNext(end: RequestEnd): void {
    if (this.#next === undefined) {
      return;
    }
    const { span, attributes, started } = this.#next;
    const { instruments } = this.#destination;
    const seconds = (performance.now() - started) / 1000;
    const outcome = clientOutcome(end);
    const histogram = this.#isCalledRpc ? instruments?.rpcClient : instruments?.httpClient;
    histogram?.record(seconds, { ...attributes, ...outcome });
    finish(span, outcome);
  }

  /** Returns what is known of the request to the next server. */
  #nextAttributes(): Attributes {
    const { method, next } = this.#request;
    return {
      ...(this.#isCalledRpc
        ? this.#rpcAttributes
        : methodAttributes(this.#operation?.httpMethod ?? method)),
      ...serverAttributes(next),
    };
  }

  /** Whether the request is a call of an rpc on the inner wire. */
  get #isServedRpc(): boolean {
    return this.#request.role === "ingress" && this.#operation?.rpc !== undefined;
  }

  /** Whether the request to the next server is such a call. */
  get #isCalledRpc(): boolean {
    return this.#request.role === "egress" && this.#operation?.rpc !== undefined;
  }

  get #rpcName(): string {
    return this.#operation?.rpc ?? "";
  }

  get #rpcAttributes(): Attributes {
    const { rpc, protocol } = this.#operation ?? {};
    return {
      ...(rpc !== undefined && { [RPC_METHOD]: rpc }),
      [RPC_SYSTEM_NAME]: systemOf(protocol),
    };
  }
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { "http:": 80, "https:": 443 };

/** Returns the host and the port of a URL, and nothing else of it. */
function serverAttributes(url: string | undefined): Attributes {
  const parsed = url === undefined ? null : URL.parse(url);
  if (parsed === null) {
    return {};
  }
  const { hostname, port, protocol } = parsed;
  const number = port === "" ? DEFAULT_PORTS[protocol] : Number(port);
  return {
    [SERVER_ADDRESS]: hostname,
    ...(number !== undefined && { [SERVER_PORT]: number }),
  };
}

/** Ends a span. What went wrong is a name or a code: a message may quote a request. */
function finish(span: Span | undefined, outcome: Attributes): void {
  if (span === undefined) {
    return;
  }
  span.setAttributes(outcome);
  if (outcome[ERROR_TYPE] !== undefined) {
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

/** The smallest HTTP status that is an error of the server. */
const SERVER_ERROR = 500;

/** Returns the result of an HTTP request, as its server sees it. */
function httpOutcome({ status, httpStatus }: RequestEnd): Attributes {
  // Whoever leaves, or sends a wrong request, makes it no error of the server.
  const isFailed = status.startsWith("broken_") || (httpStatus ?? 0) >= SERVER_ERROR;
  return {
    ...(httpStatus !== undefined && { [HTTP_RESPONSE_STATUS_CODE]: httpStatus }),
    ...(isFailed && { [ERROR_TYPE]: status }),
  };
}

/** The codes that are errors of the server, as the conventions for gRPC say. */
const SERVER_CODES: ReadonlySet<string> = new Set([
  "unknown",
  "deadline_exceeded",
  "unimplemented",
  "internal",
  "unavailable",
  "data_loss",
]);

const OK = "ok";

/** Returns the result of a call, as its server sees it. */
function rpcOutcome({ status }: RequestEnd, operation: Operation | undefined): Attributes {
  // gRPC spells its codes so, and has one for success.
  const isGrpc = systemOf(operation?.protocol) === GRPC;
  const code = isGrpc ? status.toUpperCase() : status;
  return {
    ...((isGrpc || status !== OK) && { [RPC_STATUS_CODE]: code }),
    ...(SERVER_CODES.has(status) && { [ERROR_TYPE]: code }),
  };
}

/** The smallest HTTP status that is an error for a client. */
const CLIENT_ERROR = 400;

/** Returns the result of a request to the next server, from that of the answer that it was for. */
function clientOutcome({ status, httpStatus = 0 }: RequestEnd): Attributes {
  const isFailed =
    httpStatus >= CLIENT_ERROR ||
    status.startsWith("broken_") ||
    (httpStatus === 0 && status !== OK);
  return isFailed ? { [ERROR_TYPE]: status } : {};
}

const GRPC = "grpc";

/** Returns the name of a protocol in the conventions. The stream format has none. */
function systemOf(protocol: string | undefined): string {
  switch (protocol) {
    case "grpc":
    case "grpc-web":
      return GRPC;
    case "connect":
      return "connectrpc";
    default:
      return "stepwire";
  }
}

/** The methods that the conventions know. Any other one would be a new name for each. */
const METHODS: ReadonlySet<string> = new Set([
  "CONNECT",
  "DELETE",
  "GET",
  "HEAD",
  "OPTIONS",
  "PATCH",
  "POST",
  "PUT",
  "TRACE",
]);

function methodAttributes(method: string): Attributes {
  return { [HTTP_REQUEST_METHOD]: METHODS.has(method) ? method : "_OTHER" };
}

/** The longest name of an unknown method in a span. */
const MAX_METHOD_LENGTH = 32;

function originalMethod(method: string): Attributes {
  return METHODS.has(method)
    ? {}
    : { [HTTP_REQUEST_METHOD_ORIGINAL]: method.slice(0, MAX_METHOD_LENGTH) };
}

/** Returns the name of a span whose route is not known. */
function methodName(method: string): string {
  return METHODS.has(method) ? method : "HTTP";
}

function httpName(method: string, route: string | undefined): string {
  return route === undefined ? methodName(method) : `${methodName(method)} ${route}`;
}

function routeAttributes(route: string | undefined): Attributes {
  return route === undefined ? {} : { [HTTP_ROUTE]: route };
}

function toLowerCase(name: string): string {
  return name.toLowerCase();
}

const requestHeaders: TextMapGetter<ObservedRequest> = {
  get: (request, name) => request.header(name.toLowerCase()) ?? undefined,
  // Only some formats with names of their own ask for all.
  keys: () => [],
};

const headerSetter: TextMapSetter<Map<string, string>> = {
  set: (headers, name, value) => {
    headers.set(name.toLowerCase(), value);
  },
};
