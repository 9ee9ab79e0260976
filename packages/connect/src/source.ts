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
import type { Encoded } from "./encoded.js";
import type { Header } from "./headers.js";

/** The circumstances of a call that a source answers. */
export interface SourceCall {
  /** Aborted when nobody waits for the answer any more, or its deadline has passed. */
  readonly signal: AbortSignal;
  /** Headers that pass to the server, including the caller's credentials. */
  readonly headers: readonly Header[];
}

/** A document, with the headers that pass back. */
export interface SourceAnswer {
  /** The document within the response. */
  readonly content: Encoded;
  readonly headers?: readonly Header[];
}

/** A stream that the server has accepted. */
export interface OpenedStream {
  /**
   * The identifier by which the source itself can resume the stream, also after a restart.
   * Without it, a stream can be resumed for as long as the server is there.
   */
  readonly streamId?: string;
  readonly headers?: readonly Header[];
  /** Taken from only as fast as the reader reads. */
  readonly events: AsyncIterable<Encoded>;
}

/** Where to resume a stream. */
export interface StreamPosition {
  readonly streamId: string;
  /** The number of the last event that arrived; 0 for none. */
  readonly after: number;
}

/**
 * Answers the calls of one or several services. A source throws `OpenAIHttpError` for what
 * a client of the API is to see.
 */
export interface Source {
  /** Answers a unary rpc with the document of its response. */
  call(method: UnaryMapping, request: Message, call: SourceCall): Promise<SourceAnswer>;
  /**
   * Opens the stream of a streaming rpc. Settles when the server has accepted the request,
   * with the events to come.
   */
  open(method: StreamMapping, request: Message, call: SourceCall): Promise<OpenedStream>;
  /**
   * Opens a stream again, with the events after one that arrived; for sources that gave it
   * a `streamId`. Undefined if there is no such stream.
   */
  reopen?(
    method: StreamMapping,
    position: StreamPosition,
    call: SourceCall,
  ): Promise<OpenedStream | undefined>;
}

/** A function for each rpc of a service that a source answers, by the rpc's local name. */
export type SourceHandlers<Service extends DescService> = {
  readonly [Name in keyof Service["method"]]?: SourceHandler<Service["method"][Name]>;
};

/** Answers one rpc: with a document, or with a stream. */
export type SourceHandler<Method> =
  Method extends DescMethodUnary<infer Input, DescMessage>
    ? (request: MessageShape<Input>, call: SourceCall) => Promise<SourceAnswer>
    : Method extends DescMethodServerStreaming<infer Input, DescMessage>
      ? (request: MessageShape<Input>, call: SourceCall) => Promise<OpenedStream>
      : never;

/** A source with a typed function for each rpc; an rpc without one is not implemented. */
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
    // The type of the handlers has checked each against the rpc of its name.
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
