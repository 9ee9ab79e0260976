import type { DescService, Message } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { ResponseSink } from "@stepwire/connect/internal";
import {
  createWebTransport,
  OpenAIHttpError,
  ServiceClient,
  type WebProtocol,
} from "@stepwire/connect/web";
import type { RouteMapping, UnaryMapping } from "@stepwire/mapping";
import { given } from "../given.js";
import { guardObserver } from "../guard-observer.js";
import { createHandler, ENDING_GRACE, type Handler, type HandlerRole } from "../handler.js";
import type { HandlerRequest } from "../handler-request.js";
import { httpErrors, sendError } from "../http-errors.js";
import { untilIdle } from "../idle.js";
import { Observation } from "../observation.js";
import type { IncidentKind, Observer, Operation } from "../observer.js";
import { createFetchForward } from "../pass-through/fetch-forward.js";
import type { Forward } from "../pass-through/forward.js";
import { defaultForwardLimits, Forwarder, type ForwardLimits } from "../pass-through/forwarder.js";
import { passOn } from "../pass-through/pass-on.js";
import { PASS_THROUGH_PATH } from "../pass-through/path.js";
import { toRequest } from "../routes/http-request.js";
import { pathTemplate } from "../routes/operation.js";
import { PathMatcher } from "../routes/path-matcher.js";
import { pathPrefix } from "../routes/prefix.js";
import { queryOf } from "../routes/query.js";
import { checkTarget, pathOf } from "../routes/target.js";
import { builtInServices } from "../services.js";
import { Answering } from "./answering.js";
import {
  chooseRoute,
  type Endpoint,
  endpointsOf,
  isStream,
  type RequestParts,
  type RouteOf,
} from "./endpoints.js";
import { type EgressLimits, withDefaults } from "./limits.js";
import { isJson, textOf } from "./request-body.js";

/** Options of an egress handler. */
export interface EgressHandlerOptions {
  /** URL of the ingress, such as `http://127.0.0.1:8081`. */
  readonly ingress: string;
  /** Start of the API's paths, such as `/openai/v1`; empty for none. @defaultValue "/v1" */
  readonly prefix?: string;
  /** The services whose HTTP endpoints are served. @defaultValue all of Stepwire's own */
  readonly services?: readonly DescService[];
  /** The protocol on the inner wire. @defaultValue "stream" */
  readonly protocol?: WebProtocol;
  /** The function that sends requests to the ingress. @defaultValue `globalThis.fetch` */
  readonly fetch?: typeof globalThis.fetch;
  /**
   * Calls the services of the ingress. @defaultValue a client over `fetch`, with the options above
   */
  readonly client?: ServiceClient;
  /**
   * Whether all other requests below the prefix are passed through to the ingress, and by it to the
   * upstream; or the limits of that. If false, they are answered with errors. @defaultValue true
   */
  readonly passThrough?: boolean | ForwardLimits;
  /** Sends requests that are passed through. @defaultValue over `fetch` */
  readonly forward?: Forward;
  /**
   * Whether clients can resume streams: each event has an identifier, and a stream goes on for
   * `resumeWindow` when its client leaves. If false, it ends at once. @defaultValue true
   */
  readonly clientResume?: boolean;
  readonly limits?: EgressLimits;
  readonly observer?: Observer;
}

/**
 * Creates a handler for unchanged clients of the OpenAI API, REST and server-sent events. It calls the
 * services of an ingress, in binary.
 *
 * @throws {TypeError} if `ingress` is not a URL, or `prefix` is not a path.
 * @throws {MappingError} if the options of a service are wrong, or if two services answer the same
 * requests in the same way.
 */
export function createEgressHandler(options: EgressHandlerOptions): Handler {
  return createHandler(new Egress(options));
}

class Egress implements HandlerRole {
  readonly #endpoints: PathMatcher<Endpoint>;
  readonly #answering: Answering;
  readonly #forwarder: Forwarder | undefined;
  readonly #observer: Observer | undefined;
  readonly #ingress: string | undefined;
  readonly #maxBodyBytes: number;
  readonly #prefix: string;
  readonly #operations = new Map<RouteMapping, Operation>();
  #active = 0;
  #isDraining = false;

