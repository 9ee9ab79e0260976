import { fromBinary, type Message } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { StreamMapping } from "@stepwire/mapping";
import { StreamWriter } from "@stepwire/wire";
import type { StreamEncoding } from "@stepwire/wire/compressed";
import { codeName } from "../errors/codes.js";
import { carriesAnswer, OpenAIHttpError } from "../errors/openai-http-error.js";
import {
  describedHeaders,
  type Header,
  type HeaderReader,
  keepAliveIntervalIn,
} from "../headers.js";
import {
  acceptance,
  ERROR,
  REQUEST_MEDIA_TYPE,
  STREAM_ID,
  STREAM_MEDIA_TYPE,
  STREAM_VERSION,
} from "../stream-media-type.js";
import { keepAlive } from "../streams/keep-alive.js";
import type { NumberedBlock } from "../streams/live-stream.js";
import { ENDED, isPolled, type Polled } from "../streams/polled.js";
import { StoreUnavailableError } from "../streams/stored-stream.js";
import { RestartableTimer } from "../timer.js";
import type { BlockCall } from "./block-call.js";
import { type AnswerCompression, type StreamCompressor, uncompressed } from "./compression.js";
import type { ResponseSink } from "./response-sink.js";
import type { BlockHandler } from "./server.js";
import type { OpenedBlocks } from "./streaming.js";

/** Options for answering in the stream format. */
export interface BlockResponseOptions {
  /** Without it, streams are not compressed. */
  readonly compression?: AnswerCompression | undefined;
  readonly maxMessageBytes: number;
}

/** Returns whether a request is for the stream format, as opposed to Connect or gRPC. */
export function isForStreamFormat(headers: HeaderReader): boolean {
  const [type = ""] = (headers.get("content-type") ?? "").split(";");
  const accept = headers.get("accept");
  return (
    type.trim().toLowerCase() === REQUEST_MEDIA_TYPE ||
    (accept?.toLowerCase().includes(STREAM_MEDIA_TYPE) ?? false)
  );
}

/** Answers a streaming rpc in the stream format. Never rejects. */
export async function respondInBlocks(
  method: StreamMapping,
  handler: BlockHandler,
  call: BlockCall,
  sink: ResponseSink,
  { compression, maxMessageBytes }: BlockResponseOptions,
): Promise<void> {
  try {
    checkRequest(call);
    const request = parse(method, await call.readBody(maxMessageBytes));
    const opened = await handler(request, call);
    await new BlockResponse(sink, method, opened, call, compression).send();
  } catch (error) {
    sendError(sink, error);
  } finally {
    call.end();
  }
}

/** @throws {OpenAIHttpError} if the request cannot be read, or its answer could not be. */
function checkRequest({ method, requestHeader: header }: BlockCall): void {
  if (method !== "POST") {
    throw refusal(405, "method_not_allowed", "Streams are served for POST.");
  }
  switch (acceptance(header.get("accept"))) {
    case "not accepted":
      throw refusal(
        406,
        "not_acceptable",
        `The stream is served as ${STREAM_MEDIA_TYPE}, which the request does not accept.`,
      );
    case "other version":
      throw refusal(
        406,
        "unsupported_version",
        `The stream is served in version ${STREAM_VERSION} of the format, which the request does not accept.`,
      );
    default:
  }
  const [type = ""] = (header.get("content-type") ?? "").split(";");
  if (type.trim().toLowerCase() !== REQUEST_MEDIA_TYPE) {
    throw refusal(
      415,
      "unsupported_media_type",
      `The request is not of the type ${REQUEST_MEDIA_TYPE}.`,
    );
  }
  if (!/^\s*(identity)?\s*$/i.test(header.get("content-encoding") ?? "")) {
    throw refusal(
      415,
      "unsupported_content_encoding",
      "The request's body has a content-encoding, which is not served.",
    );
  }
}

function refusal(status: number, code: string, message: string): OpenAIHttpError {
  return OpenAIHttpError.create(status, { message, code });
}

