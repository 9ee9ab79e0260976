import type { DescService } from "@bufbuild/protobuf";
import { OpenAIHttpError } from "@stepwire/connect";
import {
  getServiceMapping,
  type HttpMethod,
  type MethodMapping,
  type RouteMapping,
  type StreamMapping,
  type UnaryMapping,
} from "@stepwire/mapping";
import type { FastifyRequest } from "fastify";
import { GatewayFailure } from "../failure.js";
import { queryOf } from "../routes/query.js";
import { asksForStream, streamingBody } from "./request-body.js";

/** A route of a unary or a streaming rpc. */
export type RouteOf<Method extends MethodMapping> = RouteMapping & { readonly method: Method };

/** An HTTP method and path, with the routes that answer it. */
export interface Endpoint {
  readonly httpMethod: HttpMethod;
  /** The path in fastify's syntax. Variables are named by their position. */
  readonly url: string;
  /** The route that answers with a document. */
  readonly document: RouteOf<UnaryMapping> | undefined;
  /** The route that answers with a stream. */
  readonly stream: RouteOf<StreamMapping> | undefined;
}

/**
 * Returns the endpoints of services.
 *
 * @throws {MappingError} if the options of a service are wrong.
 * @throws {GatewayFailure} if two services answer the same requests in the same way.
 */
export function endpointsOf(services: readonly DescService[]): Endpoint[] {
  const endpoints = new Map<string, Endpoint>();
  for (const route of services.flatMap((service) => getServiceMapping(service).routes)) {
    const { httpMethod } = route;
    const url = urlOf(route);
    const key = `${httpMethod} ${url}`;
    const known = endpoints.get(key);
    const added = endpointOf(route);
    checkDistinct(known?.document, added.document);
    checkDistinct(known?.stream, added.stream);
    endpoints.set(key, {
      httpMethod,
      url,
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
    throw new GatewayFailure(
      `${one} and ${other} answer ${added.httpMethod} /${path} in the same way; there may be one for documents and one for streams`,
    );
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

function urlOf({ path }: RouteMapping): string {
  return path
    .map((part, index) => `/${"literal" in part ? part.literal : variableName(index)}`)
    .join("");
}

function variableName(index: number): string {
  return `:part${index}`;
}

/** Returns the values of the path variables of a request, in order. */
export function pathVariables({ path }: RouteMapping, request: FastifyRequest): string[] {
  // Fastify parsed these values by the path above.
  const values = request.params as Readonly<Record<string, string>>;
  return path.flatMap((part, index) =>
    "field" in part ? [values[variableName(index).slice(1)] ?? ""] : [],
  );
}

/**
 * Returns the route that answers a request: the stream if the request asks for one.
 *
 * @throws {OpenAIHttpError} if the endpoint does not have that route.
 */
export function chooseRoute(
  { document, stream }: Endpoint,
  request: FastifyRequest,
): RouteOf<StreamMapping> | RouteOf<UnaryMapping> {
  if (stream !== undefined && document !== undefined) {
    return isStreamAsked(stream, request) ? stream : document;
  }
  if (stream !== undefined) {
    if (stream.body !== undefined) {
      streamingBody(request.body);
    }
    return stream;
  }
  if (document === undefined) {
    throw new TypeError("the endpoint has no route");
  }
  if (document.body !== undefined && asksForStream(request.body)) {
    throw OpenAIHttpError.create(400, {
      message: "No streams are served here: leave out 'stream', or set it to false.",
      param: "stream",
    });
  }
  return document;
}

function isStreamAsked({ body }: RouteMapping, request: FastifyRequest): boolean {
  return body === undefined
    ? queryOf(request.url).some(([name, value]) => name === "stream" && value === "true")
    : asksForStream(request.body);
}