  constructor(options: EgressHandlerOptions) {
    const { services = builtInServices(), clientResume = true } = options;
    const prefix = pathPrefix(options.prefix ?? "/v1");
    const limits = withDefaults(options.limits ?? {});
    this.#observer = options.observer && guardObserver(options.observer);
    this.#ingress = options.ingress === "" ? undefined : String(options.ingress);
    this.#maxBodyBytes = limits.maxBodyBytes;
    this.#prefix = prefix;
    this.#endpoints = new PathMatcher(prefix);
    for (const endpoint of endpointsOf(services)) {
      this.#endpoints.add(endpoint.httpMethod, endpoint.segments, endpoint);
    }
    const onIncident = (kind: IncidentKind): void =>
      this.#observer?.incident?.({ kind, role: "egress" });
    const client =
      options.client ??
      createClient(options, limits.maxMessageBytes, () => onIncident("stream_fallback"));
    this.#answering = new Answering({ client, limits, clientResume, onIncident });
    this.#forwarder = createForwarder(options, prefix);
  }

  /** Number of answers that the client has not got completely. */
  get active(): number {
    return this.#active;
  }

  get streams(): number {
    return this.#answering.streams;
  }

  handles(method: string, url: string): boolean {
    if (this.#forwarder?.handles(url) === true) {
      return true;
    }
    try {
      return this.#endpoints.find(method, pathOf(url)) !== undefined;
    } catch {
      // The path is wrong, and the answer says so.
      return true;
    }
  }