function parse({ desc }: StreamMapping, bytes: Uint8Array): Message {
  try {
    return fromBinary(desc.input, bytes);
  } catch (cause) {
    const message = `The request is not a message of the type ${desc.input.typeName}.`;
    throw OpenAIHttpError.create(400, { message, code: "malformed_request" }, { cause });
  }
}

/** Headers of the stream format; a source cannot set them. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  "content-type",
  "content-encoding",
  "cache-control",
  "vary",
  STREAM_ID,
]);

const NOTHING = new Uint8Array(0);

/** Stands for a time of silence. */
const SILENCE: NumberedBlock = { first: 0, events: [] };

/**
 * Why no block is sent: there is none, the stream has ended, the caller does not read, or it is gone.
 */
type SendState = "silent" | "ended" | "full" | "gone";

/** Sends a stream, no faster than the caller reads. */
class BlockResponse {
  readonly #sink: ResponseSink;
  readonly #call: BlockCall;
  readonly #writer: StreamWriter;
  readonly #encoding: StreamEncoding;
  readonly #compression: AnswerCompression | undefined;
  readonly #opened: OpenedBlocks;

  constructor(
    sink: ResponseSink,
    method: StreamMapping,
    opened: OpenedBlocks,
    call: BlockCall,
    compression: AnswerCompression | undefined,
  ) {
    this.#sink = sink;
    this.#call = call;
    this.#opened = opened;
    this.#writer = new StreamWriter(method.event.message, { firstNumber: opened.first });
    this.#compression = compression;
    this.#encoding =
      compression === undefined
        ? "identity"
        : preferredEncoding(call.requestHeader.get("accept-encoding"));
  }

  async send(): Promise<void> {
    this.#sendHead();
    const { blocks } = this.#opened;
    const interval = keepAliveIntervalIn(this.#call.requestHeader);
    let last: Uint8Array | undefined;
    if (this.#encoding === "identity" && isPolled(blocks)) {
      try {
        last = await this.#sendPolled(blocks, interval);
      } catch (error) {
        last = this.#failure(error);
      } finally {
        await blocks.return?.();
      }
    } else {
      last = await this.#sendAwaited(
        keepAlive(blocks, { interval, element: () => SILENCE }),
        this.#createCompressor(),
      );
    }
    await this.#end(last);
  }

