import { isUtf8 } from "node:buffer";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import {
  type CommandLine,
  Complaint,
  killCommand,
  startCommand,
  writeTo,
} from "./command-target.js";
import type { Answer } from "./judge.js";
import { type Probe, probeBytes } from "./probe.js";
import {
  DEFAULT_TARGET_BOUNDS,
  type Target,
  type TargetBounds,
  TargetError,
  tooLarge,
} from "./target.js";

/** A line that a command gets, as JSON. */
interface ProbeLine {
  readonly family: string;
  readonly form: string;
  readonly name: string;
  /** The document, or the whole stream. */
  readonly text: string;
  /** The bytes in chunks, in base64. */
  readonly chunks: readonly string[];
}

/**
 * Creates a target that is one process for all probes. It reads lines of JSON: `family`, `form`, `name`,
 * `text` (the document or stream) and `chunks` (its bytes in base64, as they would arrive). For each, it
 * writes one line of JSON: `output`, a text, and `refused`, if it gave up: why, without payload. With
 * `{"skipped": true}` it says that it has no such type of documents.
 */
export function createLinesTarget(
  line: CommandLine,
  bounds: TargetBounds = DEFAULT_TARGET_BOUNDS,
): Target {
  return new LinesTarget(line, bounds);
}

class LinesTarget implements Target {
  readonly #line: CommandLine;
  readonly #bounds: TargetBounds;
  #child: Promise<ChildProcessWithoutNullStreams> | undefined;
  #lines: AsyncIterator<string> | undefined;
  #hasAnswered = false;
  #complaint: Complaint | undefined;
  /** Whether the last line was larger than the bound. */
  #isTooLarge = false;

  constructor(line: CommandLine, bounds: TargetBounds) {
    this.#line = line;
    this.#bounds = bounds;
  }

  skips(probe: Probe): string | undefined {
    const { form, isLive } = probe;
    if (form === "request") {
      return "a command has no upstream";
    }
    if (isLive) {
      return "with --lines, a command gets the whole stream at once";
    }
    return isUtf8(probeBytes(probe)) ? undefined : "with --lines, it must be UTF-8";
  }

  async send(probe: Probe, signal: AbortSignal): Promise<Answer> {
    signal.throwIfAborted();
    const { family, form, name, chunks } = probe;
    const { timeout, maxBytes } = this.#bounds;
    this.#child ??= startCommand(this.#line);
    const child = await this.#child;
    this.#lines ??= this.#readLines(child);
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(probeBytes(probe));
    const line: ProbeLine = {
      family,
      form,
      name,
      text,
      chunks: chunks.map((chunk) => Buffer.from(chunk).toString("base64")),
    };
    const stop = (): void => {
      killCommand(child);
    };
    signal.addEventListener("abort", stop, { once: true });
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      stop();
    }, timeout);
    try {
      await writeTo(child, Buffer.from(`${asciiJson(line)}\n`));
      const { value, done } = await this.#lines.next();
      signal.throwIfAborted();
      if (done) {
        const limit = isLate ? `no answer within ${timeout} ms` : undefined;
        const refusal = this.#isTooLarge ? tooLarge(maxBytes) : limit;
        this.#checkStart(refusal !== undefined);
        this.#child = undefined;
        this.#lines = undefined;
        this.#isTooLarge = false;
        return {
          output: new Uint8Array(),
          refusal: refusal ?? "the command ended",
          isHung: isLate,
          complaint: this.#complaint?.lines,
        };
      }
      this.#hasAnswered = true;
      return value.length > maxBytes
        ? { output: new Uint8Array(), refusal: tooLarge(maxBytes) }
        : readAnswer(value);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    }
  }

  /** @throws {TargetError} if the command has ended without any answer: it does not work at all. */
  #checkStart(isExplained: boolean): void {
    if (!this.#hasAnswered && !isExplained) {
      const line = this.#complaint?.line ?? "";
      const why = line === "" ? "" : `: ${line}`;
      throw new TargetError(`${this.#line.command} ended before its first answer${why}`);
    }
  }

  /** Yields lines that end with LF. Those of `node:readline` also end with U+2028. */
  async *#readLines(child: ChildProcessWithoutNullStreams): AsyncGenerator<string, void> {
    // JSON may take six bytes for one.
    const maxBytes = 6 * this.#bounds.maxBytes;
    this.#complaint = new Complaint(child);
    let held: Buffer[] = [];
    let length = 0;
    for await (const read of untilDestroyed(child.stdout)) {
      let chunk: Buffer = read;
      for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF)) {
        yield Buffer.concat([...held, chunk.subarray(0, end)]).toString();
        [held, length] = [[], 0];
        chunk = chunk.subarray(end + 1);
      }
      held.push(chunk);
      length += chunk.length;
      if (length > maxBytes) {
        this.#isTooLarge = true;
        killCommand(child);
        return;
      }
    }
  }

  async close(): Promise<void> {
    const child = await this.#child?.catch(() => undefined);
    if (child === undefined) {
      return;
    }
    child.stdin.end();
    const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
    if (!hasEnded()) {
      const grace = AbortSignal.timeout(GRACE);
      await once(child, "exit", { signal: grace }).catch(() => undefined);
    }
    killCommand(child);
    if (!hasEnded()) {
      await once(child, "exit");
    }
  }
}

const LF = 0x0a;
/** How long a command may take to end when there are no more lines, in milliseconds. */
const GRACE = 1000;

/** Yields what is read from a command. It ends when the command is killed. */
async function* untilDestroyed(stream: Readable): AsyncGenerator<Buffer, void> {
  try {
    yield* stream;
  } catch (error) {
    if (!stream.destroyed) {
      throw error;
    }
  }
}

/** Returns JSON in ASCII, because some readers end lines at U+2028 or U+0085 too. */
function asciiJson(line: ProbeLine): string {
  return JSON.stringify(line).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function readAnswer(line: string): Answer {
  let answer: unknown;
  try {
    answer = JSON.parse(line);
  } catch (cause) {
    throw new TargetError("the command wrote a line that is not JSON", { cause });
  }
  const { output, refused, skipped } = Object(answer);
  if (skipped === true) {
    return { output: new Uint8Array(), skipped: "the command has no such type" };
  }
  if (output !== undefined && typeof output !== "string") {
    throw new TargetError("the command wrote an answer whose output is not a string");
  }
  return {
    output: new Uint8Array(Buffer.from(output ?? "")),
    refusal: refused === undefined ? undefined : String(refused).slice(0, 200),
  };
}