  async handle(request: HandlerRequest, sink: ResponseSink): Promise<void> {
    if (this.#isDraining) {
      sendError(sink, httpErrors.shuttingDown(), [["retry-after", "1"]]);
      return;
    }
    if (!sink.isGone) {
      this.#active++;
      sink.onGone(() => {
        this.#active--;
      });
    }
    const observation = new Observation(this.#observer, "egress", request, this.#ingress);
    try {
      await this.#answer(request, sink, observation);
    } catch (reason) {
      const error = OpenAIHttpError.from(reason);
      observation.fail(sink, error, reason);
      sendError(sink, error);
    }
  }

  async close(grace: number): Promise<void> {
    this.#isDraining = true;
    const active = (): number => this.active;
    await untilIdle(active, grace);
    const reason = httpErrors.shuttingDown();
    this.#forwarder?.abort(reason);
    for (const request of this.#answering.running) {
      request.abort(reason);
    }
    await untilIdle(active, ENDING_GRACE);
  }

  async #answer(
    request: HandlerRequest,
    sink: ResponseSink,
    observation: Observation,
  ): Promise<void> {
    const { method, url } = request;
    checkTarget(request);
    const found = this.#endpoints.find(method, pathOf(url));
    if (found === undefined) {
      await passOn(
        { forwarder: this.#forwarder, maxBodyBytes: this.#maxBodyBytes },
        { request, sink, observation },
      );
      return;
    }
    const { value: endpoint, variables } = found;
    const passOnOrThrow = async (error: unknown, body?: string | Uint8Array): Promise<void> => {
      if (this.#forwarder === undefined) {
        const route = endpoint.document ?? endpoint.stream;
        if (route !== undefined) {
          observation.operation(this.#operationOf(route));
        }
        throw error;
      }
      await this.#forwarder.forward({ request, sink, observation, body });
    };
    const whyUnread = whyNotRead(request, this.#maxBodyBytes);
    if (whyUnread !== undefined) {
      await passOnOrThrow(whyUnread);
      return;
    }
    const body = await this.#readBody(request, sink);
    let route: RouteMapping;
    let input: Message;
    try {
      const parts = { url, body };
      route = chooseRoute(endpoint, parts);
      input = toRequest(route, {
        variables,
        query: queryOf(url),
        body: typeof body === "string" ? body : undefined,
      });
    } catch (error) {
      await passOnOrThrow(error, body);
      return;
    }
    if (this.#forwarder !== undefined && !holdsBody(route, body)) {
      await this.#forwarder.forward({ request, sink, observation, body });
      return;
    }
    observation.operation(this.#operationOf(route));
    const exchange = { request, sink, observation, input };
    if (isStream(route)) {
      await this.#answering.stream(route, exchange);
    } else {
      // All rpcs are unary or server-streaming.
      await this.#answering.document(route as RouteOf<UnaryMapping>, exchange);
    }
  }

  #operationOf(route: RouteMapping): Operation {
    let operation = this.#operations.get(route);
    if (operation === undefined) {
      operation = operationOf(route, this.#prefix);
      this.#operations.set(route, operation);
    }
    return operation;
  }

  /**
   * Returns the text of a request's body; its bytes if they are not text and can be passed through;
   * undefined if there is none.
   */
  async #readBody(request: HandlerRequest, sink: ResponseSink): Promise<RequestParts["body"]> {
    if (WITHOUT_BODY.has(request.method)) {
      return undefined;
    }
    const type = request.headers.get("content-type");
    if (type === null) {
      return undefined;
    }
    const bytes = await unlessGone(sink, request.readBody(this.#maxBodyBytes));
    try {
      return textOf(bytes, request.headers.get("content-encoding") ?? undefined);
    } catch (error) {
      if (this.#forwarder === undefined) {
        throw error;
      }
      return bytes;
    }
  }
}

/** Waits for something that may never come once the client has left. */
function unlessGone<Result>(sink: ResponseSink, result: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(new Error("the client left before the end of its request"));
    sink.onGone(leave);
    if (sink.isGone) {
      leave();
    }
    result.then(resolve, reject);
  });
}

/** Methods whose requests have no body; if there is one, it is ignored. */
const WITHOUT_BODY: ReadonlySet<string> = new Set(["GET", "HEAD", "TRACE"]);

function lengthOf({ headers }: HandlerRequest): number {
  return Number(headers.get("content-length") ?? 0);
}

/** Returns the error for a body that is not read, because no rpc takes it; else undefined. */
function whyNotRead(request: HandlerRequest, maxBytes: number): OpenAIHttpError | undefined {
  if (WITHOUT_BODY.has(request.method)) {
    return undefined;
  }
  const type = request.headers.get("content-type");
  if (type === null ? request.hasBody : !isJson(type)) {
    return httpErrors.unsupportedMediaType();
  }
  return lengthOf(request) > maxBytes ? httpErrors.requestTooLarge() : undefined;
}

/** Returns whether a route has a place for the body of a request, if there is one. */
function holdsBody({ body: field }: RouteMapping, body: RequestParts["body"]): boolean {
  return field === undefined
    ? body === undefined || body === ""
    : body === undefined || typeof body === "string";
}

function operationOf(route: RouteMapping, prefix: string): Operation {
  const { desc } = route.method;
  return {
    name: route.operation,
    kind: route.method.kind === "stream" ? "stream" : "document",
    route: prefix + pathTemplate(route),
    httpMethod: route.httpMethod,
    rpc: `${desc.parent.typeName}/${desc.name}`,
  };
}

function createClient(
  { ingress: baseUrl, protocol = "stream", fetch = globalThis.fetch }: EgressHandlerOptions,
  maxMessageBytes: number,
  onFallback: () => void,
): ServiceClient {
  // Otherwise, only requests would fail.
  new URL(baseUrl);
  return new ServiceClient(
    createWebTransport({ baseUrl, protocol, fetch, maxMessageBytes, onFallback }),
  );
}

function createForwarder(
  { ingress, passThrough = true, forward, fetch = globalThis.fetch }: EgressHandlerOptions,
  mount: string,
): Forwarder | undefined {
  if (passThrough === false) {
    return undefined;
  }
  const limits = { ...defaultForwardLimits, ...(passThrough === true ? {} : given(passThrough)) };
  const baseUrl = ingress.replace(/\/+$/, "") + PASS_THROUGH_PATH;
  return new Forwarder({
    baseUrl,
    mount,
    isMarked: true,
    limits,
    forward: forward ?? createFetchForward(baseUrl, fetch, limits),
    unreachable: (cause) => serviceError(Code.Unavailable, cause),
    timeout: (cause) => serviceError(Code.DeadlineExceeded, cause),
  });
}

/** Returns the error that calls of the services have for a code, too. */
function serviceError(code: Code, cause: unknown): OpenAIHttpError {
  return OpenAIHttpError.from(new ConnectError("", code, undefined, undefined, cause));
}
