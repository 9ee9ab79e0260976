import type { DescMessage, Message } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  type EventGroup,
  OpenAIHttpError,
  type OpenedStream,
  type Source,
  type SourceAnswer,
  type SourceCall,
} from "@stepwire/connect/fetch";
import { isUtf8, mapEvents, passedResponseHeaders } from "@stepwire/connect/internal";
import type { MethodMapping, StreamMapping, UnaryMapping } from "@stepwire/mapping";
import { OpenAIJsonError } from "@stepwire/openai-json";
import { EventStreamError } from "@stepwire/openai-sse";
import { joinBytes } from "@stepwire/wire/internal";
import {
  createDocumentTranscoder,
  type DocumentTranscoder,
  decodeEventStream,
} from "../conversion.js";
import { ForwardTimeout } from "../pass-through/forward.js";
import { routeOf, toUpstream, type UpstreamParts } from "../routes/http-request.js";
import { Deadline } from "./deadline.js";
import { sniffEvents } from "./sniff-events.js";
import type { Upstream, UpstreamAnswer } from "./upstream.js";
import { type Body, EncodingError } from "./upstream-client.js";
import {
  badEncoding,
  eventTooLarge,
  interrupted,
  invalidUtf8,
  tooLarge,
  unexpected,
  upstreamTimeout,
} from "./upstream-errors.js";

/** Limits of what the upstream sends. */
export interface UpstreamLimits {
  readonly maxDocumentBytes: number;
  readonly maxEventBytes: number;
  /** Maximum duration of a stream, in milliseconds. */
  readonly streamTimeout: number;
  /**
   * Whether bytes that are not UTF-8 become U+FFFD. If false, they are an error. @defaultValue
   * false
   */
  readonly replaceInvalidUtf8?: boolean;
}

/** A source that sends requests to an OpenAI-compatible server. */
export class UpstreamSource implements Source {
  readonly #upstream: Upstream;
  readonly #limits: UpstreamLimits;
  readonly #transcoders = new Map<DescMessage, DocumentTranscoder>();

  constructor(upstream: Upstream, limits: UpstreamLimits) {
    this.#upstream = upstream;
    this.#limits = limits;
  }

  async call(method: UnaryMapping, request: Message, call: SourceCall): Promise<SourceAnswer> {
    const { signal } = call;
    const parts = partsOf(method, request);
    const answer = await this.#upstream.ask({
      ...parts,
      headers: call.headers,
      accept: "application/json",
      signal,
    });
    const { status } = answer;
    const headers = passedResponseHeaders(answer.headers);
    const json = this.#jsonOf(await this.#readAll(answer, signal));
    if (json.length === 0 && (status === NO_CONTENT || parts.method === "DELETE")) {
      return { content: undefined, status, headers };
    }
    const schema = method.content.message;
    try {
      return { content: this.#transcoder(schema).toBinary(json), status, headers };
    } catch (error) {
      throw error instanceof OpenAIJsonError
        ? unexpected(`a document of the type ${schema.name}`, error)
        : error;
    }
  }

  async open(method: StreamMapping, request: Message, call: SourceCall): Promise<OpenedStream> {
    const deadline = new Deadline(call.signal, this.#limits.streamTimeout);
    try {
      const answer = await this.#upstream.ask({
        ...partsOf(method, request),
        headers: call.headers,
        accept: "text/event-stream",
        signal: deadline.signal,
      });
      const body = await this.#eventBody(answer, deadline);
      return {
        status: answer.status,
        headers: passedResponseHeaders(answer.headers),
        events: this.#events(method.event.message, body, deadline),
      };
    } catch (error) {
      deadline.stop();
      throw error;
    }
  }

  #transcoder(schema: DescMessage): DocumentTranscoder {
    let transcoder = this.#transcoders.get(schema);
    if (transcoder === undefined) {
      transcoder = createDocumentTranscoder(schema, { maxBytes: this.#limits.maxDocumentBytes });
      this.#transcoders.set(schema, transcoder);
    }
    return transcoder;
  }

  async #eventBody(answer: UpstreamAnswer, deadline: Deadline): Promise<Body> {
    if (answer.contentType === "text/event-stream") {
      return answer.body;
    }
    let body: Body | undefined;
    try {
      body = await sniffEvents(answer.body);
    } catch (error) {
      throw this.#streamError(error, deadline);
    }
    if (body === undefined) {
      throw unexpected("a stream of events");
    }
    return body;
  }

  #events(schema: DescMessage, body: Body, deadline: Deadline): AsyncIterable<EventGroup> {
    const { maxEventBytes: maxBytes, replaceInvalidUtf8 } = this.#limits;
    const events = decodeEventStream(schema, body, { maxBytes, replaceInvalidUtf8 });
    return mapEvents(events, {
      mapError: (error) => {
        deadline.stop();
        return this.#streamError(error, deadline);
      },
      onEnd: () => deadline.stop(),
    });
  }

  #streamError(error: unknown, deadline: Deadline): OpenAIHttpError {
    if (deadline.isReached || error instanceof ForwardTimeout) {
      return upstreamTimeout(error);
    }
    if (error instanceof EncodingError) {
      return badEncoding(error);
    }
    if (!(error instanceof EventStreamError)) {
      return interrupted(error);
    }
    if (error.isInvalidUtf8) {
      return invalidUtf8(error);
    }
    return error.violations.some(({ code }) => code === "too_large")
      ? eventTooLarge(this.#limits.maxEventBytes, error)
      : unexpected("a stream of events", error);
  }

  /** Returns JSON as clients read it: UTF-8 without a byte order mark. */
  #jsonOf(bytes: Uint8Array): Uint8Array {
    if (!isUtf8(bytes)) {
      if (this.#limits.replaceInvalidUtf8 !== true) {
        throw invalidUtf8();
      }
      return new TextEncoder().encode(new TextDecoder().decode(bytes));
    }
    return BOM.every((byte, index) => bytes[index] === byte) ? bytes.subarray(BOM.length) : bytes;
  }

  async #readAll({ body }: UpstreamAnswer, signal: AbortSignal): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    try {
      for await (const chunk of body) {
        chunks.push(chunk);
        length += chunk.length;
        if (length > this.#limits.maxDocumentBytes) {
          throw tooLarge();
        }
      }
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof OpenAIHttpError) {
        throw error;
      }
      if (error instanceof EncodingError) {
        throw badEncoding(error);
      }
      throw error instanceof ForwardTimeout ? upstreamTimeout(error) : interrupted(error);
    }
    return joinBytes(chunks);
  }
}

const NO_CONTENT = 204;
const BOM = new TextEncoder().encode("\uFEFF");

/**
 * Returns the HTTP request for a request of an rpc.
 *
 * @throws {ConnectError} if the rpc has no route for it.
 */
function partsOf(method: MethodMapping, request: Message): UpstreamParts {
  const route = routeOf(method, request);
  if (route === undefined) {
    throw new ConnectError("the request matches no HTTP endpoint", Code.InvalidArgument);
  }
  return toUpstream(route, request);
}
