import type { DescService } from "@bufbuild/protobuf";
import { OpenAIHttpError } from "@stepwire/connect/web";
import {
  getServiceMapping,
  type HttpMethod,
  MappingError,
  type MethodMapping,
  type RouteMapping,
  type StreamMapping,
  type UnaryMapping,
} from "@stepwire/mapping";
import { queryOf } from "../routes/query.js";
import { asksForStream, streamingBody } from "./request-body.js";

/** A route of a unary or a streaming rpc. */
export type RouteOf<Method extends MethodMapping> = RouteMapping & { readonly method: Method };

/** The parts of a request that select a route. */
export interface RequestParts {
  readonly url: string;
  /** The text of the body; its bytes if they are not text; undefined if there is none. */
  readonly body: string | Uint8Array | undefined;
}

/** An HTTP method and path, with the routes that answer it. */
export interface Endpoint {
  readonly httpMethod: HttpMethod;
  /** The segments of the path; undefined for a variable. */
  readonly segments: readonly (string | undefined)[];
  /** The route that answers with a document. */
  readonly document: RouteOf<UnaryMapping> | undefined;
  /** The route that answers with a stream. */
  readonly stream: RouteOf<StreamMapping> | undefined;
}

/**
 * Returns the endpoints of services.
 *
 * @throws {MappingError} if the options of a service are wrong, or if two services answer the same
 * requests in the same way.
 */
export function endpointsOf(services: readonly DescService[]): Endpoint[] {
  const endpoints = new Map<string, Endpoint>();
  for (const route of services.flatMap((service) => getServiceMapping(service).routes)) {
    const { httpMethod } = route;
    const segments = route.path.map((part) => ("literal" in part ? part.literal : undefined));
    const key = `${httpMethod} ${segments.map((each) => each ?? "{}").join("/")}`;
    const known = endpoints.get(key);
    const added = endpointOf(route);
    checkDistinct(known?.document, added.document);
    checkDistinct(known?.stream, added.stream);
    endpoints.set(key, {
      httpMethod,
      segments,
      document: known?.document ?? added.document,
      stream: known?.stream ?? added.stream,
    });
  }
  return [...endpoints.values()];
}

function checkDistinct(known: RouteMapping | undefined, added: RouteMapping | undefined): void {
  if (known !== undefined && added !== undefined) {
    const path = added.path.map((part) => ("literal" in part ? part.literal : "{}")).join("/");
    const [one, other] = [known, added].map(
      ({ method: { desc } }) => `${desc.parent.typeName}.${desc.name}`,
    );
    throw new MappingError([
      {
        path: added.method.desc.parent.typeName,
        message: `${one} and ${other} answer ${added.httpMethod} /${path} in the same way; there may be one for documents and one for streams`,
      },
    ]);
  }
}

function endpointOf(route: RouteMapping): Pick<Endpoint, "document" | "stream"> {
  return isStream(route)
    ? { document: undefined, stream: route }
    : // All rpcs are unary or server-streaming.
      { document: route as RouteOf<UnaryMapping>, stream: undefined };
}

/** Returns whether the rpc of a route answers with a stream. */
export function isStream(route: RouteMapping): route is RouteOf<StreamMapping> {
  return route.method.kind === "stream";
}

/**
 * Returns the route that answers a request: the stream if the request asks for one.
 *
 * @throws {OpenAIHttpError} if the endpoint does not have that route.
 */
export function chooseRoute(
  { document, stream }: Endpoint,
  { url, body }: RequestParts,
): RouteOf<StreamMapping> | RouteOf<UnaryMapping> {
  if (stream !== undefined && document !== undefined) {
    return isStreamAsked(stream, url, body) ? stream : document;
  }
  if (stream !== undefined) {
    if (stream.body !== undefined) {
      streamingBody(body);
    }
    return stream;
  }
  if (document === undefined) {
    throw new TypeError("the endpoint has no route");
  }
  if (document.body !== undefined && asksForStream(body)) {
    throw OpenAIHttpError.create(400, {
      message: "No streams are served here: leave out 'stream', or set it to false.",
      param: "stream",
    });
  }
  return document;
}

function isStreamAsked(stream: RouteMapping, url: string, body: unknown): boolean {
  return stream.body === undefined
    ? queryOf(url).some(([name, value]) => name === "stream" && value === "true")
    : asksForStream(body);
}
