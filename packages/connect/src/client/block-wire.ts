import { create, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { StreamMapping } from "@stepwire/mapping";
import {
  type NumberedEvent,
  StreamFailure,
  StreamFormatError,
  StreamReader,
  type StreamReadOptions,
} from "@stepwire/wire";
import type { readCompressedStream, StreamEncoding } from "@stepwire/wire/compressed";
import { joinBytes } from "@stepwire/wire/internal";
import { codeForStatus, codeNamed } from "../errors/codes.js";
import { MAX_ERROR_BODY_BYTES, OpenAIHttpError } from "../errors/openai-http-error.js";
import { describedHeaders, type HeaderReader } from "../headers.js";
import {
  ERROR,
  REQUEST_MEDIA_TYPE,
  STREAM_ID,
  STREAM_MEDIA_TYPE,
  STREAM_VERSION,
  TIMEOUT,
} from "../stream-media-type.js";
import { mapEvents } from "../streams/map-events.js";
import { ENDED, type Polled, toPolled } from "../streams/polled.js";
import { startTimer, type Timer } from "../timer.js";
import type { ChunkQueue } from "./chunk-queue.js";
import type { Post, PostAnswer } from "./post.js";
import type {
  AnsweredHeaders,
  OpenedWire,
  StreamRequest,
  StreamWire,
  WireCall,
  WireEvent,
} from "./stream-wire.js";

/** Options of the stream format over HTTP. */
export interface BlockWireOptions {
  readonly post: Post;
  /** Largest event that is read, in bytes. */
  readonly maxEventBytes: number;
  /** Whether the service may compress streams. */
  readonly compression: boolean;
  /** Reads a compressed stream. By default, the answer to `post` is decompressed already. */
  readonly readCompressed?: typeof readCompressedStream;
}

/** The service does not answer in the stream format. */
export class NotServedError extends Error {
  override readonly name = "NotServedError";
  /** The HTTP status of its answer. */
  readonly status: number;

  constructor(status: number) {
    super(`the service does not serve the stream format: it answered with the status ${status}`);
    this.status = status;
  }
}

/** The statuses with which other servers, or earlier versions of this one, refuse the request. */
const notServed: ReadonlySet<number> = new Set([404, 405, 406, 415, 501]);

/** Errors that are about the connection, or the process at its other end. */
const transient: ReadonlySet<Code> = new Set([
  Code.Canceled,
  Code.Unknown,
  Code.Aborted,
  Code.Internal,
  Code.Unavailable,
]);

/** Opens streams in the stream format. */
export class BlockWire implements StreamWire {
  readonly #options: BlockWireOptions;

  constructor(options: BlockWireOptions) {
    this.#options = options;
  }

  /** @throws {NotServedError} if the service does not serve the stream format. */
  async open(
    method: StreamMapping,
    request: StreamRequest,
    { signal, timeoutMs, headers }: WireCall,
  ): Promise<OpenedWire> {
    const { desc } = method;
    const ending = new Ending(signal, timeoutMs);
    try {
      const answer = await this.#options.post({
        path: `/${desc.parent.typeName}/${desc.name}`,
        headers: {
          ...Object.fromEntries(headers),
          accept: `${STREAM_MEDIA_TYPE};version=${STREAM_VERSION}`,
          "accept-encoding": this.#options.compression ? "zstd, gzip" : "identity",
          "content-type": REQUEST_MEDIA_TYPE,
          ...(timeoutMs !== undefined && { [TIMEOUT]: String(timeoutMs) }),
        },
        body: toBinary(desc.input, create(desc.input, request)),
        signal: ending.signal,
      });
      const encoding = await checkAnswer(answer);
      const { maxEventBytes, readCompressed } = this.#options;
      const { headers: header, body } = answer;
      const blocks =
        encoding === "identity" || readCompressed === undefined
          ? readBlocks(body, { maxEventBytes })
          : toPolled(mapEvents(readCompressed(body, { maxEventBytes, encoding }), {}));
      return new AnsweredStream(header, body, blocks, ending);
    } catch (error) {
      ending.stop();
      throw error instanceof NotServedError ? error : ending.explain(error);
    }
  }
}

/** Reads a stream. Ends its call with it. */
class AnsweredStream implements OpenedWire {
  readonly header: AnsweredHeaders;
  readonly #blocks: BlockSource;
  readonly #body: ChunkQueue;
  readonly #ending: Ending;

  constructor(header: AnsweredHeaders, body: ChunkQueue, blocks: BlockSource, ending: Ending) {
    this.header = header;
    this.#blocks = blocks;
    this.#body = body;
    this.#ending = ending;
  }

  get streamId(): string {
    return this.header.get(STREAM_ID) ?? "";
  }

  take(): readonly WireEvent[] | typeof ENDED | undefined {
    try {
      const block = this.#blocks.take();
      if (block === ENDED) {
        this.#ending.stop();
        return block;
      }
      return block?.map(({ number, bytes }) => ({ number, event: bytes }));
    } catch (error) {
      this.#ending.stop();
      throw this.#ending.explain(error);
    }
  }

