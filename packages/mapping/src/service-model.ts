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
 * The HTTP endpoints of a service and the special fields of its messages, compiled from its
 * descriptor and the options in `stepwire/json/v1/route.proto`.
 */
export interface ServiceMapping {
  readonly desc: DescService;
  /** All rpcs except the one that closes streams. */
  readonly methods: readonly MethodMapping[];
  /** The rpcs, by name. */
  readonly methodByName: ReadonlyMap<string, MethodMapping>;
  readonly routes: readonly RouteMapping[];
  /** The rpc that ends streams early; undefined if there is none. */
  readonly closing: ClosingMapping | undefined;
}

/** An rpc that returns a document or a stream. */
export type MethodMapping = UnaryMapping | StreamMapping;

/** An rpc that returns one document. */
export interface UnaryMapping {
  readonly kind: "unary";
  readonly desc: DescMethodUnary;
  /** The name of the rpc for logs and metrics, such as `get_run_step`. */
  readonly operation: string;
  /** The field of the response with the document. */
  readonly content: MessageField;
}

/** An rpc that returns a stream of events. */
export interface StreamMapping {
  readonly kind: "stream";
  readonly desc: DescMethodServerStreaming;
  /** The name of the rpc for logs and metrics, such as `stream_run_events`. */
  readonly operation: string;
  /** The oneof of the response: either the opening or an event. */
  readonly oneof: DescOneof;
  readonly opening: MessageField;
  readonly event: MessageField;
  /** The field of the response with the number of the event. */
  readonly number: DescField;
  /**
   * The field of the response with the events that follow the first one; undefined if each response
   * has at most one event.
   */
  readonly following: DescField | undefined;
  /** The field of the request that asks to resume a stream; undefined if it has none. */
  readonly resume: MessageField | undefined;
  /**
   * The field of the request with the time for which the stream is kept without a reader; undefined
   * if it has none.
   */
  readonly resumeWindow: MessageField | undefined;
}

/** An rpc that ends streams early. */
export interface ClosingMapping {
  readonly desc: DescMethodUnary;
  /** The field of the request with the identifier of the stream. */
  readonly streamId: DescField;
  /** The field with the identifiers of further streams; undefined if there is none. */
  readonly streamIds: DescField | undefined;
}

/** A singular message field. */
export type MessageField = DescField & { readonly fieldKind: "message" };

/** The HTTP methods of routes. */
export type HttpMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** An HTTP endpoint of an rpc. */
export interface RouteMapping {
  readonly method: MethodMapping;
  /**
   * The name of the operation for logs and metrics: the arm's name, or that of the rpc in snake
   * case.
   */
  readonly operation: string;
  readonly httpMethod: HttpMethod;
  /** The path below the API's prefix, as a list of segments. */
  readonly path: readonly PathPart[];
  /**
   * The arm of the request's oneof that this endpoint sets; undefined if its fields are in the
   * request itself.
   */
  readonly arm: MessageField | undefined;
  /** The message that contains the fields below: that of the arm, or the request. */
  readonly input: DescMessage;
  /** The string field with the body; undefined if the endpoint has none. */
  readonly body: DescField | undefined;
  /** The field with the query parameters that no other field holds; undefined if there is none. */
  readonly rest: DescField | undefined;
  /** The query parameters that have a field of their own. */
  readonly parameters: readonly ParameterMapping[];
  /**
   * The name of the first event in streams of this endpoint, if it is different from other
   * endpoints.
   */
  readonly firstEvent: string | undefined;
}

/** A path segment. */
export type PathPart = { readonly literal: string } | { readonly field: DescField };

/** A query parameter that is stored in a field. */
export interface ParameterMapping {
  readonly name: string;
  readonly field: DescField;
  readonly value: ParameterValue;
}

/** The type of a query parameter's value, or of each of its values. */
export type ParameterValue =
  | { readonly kind: "list" }
  | Extract<SingularMapping, { kind: "string" | "boolean" | "double" | "integer" | "enum" }>;
