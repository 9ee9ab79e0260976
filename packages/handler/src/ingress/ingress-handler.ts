import type { DescService } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  type AnswerCompression,
  type CorsOptions,
  createServiceServer,
  OpenAIHttpError,
  type ServiceHandlers,
  type ServiceServer,
  type Source,
  type StreamStore,
} from "@stepwire/connect/fetch";
import {
  createSinkHandler,
  type ResponseSink,
  type SinkHandler,
  servicePath,
} from "@stepwire/connect/internal";
import { given } from "../given.js";
import { guardObserver } from "../guard-observer.js";
import { createHandler, ENDING_GRACE, type Handler, type HandlerRole } from "../handler.js";
import type { HandlerRequest } from "../handler-request.js";
import { httpErrors, sendError } from "../http-errors.js";
import { untilIdle } from "../idle.js";
import { Observation } from "../observation.js";
import type { IncidentKind, Observer } from "../observer.js";
import { createFetchForward } from "../pass-through/fetch-forward.js";
import type { Forward } from "../pass-through/forward.js";
import { defaultForwardLimits, Forwarder, type ForwardLimits } from "../pass-through/forwarder.js";
import { passOn } from "../pass-through/pass-on.js";
import { PASS_THROUGH_PATH } from "../pass-through/path.js";
import { pathPrefix } from "../routes/prefix.js";
import { checkTarget, isTarget, pathOf } from "../routes/target.js";
import { builtInServices } from "../services.js";
import { FetchClient } from "./fetch-client.js";
import { type IngressLimits, withDefaults } from "./limits.js";
import { type ObservedHandlers, observeHandlers, observeSource } from "./observe.js";
import { Upstream } from "./upstream.js";
import type { UpstreamClient } from "./upstream-client.js";
import { unreachable, upstreamTimeout } from "./upstream-errors.js";
import { UpstreamSource } from "./upstream-source.js";

/** Options of every ingress handler. */
export interface IngressBaseOptions {
  /** Start of the paths of the services, such as `/inner`. @defaultValue none */
  readonly prefix?: string;
  /** The services to serve. @defaultValue all of Stepwire's own with HTTP endpoints */
  readonly services?: readonly DescService[];
  readonly limits?: IngressLimits;
  /** Stores streams, so that other ingresses with the same store can resume them. @defaultValue memory */
  readonly store?: StreamStore;
  /** What happens to a stream that cannot be stored. @defaultValue "continue" */
  readonly storeFailure?: "continue" | "end";
  /** Compresses answers, such as `nodeCompression` of `@stepwire/connect`. @defaultValue none */
  readonly compression?: AnswerCompression;
  /** Lets web pages of other origins call the services. @defaultValue none */
  readonly cors?: CorsOptions;
  readonly observer?: Observer;
}

/** Options of an ingress handler for an OpenAI-compatible server. */
export interface IngressHandlerOptions extends IngressBaseOptions {
  /** Base URL of the server, such as `https://api.openai.com/v1`. */
  readonly upstream: string | URL;
  /** The function that sends requests to the server. @defaultValue `globalThis.fetch` */
  readonly fetch?: typeof globalThis.fetch;
  /**
   * Whether bytes of the upstream that are not UTF-8 become U+FFFD. If false, they are an error.
   * @defaultValue false
   */
  readonly replaceInvalidUtf8?: boolean;
  /**
   * Whether requests that an egress passes through are sent to the server unchanged; or the limits of
   * that. @defaultValue true
   */
  readonly passThrough?: boolean | ForwardLimits;
}

/** An ingress whose answers come from any source. */
export interface SourceHandlerOptions extends IngressBaseOptions {
  readonly source: Source;
  /** Where all other requests are passed on to; undefined to answer them with 404. */
  readonly passThrough?:
    | {
        readonly baseUrl: string;
        readonly limits: Required<ForwardLimits>;
        readonly forward: Forward;
      }
    | undefined;
  /** The URL of the server that answers, for the observer; undefined if there is none. */
  readonly next?: string | undefined;
  /** Releases the resources of the source. */
  readonly onClose?: () => Promise<unknown>;
}

/** A handler of calls of services. */
export interface IngressHandler extends Handler {
  /**
   * The implementation of the services, for handlers that also serve gRPC, such as `toNodeListener` of
   * `@stepwire/handler/node`.
   */
  readonly serving: Serving;
}

/** An implementation of services, and how it is served. */
export interface Serving {
  readonly handlers: ServiceHandlers;
  readonly prefix: string;
  readonly maxMessageBytes: number;
  readonly compression: AnswerCompression | undefined;
  readonly cors: CorsOptions | undefined;
  /** Ends all calls when it is aborted. */
  readonly shutdownSignal: AbortSignal;
  /**
   * Returns whether a request is for the services, by a path, and not refused. The handler answers all
   * others.
   */
  accepts(url: string): boolean;
}

/**
 * Creates a handler for callers of the services, such as an egress. It sends their requests to an
 * OpenAI-compatible server, with the credentials of the caller, which are not stored or logged. It
 * serves Connect, gRPC-web and the stream format, and gRPC on servers of Node.
 *
 * @throws {TypeError} if the URL of the upstream is not valid, or `prefix` is not a path.
 * @throws {MappingError} if the options of a service are wrong.
 */