  wait(wake: () => void): void {
    this.#blocks.wait(wake);
  }

  cancel(): void {
    this.#ending.stop();
    this.#body.cancel();
  }
}

type BlockSource = Pick<Polled<readonly NumberedEvent[]>, "take" | "wait">;

/** Returns the blocks of a stream that is not compressed. */
function readBlocks(body: ChunkQueue, options: StreamReadOptions): BlockSource {
  const reader = new StreamReader(options);
  return {
    take: () => {
      for (;;) {
        const block = reader.nextBlock();
        if (block.length > 0) {
          return block;
        }
        const chunk = body.take();
        if (chunk === undefined) {
          return undefined;
        }
        if (chunk === ENDED) {
          reader.finish();
          return ENDED;
        }
        reader.push(chunk);
      }
    },
    wait: (wake) => body.wait(wake),
  };
}

/** The end of a call before its answer: by its caller, or by its deadline. */
class Ending {
  readonly #caller: AbortSignal | undefined;
  readonly #controller = new AbortController();
  readonly #timer: Timer | undefined;
  #isOvertime = false;

  constructor(caller: AbortSignal | undefined, timeoutMs: number | undefined) {
    this.#caller = caller;
    if (timeoutMs !== undefined) {
      const end = (): void => {
        this.#isOvertime = true;
        this.#controller.abort(overtime());
      };
      this.#timer = startTimer(end, timeoutMs);
    }
    caller?.addEventListener("abort", this.#leave, { once: true });
    if (caller?.aborted === true) {
      this.#leave();
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener("abort", this.#leave);
  }

  readonly #leave = (): void => {
    this.#controller.abort(this.#caller?.reason);
  };

  /** Returns the error for what ended a stream. */
  explain(error: unknown): ConnectError {
    if (this.#caller?.aborted === true) {
      return ConnectError.from(this.#caller.reason, Code.Canceled);
    }
    if (this.#isOvertime) {
      return overtime();
    }
    if (error instanceof ConnectError) {
      return error;
    }
    if (error instanceof OpenAIHttpError) {
      return error.toConnectError();
    }
    if (error instanceof StreamFailure) {
      return reportedError(error);
    }
    if (error instanceof StreamFormatError && error.code !== "cut_off") {
      // The code that Connect has for a message that is too large.
      const code = error.code === "too_large" ? Code.ResourceExhausted : Code.DataLoss;
      return connectError(error.message, code, error);
    }
    return connectError("the connection to the service broke", Code.Unavailable, error);
  }
}

function overtime(): ConnectError {
  return new ConnectError("the stream took too long", Code.DeadlineExceeded);
}

function connectError(message: string, code: Code, cause: unknown): ConnectError {
  return new ConnectError(message, code, undefined, undefined, cause);
}

function reportedError(failure: StreamFailure): ConnectError {
  try {
    return OpenAIHttpError.fromBinary(failure.detail).toConnectError();
  } catch (cause) {
    return connectError("the error that ended the stream cannot be read", Code.DataLoss, cause);
  }
}

const OK = 200;

/**
 * Returns the encoding of a stream.
 *
 * @throws {OpenAIHttpError | ConnectError} if the answer is an error.
 * @throws {NotServedError} if it is from a server that does not serve the stream format.
 */
async function checkAnswer({ status, headers, body }: PostAnswer): Promise<StreamEncoding> {
  const [type = ""] = (headers.get("content-type") ?? "").split(";");
  if (status === OK && type.trim().toLowerCase() === STREAM_MEDIA_TYPE) {
    return encodingIn(headers, body);
  }
  const [name = "", ...words] = (headers.get(ERROR) ?? "").split(" ");
  const code = codeNamed(name);
  if (code === undefined) {
    body.cancel();
    if (notServed.has(status)) {
      throw new NotServedError(status);
    }
    throw new ConnectError(`the service answered with the status ${status}`, codeForStatus(status));
  }
  const content = await readError(body);
  const error = new OpenAIHttpError({
    status,
    headers: describedHeaders(headers),
    body: content,
    truncated: words.includes("truncated"),
    code,
  });
  throw transient.has(code) && !words.includes("answer")
    ? new ConnectError("the service failed", code)
    : error;
}

function encodingIn(headers: HeaderReader, body: ChunkQueue): StreamEncoding {
  const encoding = headers.get("content-encoding") ?? "identity";
  if (encoding === "identity" || encoding === "gzip" || encoding === "zstd") {
    return encoding;
  }
  body.cancel();
  throw new ConnectError("the stream has an unknown content-encoding", Code.Internal);
}

/** Reads the body of an error, up to one byte more than is kept. */
async function readError(body: ChunkQueue): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_ERROR_BODY_BYTES) {
      break;
    }
  }
  return joinBytes(chunks);
}
