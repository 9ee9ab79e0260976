import type {
  DescField,
  DescMessage,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescOneof,
  DescService,
} from "@bufbuild/protobuf";
import type { SingularMapping } from "./model.js";

/**
 * The HTTP endpoints of a service, and the parts that its messages have, read from its
 * descriptor and the options of `stepwire/json/v1/route.proto`.
 */
export interface ServiceMapping {
  readonly desc: DescService;
  /** All rpcs but the one that closes streams. */
  readonly methods: readonly MethodMapping[];
  /** By the name of the rpc. */
  readonly methodByName: ReadonlyMap<string, MethodMapping>;
  readonly routes: readonly RouteMapping[];
  /** The rpc that ends a stream early, if there is one. */
  readonly closing: ClosingMapping | undefined;
}

/** An rpc by what it answers. */
export type MethodMapping = UnaryMapping | StreamMapping;

/** An rpc that answers with one document. */
export interface UnaryMapping {
  readonly kind: "unary";
  readonly desc: DescMethodUnary;
  /** The name of the rpc for logs and metrics: `get_run_step`. */
  readonly operation: string;
  /** The response's field with the document. */
  readonly content: MessageField;
}

/** An rpc that answers with a stream of events. */
export interface StreamMapping {
  readonly kind: "stream";
  readonly desc: DescMethodServerStreaming;
  /** The name of the rpc for logs and metrics: `stream_run_events`. */
  readonly operation: string;
  /** The response's oneof: the opening, or an event. */
  readonly oneof: DescOneof;
  readonly opening: MessageField;
  readonly event: MessageField;
  /** The response's field with the number of the event. */
  readonly number: DescField;
  /** The request's field by which a stream is resumed, if it has one. */
  readonly resume: MessageField | undefined;
  /** The request's field with the time for which a stream is kept, if it has one. */
  readonly resumeWindow: MessageField | undefined;
}

/** An rpc that ends a stream early. */
export interface ClosingMapping {
  readonly desc: DescMethodUnary;
  /** The request's field with the identifier of the stream. */
  readonly streamId: DescField;
}

/** A field that holds one message. */
export type MessageField = DescField & { readonly fieldKind: "message" };

/** The methods of HTTP that a route can have. */
export type HttpMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** An HTTP endpoint of an rpc. */
export interface RouteMapping {
  readonly method: MethodMapping;
  /** What the endpoint does, for logs and metrics: the arm's name, or the rpc's in snake case. */
  readonly operation: string;
  readonly httpMethod: HttpMethod;
  /** The path below the prefix of the API, part by part. */
  readonly path: readonly PathPart[];
  /** The arm of the request's oneof that is set; undefined for the request itself. */
  readonly arm: MessageField | undefined;
  /** The message that the fields below belong to: that of the arm, or the request. */
  readonly input: DescMessage;
  /** The string field with the body. */
  readonly body: DescField | undefined;
  /** The field with the parameters that no other field holds. */
  readonly rest: DescField | undefined;
  /** The other parameters of the query. */
  readonly parameters: readonly ParameterMapping[];
  /** The event that begins a stream of this endpoint, and of no other. */
  readonly firstEvent: string | undefined;
}

/** A part of a path between two slashes. */
export type PathPart = { readonly literal: string } | { readonly field: DescField };

/** A query parameter that a field holds. */
export interface ParameterMapping {
  readonly name: string;
  readonly field: DescField;
  readonly value: ParameterValue;
}

/** The value of a query parameter, or one of several. */
export type ParameterValue =
  | { readonly kind: "list" }
  | Extract<SingularMapping, { kind: "string" | "boolean" | "double" | "integer" | "enum" }>;