export function createIngressHandler(options: IngressHandlerOptions): IngressHandler {
  const { upstream, fetch = globalThis.fetch, passThrough = true, replaceInvalidUtf8 } = options;
  const limits = withDefaults(options.limits ?? {});
  const baseUrl = String(upstream);
  const { answerTimeout, idleTimeout } = limits;
  const client = new FetchClient({
    fetch: (url, init) => fetch(url, init),
    answerTimeout,
    idleTimeout,
  });
  const forwardLimits = {
    ...defaultForwardLimits,
    answerTimeout,
    idleTimeout,
    ...(typeof passThrough === "object" ? given(passThrough) : {}),
  };
  return createSourceHandler({
    ...options,
    next: baseUrl,
    source: createUpstreamSource(baseUrl, client, { ...limits, replaceInvalidUtf8 }),
    passThrough:
      passThrough === false
        ? undefined
        : {
            baseUrl,
            limits: forwardLimits,
            forward: createFetchForward(baseUrl, fetch, forwardLimits),
          },
    onClose: () => client.close(),
  });
}

/** Returns the source for an OpenAI-compatible server that is reached by a client. */
export function createUpstreamSource(
  baseUrl: string,
  client: UpstreamClient,
  limits: IngressLimits & { readonly replaceInvalidUtf8?: boolean | undefined },
): UpstreamSource {
  return new UpstreamSource(new Upstream(baseUrl, client), {
    ...withDefaults(limits),
    replaceInvalidUtf8: limits.replaceInvalidUtf8 ?? false,
  });
}

/** Creates a handler for callers of the services, whose answers come from a source. */
export function createSourceHandler(options: SourceHandlerOptions): IngressHandler {
  const ingress = new Ingress(options);
  return Object.assign(createHandler(ingress), { serving: ingress.serving });
}

class Ingress implements HandlerRole {
  readonly serving: Serving;
  readonly #options: SourceHandlerOptions;
  readonly #observer: Observer | undefined;
  readonly #paths: readonly string[];
  readonly #server: ServiceServer;
  readonly #observed: ObservedHandlers;
  readonly #serve: SinkHandler;
  readonly #forwarder: Forwarder | undefined;
  readonly #shutdown = new AbortController();
  #isDraining = false;

  constructor(options: SourceHandlerOptions) {
    this.#options = options;
    const { services = builtInServices(), source, passThrough } = options;
    const prefix = pathPrefix(options.prefix ?? "");
    const observer = options.observer && guardObserver(options.observer);
    this.#observer = observer;
    const limits = withDefaults(options.limits ?? {});
    this.#paths = services.map((service) => prefix + servicePath(service));
    const report = (kind: IncidentKind, error?: unknown): void =>
      observer?.incident?.({ kind, role: "ingress", error });
    this.#server = createServiceServer(services, observeSource(source), {
      ...limits,
      maxStreamTime: limits.streamTimeout,
      ...(options.store && { store: options.store }),
      ...(options.storeFailure && { storeFailure: options.storeFailure }),
      onStoreFailure: (error) => report("stream_not_stored", error),
      onStoredRead: () => report("stream_taken_over"),
    });
    this.#observed = observeHandlers(this.#server.handlers, observer, options.next);
    const { handlers } = this.#observed;
    this.serving = {
      handlers,
      prefix,
      maxMessageBytes: limits.maxBodyBytes,
      compression: options.compression,
      cors: options.cors,
      shutdownSignal: this.#shutdown.signal,
      accepts: (url) => !this.#isDraining && this.#isServed(url),
    };
    this.#serve = createSinkHandler(handlers, this.serving);
    this.#forwarder =
      passThrough &&
      new Forwarder({
        ...passThrough,
        mount: prefix + PASS_THROUGH_PATH,
        isMarked: false,
        unreachable,
        timeout: upstreamTimeout,
      });
  }

  get active(): number {
    return this.#observed.active + (this.#forwarder?.active ?? 0);
  }

  get streams(): number {
    return this.#server.streams;
  }

  #isCall(url: string): boolean {
    const called = pathOf(url);
    return this.#paths.some((path) => called.startsWith(path));
  }

  #isServed(url: string): boolean {
    return url.startsWith("/") && isTarget(url) && this.#isCall(url);
  }

  handles(_method: string, url: string): boolean {
    return this.#isCall(url) || this.#forwarder?.handles(url) === true;
  }

  async handle(request: HandlerRequest, sink: ResponseSink): Promise<void> {
    if (this.#isDraining) {
      sendError(sink, httpErrors.shuttingDown(), [["retry-after", "1"]]);
      return;
    }
    if (this.#isServed(request.url)) {
      await this.#serve(request, sink);
      return;
    }
    const observation = new Observation(this.#observer, "ingress", request, this.#options.next);
    try {
      checkTarget(request);
      const { maxMessageBytes: maxBodyBytes } = this.serving;
      await passOn({ forwarder: this.#forwarder, maxBodyBytes }, { request, sink, observation });
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
    const reason = new ConnectError("the gateway is shutting down", Code.Unavailable);
    this.#shutdown.abort(reason);
    this.#server.close(reason);
    this.#forwarder?.abort(httpErrors.shuttingDown());
    // The streams are sending their last messages.
    await untilIdle(active, ENDING_GRACE);
    await this.#options.onClose?.();
  }
}
