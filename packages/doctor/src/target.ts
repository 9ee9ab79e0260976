import type { Answer } from "./judge.js";
import type { Probe } from "./probe.js";

/** The bounds of a target. */
export interface TargetBounds {
  /** How long one probe may take, in milliseconds. */
  readonly timeout: number;
  /** How many bytes an answer may have. */
  readonly maxBytes: number;
  /** How long an event of a live probe is waited for before the next one is sent, in milliseconds. */
  readonly patience: number;
}

export const DEFAULT_TARGET_BOUNDS: TargetBounds = {
  timeout: 30_000,
  maxBytes: 64 * 1024 * 1024,
  patience: 1000,
};

/** A library, a server or a proxy that is examined. */
export interface Target {
  /** Returns why a probe cannot be sent; undefined if it can. */
  skips(probe: Probe): string | undefined;
  /**
   * Sends a probe, and collects what comes back.
   *
   * @throws {TargetError} if the target cannot be examined at all.
   */
  send(probe: Probe, signal: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}

/** A target cannot be examined, such as a command that does not exist. */
export class TargetError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "TargetError";
  }
}

const FIRST_BYTES = 16 * 1024;

/** Collects the bytes of an answer up to a bound, in one buffer, however small the chunks are. */
export class Collector {
  #buffer = new Uint8Array(FIRST_BYTES);
  readonly #maxBytes: number;
  #length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Adds bytes. Returns false if there are too many, and keeps those before them. */
  add(chunk: Uint8Array): boolean {
    const length = this.#length + chunk.length;
    if (length > this.#maxBytes) {
      return false;
    }
    if (length > this.#buffer.length) {
      const larger = new Uint8Array(2 * length);
      larger.set(this.bytes);
      this.#buffer = larger;
    }
    this.#buffer.set(chunk, this.#length);
    this.#length = length;
    return true;
  }

  /** The bytes so far; not copied. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }
}

/** The refusal for an answer that is larger than the bound. */
export function tooLarge(maxBytes: number): string {
  return `more than ${maxBytes} bytes`;
}
