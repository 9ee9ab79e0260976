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
import { type Body, EncodingError, encodingsIn } from "@stepwire/handler/internal";

/** Maximum number of encodings of one body. More than one is rare, and each costs memory. */
const MAX_ENCODINGS = 3;

/** Log2 of the largest window that HTTP allows for zstd (RFC 9659): 8 MiB. */
const ZSTD_WINDOW_LOG = 23;

/** Creates the decoder for each encoding, given the first bytes of the body. */
const decoders: Readonly<Record<string, (start: Uint8Array) => Transform>> = {
  gzip: () => createGunzip(),
  "x-gzip": () => createGunzip(),
  // The name `deflate` means zlib, but many servers omit the zlib header.
  deflate: ([first = 0]) =>
    (first & ZLIB_METHOD_MASK) === ZLIB_DEFLATE ? createInflate() : createInflateRaw(),
  br: () => createBrotliDecompress(),
  zstd: () => createZstdDecompress({ params: { [zlib.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } }),
};
const ZLIB_METHOD_MASK = 0x0f;
const ZLIB_DEFLATE = 8;

/**
 * Returns the body of an answer with its content-encoding decoded. Only the bytes that the reader
 * asks for are decoded, so the reader's limits also apply to small input that expands to a large
 * output.
 *
 * @throws {EncodingError} if the encoding is unknown. The iterator throws it too, if the bytes are
 * not valid in the encoding.
 */
export function decodedBody(body: Body, headers: readonly Header[]): Body {
  const encodings = encodingsIn(headers);
  if (encodings.length > MAX_ENCODINGS) {
    throw new EncodingError(`more than ${MAX_ENCODINGS} content-encodings`);
  }
  const unknown = encodings.find((encoding) => !Object.hasOwn(decoders, encoding));
  if (unknown !== undefined) {
    throw EncodingError.unknown(unknown);
  }
  if (encodings.length === 0) {
    return body;
  }
  const decoded = encodings
    // The last encoding in the list was applied last, so it is decoded first.
    .reduceRight<AsyncIterable<Uint8Array>>((source, each) => decode(source, each), body);
  const iterator = decoded[Symbol.asyncIterator]();
  const result: Body = {
    next: async () => {
      const { done, value } = await iterator.next();
      return done === true ? { done, value: undefined } : { done: false, value };
    },
    return: async () => {
      // Ends the source first: a generator ends only after the value it awaits has arrived.
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
 * Decodes chunk by chunk. Delivers everything decoded from one chunk before it takes the next one,
 * or throws the next error. Piped streams would drop that data on an error.
 */
class Decoder {
  readonly #encoding: string;
  readonly #stream: Transform;
  #error: unknown;
  #wake = (): void => {};

  constructor(encoding: string, start: Uint8Array) {
    this.#encoding = encoding;
    // The names of the encodings have been checked.
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
      // These streams deliver bytes only.
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
