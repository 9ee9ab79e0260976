import type { ServerResponse } from "node:http";
import { fromBinary, type Message } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { StreamMapping } from "@stepwire/mapping";
import { StreamWriter } from "@stepwire/wire";
import { BlockCompressor, type StreamEncoding } from "@stepwire/wire/compressed";
import { codeName } from "../errors/codes.js";
import { carriesAnswer, OpenAIHttpError } from "../errors/openai-http-error.js";
import { describedHeaders, type HeaderReader, keepAliveIntervalIn } from "../headers.js";
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
import type { BlockCall } from "./block-call.js";
import { BodyWriter } from "./body-writer.js";
import type { BlockHandler } from "./server.js";
import type { OpenedBlocks } from "./streaming.js";

/** Options for answering in the stream format. */
export interface BlockResponseOptions {
  readonly compression: boolean;
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
  response: ServerResponse,
  { compression, maxMessageBytes }: BlockResponseOptions,
): Promise<void> {
  try {
    checkRequest(call);
    const request = parse(method, await call.readBody(maxMessageBytes));
    const opened = await handler(request, call);
    await new BlockResponse(response, method, opened, call, compression).send();
  } catch (error) {
    sendError(response, error);
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

/** Stands for a time of silence. */
const SILENCE: NumberedBlock = { first: 0, events: [] };

/**
 * Why no block is sent: there is none, the stream has ended, the caller does not read, or it is gone.
 */
type SendState = "silent" | "ended" | "full" | "gone";

/** Sends a stream, no faster than the caller reads. */
class BlockResponse {
  readonly #response: ServerResponse;
  readonly #call: BlockCall;
  readonly #writer: StreamWriter;
  readonly #encoding: StreamEncoding;
  readonly #opened: OpenedBlocks;

  constructor(
    response: ServerResponse,
    method: StreamMapping,
    opened: OpenedBlocks,
    call: BlockCall,
    compression: boolean,
  ) {
    this.#response = response;
    this.#call = call;
    this.#opened = opened;
    this.#writer = new StreamWriter(method.event.message, { firstNumber: opened.first });
    this.#encoding = compression
      ? preferredEncoding(call.requestHeader.get("accept-encoding"))
      : "identity";
  }

  async send(): Promise<void> {
    const body = this.#sendHead();
    const { blocks } = this.#opened;
    const interval = keepAliveIntervalIn(this.#call.requestHeader);
    let last: Uint8Array | undefined;
    if (this.#encoding === "identity" && isPolled(blocks)) {
      try {
        last = await this.#sendPolled(blocks, body, interval);
      } catch (error) {
        last = this.#failure(error);
      } finally {
        await blocks.return?.();
      }
    } else {
      last = await this.#sendAwaited(
        body,
        keepAlive(blocks, { interval, element: () => SILENCE }),
        new BlockCompressor(this.#encoding),
      );
    }
    await this.#end(body, last);
  }

  async #sendAwaited(
    body: BodyWriter,
    blocks: AsyncIterableIterator<NumberedBlock, undefined>,
    compressor: BlockCompressor,
  ): Promise<Uint8Array | undefined> {
    try {
      let last: Uint8Array | undefined;
      try {
        last = await this.#sendBlocks(body, blocks, compressor);
      } catch (error) {
        last = this.#failure(error);
      }
      return last === undefined || this.#response.destroyed
        ? undefined
        : await compressor.end(last);
    } finally {
      compressor.close();
      await blocks.return?.();
    }
  }

  #sendHead(): BodyWriter {
    const response = this.#response;
    const { streamId } = this.#opened;
    response.statusCode = 200;
    for (const [name, value] of this.#call.answerHeaders) {
      response.appendHeader(name, value);
    }
    response.setHeader("content-type", STREAM_MEDIA_TYPE);
    response.setHeader("cache-control", "no-store");
    response.setHeader("vary", "accept, accept-encoding");
    if (this.#encoding !== "identity") {
      response.setHeader("content-encoding", this.#encoding);
    }
    if (streamId !== "") {
      response.setHeader(STREAM_ID, streamId);
    }
    return new BodyWriter(response);
  }

  /**
   * Sends blocks without a promise for each. Returns the end of the stream; undefined if nobody
   * reads any more.
   */
  #sendPolled(
    blocks: Polled<NumberedBlock>,
    body: BodyWriter,
    keepAliveInterval: number,
  ): Promise<Uint8Array | undefined> {
    const response = this.#response;
    const writer = this.#writer;
    let isSilent = false;
    return new Promise((resolve, reject) => {
      const send = (): void => {
        let state: SendState;
        try {
          state = this.#sendAvailable(blocks, body);
        } catch (error) {
          clearTimeout(silence);
          reject(error);
          return;
        }
        isSilent = state === "silent";
        if (isSilent) {
          silence?.refresh();
          blocks.wait(send);
        } else if (state === "full") {
          void writable(response).then(send);
        } else {
          clearTimeout(silence);
          resolve(state === "ended" ? writer.end() : undefined);
        }
      };
      const sayAlive = (): void => {
        if (isSilent && !response.destroyed) {
          body.write(writer.alive());
        }
        silence?.refresh();
      };
      const silence = keepAliveInterval > 0 ? setTimeout(sayAlive, keepAliveInterval) : undefined;
      send();
    });
  }

  /** Sends all blocks that are there, as far as the caller reads. */
  #sendAvailable(blocks: Polled<NumberedBlock>, body: BodyWriter): SendState {
    while (!this.#response.destroyed) {
      const block = blocks.take();
      if (block === undefined) {
        return "silent";
      }
      if (block === ENDED) {
        return "ended";
      }
      if (!body.write(this.#writer.write(block.events, block.first))) {
        return "full";
      }
    }
    return "gone";
  }

  /** Returns the end of the stream; undefined if nobody reads any more. */
  async #sendBlocks(
    body: BodyWriter,
    blocks: AsyncIterator<NumberedBlock, undefined>,
    compressor: BlockCompressor,
  ): Promise<Uint8Array | undefined> {
    const isCompressed = this.#encoding !== "identity";
    for (;;) {
      const { done, value } = await blocks.next();
      if (done === true) {
        return this.#writer.end();
      }
      const { first, events } = value;
      const block = events.length === 0 ? this.#writer.alive() : this.#writer.write(events, first);
      const isWritable = body.write(isCompressed ? await compressor.compress(block) : block);
      if (!isWritable) {
        await writable(this.#response);
      }
      if (this.#response.destroyed) {
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
  async #end(body: BodyWriter, last: Uint8Array | undefined): Promise<void> {
    const response = this.#response;
    if (response.destroyed) {
      return;
    }
    await new Promise<void>((resolve) => {
      response.once("close", resolve);
      // One write for the end of the stream and that of the response. An HTTP/2 stream that its caller
      // has reset has no further event: only this function is called.
      body.end(last, resolve);
    });
  }
}

/** Settles when the caller has read, or has disconnected. */
function writable(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      response.off("drain", settle);
      response.off("close", settle);
      resolve();
    };
    response.on("drain", settle);
    response.on("close", settle);
    if (response.destroyed) {
      settle();
    }
  });
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

function sendError(response: ServerResponse, cause: unknown): void {
  if (response.destroyed || response.headersSent) {
    response.destroy();
    return;
  }
  const reason = cause instanceof StoreUnavailableError ? cause.toConnectError() : cause;
  const error = OpenAIHttpError.from(reason);
  const isAnswer = reason instanceof OpenAIHttpError || carriesAnswer(ConnectError.from(reason));
  response.statusCode = error.status;
  for (const [name, value] of describedHeaders(error.headers)) {
    response.appendHeader(name, value);
  }
  response.setHeader("x-content-type-options", "nosniff");
  response.setHeader(
    ERROR,
    [codeName(error.code), isAnswer ? "answer" : "", error.truncated ? "truncated" : ""]
      .filter((word) => word !== "")
      .join(" "),
  );
  response.end(error.body);
}