  #createCompressor(): StreamCompressor {
    return this.#encoding === "identity" || this.#compression === undefined
      ? uncompressed
      : this.#compression.stream(this.#encoding);
  }

  async #sendAwaited(
    blocks: AsyncIterableIterator<NumberedBlock, undefined>,
    compressor: StreamCompressor,
  ): Promise<Uint8Array | undefined> {
    try {
      let last: Uint8Array | undefined;
      try {
        last = await this.#sendBlocks(blocks, compressor);
      } catch (error) {
        last = this.#failure(error);
      }
      return last === undefined || this.#sink.isGone ? undefined : await compressor.end(last);
    } finally {
      compressor.close();
      await blocks.return?.();
    }
  }

  #sendHead(): void {
    const { streamId } = this.#opened;
    const encoding = this.#encoding;
    const headers: Header[] = this.#call.answerHeaders.filter(
      ([name]) => !OWN_HEADERS.has(name.toLowerCase()),
    );
    headers.push(
      ["content-type", STREAM_MEDIA_TYPE],
      ["cache-control", "no-store"],
      ["vary", "accept, accept-encoding"],
    );
    if (encoding !== "identity") {
      headers.push(["content-encoding", encoding]);
    }
    if (streamId !== "") {
      headers.push([STREAM_ID, streamId]);
    }
    this.#sink.head(200, headers);
    this.#sink.write(NOTHING);
  }

  /**
   * Sends blocks without a promise for each. Returns the end of the stream; undefined if nobody
   * reads any more.
   */
  #sendPolled(
    blocks: Polled<NumberedBlock>,
    keepAliveInterval: number,
  ): Promise<Uint8Array | undefined> {
    const sink = this.#sink;
    const writer = this.#writer;
    let isSilent = false;
    return new Promise((resolve, reject) => {
      const send = (): void => {
        let state: SendState;
        try {
          state = this.#sendAvailable(blocks);
        } catch (error) {
          silence?.stop();
          reject(error);
          return;
        }
        isSilent = state === "silent";
        if (isSilent) {
          silence?.restart();
          blocks.wait(send);
        } else if (state === "full") {
          void sink.writable().then(send);
        } else {
          silence?.stop();
          resolve(state === "ended" ? writer.end() : undefined);
        }
      };
      const sayAlive = (): void => {
        if (isSilent && !sink.isGone) {
          sink.write(writer.alive());
        }
        silence?.restart();
      };
      const silence =
        keepAliveInterval > 0 ? new RestartableTimer(sayAlive, keepAliveInterval) : undefined;
      send();
    });
  }

  /** Sends all blocks that are there, as far as the caller reads. */
  #sendAvailable(blocks: Polled<NumberedBlock>): SendState {
    while (!this.#sink.isGone) {
      const block = blocks.take();
      if (block === undefined) {
        return "silent";
      }
      if (block === ENDED) {
        return "ended";
      }
      if (!this.#sink.write(this.#writer.write(block.events, block.first))) {
        return "full";
      }
    }
    return "gone";
  }

  /** Returns the end of the stream; undefined if nobody reads any more. */
  async #sendBlocks(
    blocks: AsyncIterator<NumberedBlock, undefined>,
    compressor: StreamCompressor,
  ): Promise<Uint8Array | undefined> {
    const isCompressed = this.#encoding !== "identity";
    for (;;) {
      const { done, value } = await blocks.next();
      if (done === true) {
        return this.#writer.end();
      }
      const { first, events } = value;
      const block = events.length === 0 ? this.#writer.alive() : this.#writer.write(events, first);
      const isWritable = this.#sink.write(isCompressed ? await compressor.compress(block) : block);
      if (!isWritable) {
        await this.#sink.writable();
      }
      if (this.#sink.isGone) {
        return undefined;
      }
    }
  }

  /**
   * Returns the record that reports an error. Returns undefined if the server is shutting down or
   * its store fails: the stream is then cut off, and the caller resumes it elsewhere.
   */
  #failure(error: unknown): Uint8Array | undefined {
    const { signal } = this.#call;
    const reason: unknown = signal.aborted ? signal.reason : error;
    if (signal.aborted && ConnectError.from(reason).code !== Code.DeadlineExceeded) {
      return undefined;
    }
    if (reason instanceof StoreUnavailableError) {
      return undefined;
    }
    return this.#writer.fail(OpenAIHttpError.from(reason).toBinary());
  }

  /** Ends the response, and settles when the caller has got it or is gone. */
  async #end(last: Uint8Array | undefined): Promise<void> {
    const sink = this.#sink;
    if (sink.isGone) {
      return;
    }
    await new Promise<void>((resolve) => {
      sink.onGone(resolve);
      // One write for the end of the stream and that of the response. An HTTP/2 stream that its caller
      // has reset has no further event: only this function is called.
      sink.end(last, resolve);
    });
  }
}

/** Returns the encoding with the smallest result that a caller accepts. */
function preferredEncoding(accepted: string | null): StreamEncoding {
  const names = (accepted ?? "")
    .split(",")
    .map((each) => each.trim().toLowerCase())
    .filter((each) => !/;\s*q=0(\.0*)?$/.test(each))
    .map((each) => each.split(";")[0]?.trim());
  return (["zstd", "gzip"] as const).find((name) => names.includes(name)) ?? "identity";
}

function sendError(sink: ResponseSink, cause: unknown): void {
  if (sink.isGone || sink.isStarted) {
    sink.destroy();
    return;
  }
  const reason = cause instanceof StoreUnavailableError ? cause.toConnectError() : cause;
  const error = OpenAIHttpError.from(reason);
  const isAnswer = reason instanceof OpenAIHttpError || carriesAnswer(ConnectError.from(reason));
  const words = [
    codeName(error.code),
    isAnswer ? "answer" : "",
    error.truncated ? "truncated" : "",
  ];
  sink.head(error.status, [
    ...describedHeaders(error.headers),
    ["x-content-type-options", "nosniff"],
    [ERROR, words.filter((word) => word !== "").join(" ")],
  ]);
  sink.end(error.body);
}
