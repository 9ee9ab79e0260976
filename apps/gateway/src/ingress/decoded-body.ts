import type { Transform } from "node:stream";
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
  constants as zlib,
} from "node:zlib";
import type { Header } from "@stepwire/connect";

/** A body, piece by piece; `return` ends it at once, also while a piece is waited for. */
export type Body = AsyncIterableIterator<Uint8Array, undefined>;

/** Why a body cannot be decoded, for those who asked for it. */
export class EncodingError extends Error {
  override readonly name = "EncodingError";
}

/** More than one is hardly ever seen; each costs memory. */
const MAX_ENCODINGS = 3;

/** The largest window that HTTP allows zstd (RFC 9659): 8 MiB. */
const ZSTD_WINDOW_LOG = 23;

/** Makes the decoder of an encoding, for a body that starts with some bytes. */
const decoders: Readonly<Record<string, (start: Uint8Array) => Transform>> = {
  gzip: () => createGunzip(),
  "x-gzip": () => createGunzip(),
  // The name means zlib; many servers leave out its header.
  deflate: ([first = 0]) =>
    (first & ZLIB_METHOD_MASK) === ZLIB_DEFLATE ? createInflate() : createInflateRaw(),
  br: () => createBrotliDecompress(),
  zstd: () => createZstdDecompress({ params: { [zlib.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } }),
};
const ZLIB_METHOD_MASK = 0x0f;
const ZLIB_DEFLATE = 8;

/**
 * The body of an answer without its content-encoding. Only what is read is decoded, so
 * the bounds of the reader hold for what a few bytes expand to.
 *
 * @throws {EncodingError} if it has an encoding that is unknown; also thrown while
 * reading, on bytes that are none of it.
 */
export function decodedBody(body: Body, headers: readonly Header[]): Body {
  const encodings = headers
    .filter(([name]) => name === "content-encoding")
    .flatMap(([, value]) => value.split(","))
    .map((value) => value.trim().toLowerCase())
    .filter((value) => value !== "" && value !== "identity");
  if (encodings.length > MAX_ENCODINGS) {
    throw new EncodingError(`more than ${MAX_ENCODINGS} content-encodings`);
  }
  const unknown = encodings.find((encoding) => !Object.hasOwn(decoders, encoding));
  if (unknown !== undefined) {
    // It is quoted only where it can be one.
    throw new EncodingError(
      /^[a-z0-9-]{1,20}$/.test(unknown)
        ? `the content-encoding '${unknown}', which is unknown`
        : "an unknown content-encoding",
    );
  }
  if (encodings.length === 0) {
    return body;
  }
  const decoded = encodings
    // The last one was applied last.
    .reduceRight<AsyncIterable<Uint8Array>>((source, each) => decode(source, each), body);
  const iterator = decoded[Symbol.asyncIterator]();
  const result: Body = {
    next: async () => {
      const { done, value } = await iterator.next();
      return done === true ? { done, value: undefined } : { done: false, value };
    },
    return: async () => {
      // First the source: a generator ends only when what it waits for has come.
      await body.return?.();
      await iterator.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => result,
  };
  return result;
}

async function* decode(
  source: AsyncIterable<Uint8Array>,
  encoding: string,
): AsyncGenerator<Uint8Array, void> {
  let decoder: Decoder | undefined;
  try {
    for await (const chunk of source) {
      if (chunk.length > 0) {
        decoder ??= new Decoder(encoding, chunk);
        yield* decoder.push(chunk);
      }
    }
    if (decoder !== undefined) {
      yield* decoder.end();
    }
  } finally {
    decoder?.destroy();
  }
}

/**
 * Decodes chunk by chunk: everything that a chunk holds is delivered before the next one
 * is taken, or the error that comes in its place. Piped streams would drop it.
 */
class Decoder {
  readonly #encoding: string;
  readonly #stream: Transform;
  #error: unknown;
  #wake = (): void => {};

  constructor(encoding: string, start: Uint8Array) {
    this.#encoding = encoding;
    // The encodings were checked.
    this.#stream = (decoders[encoding] ?? createGunzip)(start);
    this.#stream.on("readable", () => this.#wake());
    this.#stream.on("error", (error) => {
      this.#error = error;
      this.#wake();
    });
  }

  push(chunk: Uint8Array): AsyncGenerator<Uint8Array, void> {
    return this.#read((done) => this.#stream.write(chunk, done));
  }

  end(): AsyncGenerator<Uint8Array, void> {
    return this.#read((done) => this.#stream.once("end", done).end());
  }

  destroy(): void {
    this.#stream.destroy();
  }

  async *#read(start: (done: () => void) => void): AsyncGenerator<Uint8Array, void> {
    let isDone = this.#stream.readableEnded;
    if (!isDone) {
      start(() => {
        isDone = true;
        this.#wake();
      });
    }
    for (;;) {
      // These streams are of bytes.
      const decoded = this.#stream.read() as Buffer | null;
      if (decoded !== null) {
        yield decoded;
      } else if (this.#error !== undefined) {
        throw new EncodingError(
          `the content-encoding '${this.#encoding}', and cannot be decoded as such`,
          { cause: this.#error },
        );
      } else if (isDone) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
