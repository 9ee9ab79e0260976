import type {
  DescMessage,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  Message,
  MessageShape,
} from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { StreamMapping, UnaryMapping } from "@stepwire/mapping";
import type { Encoded, EventGroup } from "./encoded.js";
import type { Header } from "./headers.js";
import type { CallValues } from "./server/call-context.js";

/** The signal and the headers of a call that a source answers. */
export interface SourceCall {
  /** Aborted when nobody waits for the answer any more, or when the deadline has passed. */
  readonly signal: AbortSignal;
  /** Headers that are passed on to the server, including the caller's credentials. */
  readonly headers: readonly Header[];
  /** What belongs to the call, such as what an interceptor has set; undefined if it is no call of a service. */
  readonly values?: CallValues;
}

/** A document, with the headers to pass back. */
export interface SourceAnswer {
  /** The document within the response; undefined if the server's answer has no body. */
  readonly content: Encoded | undefined;
  readonly headers?: readonly Header[];
  /** The HTTP status of the answer, from 200 to 299. @defaultValue 200 */
  readonly status?: number;
}

/** A stream that the server has accepted. */
export interface OpenedStream {
  /**
   * The identifier with which the source itself can resume the stream, even after a restart of the
   * server. Without it, a stream can only be resumed until the server ends.
   */
  readonly streamId?: string;
  readonly headers?: readonly Header[];
  /** The HTTP status of the answer, from 200 to 299. @defaultValue 200 */
  readonly status?: number;
  /**
   * The events, alone or as arrays of those that came together. The next element is requested only
   * when the reader is ready for it.
   */
  readonly events: AsyncIterable<Encoded | EventGroup>;
}

/** The position from which to resume a stream. */
export interface StreamPosition {
  readonly streamId: string;
  /** The number of the last event that was received; 0 if there was none. */
  readonly after: number;
}

/**
 * Answers the calls of one or more services. A source throws `OpenAIHttpError` for errors that a
 * client of the API should see.
 */
export interface Source {
  /** Answers a unary rpc with the document for its response. */
  call(method: UnaryMapping, request: Message, call: SourceCall): Promise<SourceAnswer>;
  /**
   * Opens the stream of a streaming rpc. Settles when the server has accepted the request; the
   * events follow.
   */
  open(method: StreamMapping, request: Message, call: SourceCall): Promise<OpenedStream>;
  /**
   * Opens a stream again and returns the events after a given one. Only for sources that return a
   * `streamId`. Returns undefined if the stream does not exist.
   */
  reopen?(
    method: StreamMapping,
    position: StreamPosition,
    call: SourceCall,
  ): Promise<OpenedStream | undefined>;
}

/** The functions of a source for one service, by the local names of its rpcs. */
export type SourceHandlers<Service extends DescService> = {
  readonly [Name in keyof Service["method"]]?: SourceHandler<Service["method"][Name]>;
};

/** Answers one rpc with a document or a stream. */
export type SourceHandler<Method> =
  Method extends DescMethodUnary<infer Input, DescMessage>
    ? (request: MessageShape<Input>, call: SourceCall) => Promise<SourceAnswer>
    : Method extends DescMethodServerStreaming<infer Input, DescMessage>
      ? (request: MessageShape<Input>, call: SourceCall) => Promise<OpenedStream>
      : never;

/**
 * Creates a source from a typed function for each rpc. An rpc without a function is reported as
 * unimplemented.
 */
export function createSource<Service extends DescService>(
  _service: Service,
  handlers: SourceHandlers<Service>,
  { reopen }: Pick<Source, "reopen"> = {},
): Source {
  const invoke = async <Answer>(
    name: string,
    request: Message,
    call: SourceCall,
  ): Promise<Answer> => {
    // The type of `handlers` ensures that each function belongs to the rpc of its name.
    const byName = handlers as Readonly<Record<string, Handler<Answer> | undefined>>;
    const answer = byName[name]?.(request, call);
    if (answer === undefined) {
      throw new ConnectError(`${name} is not implemented`, Code.Unimplemented);
    }
    return await answer;
  };
  return {
    call: ({ desc }, request, call) => invoke<SourceAnswer>(desc.localName, request, call),
    open: ({ desc }, request, call) => invoke<OpenedStream>(desc.localName, request, call),
    ...(reopen && { reopen }),
  };
}

type Handler<Answer> = (request: Message, call: SourceCall) => Promise<Answer>;
