import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { type CommandLine, killCommand, startCommand, writeTo } from "./command-target.js";
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
  /** The end of what the command wrote to standard error. */
  #complaint = "";

  constructor(line: CommandLine, bounds: TargetBounds) {
    this.#line = line;
    this.#bounds = bounds;
  }

  skips({ form, isLive }: Probe): string | undefined {
    if (form === "request") {
      return "a command has no upstream";
    }
    return isLive ? "with --lines, a command gets the whole stream at once" : undefined;
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
        this.#checkStart(isLate);
        this.#child = undefined;
        this.#lines = undefined;
        const refusal = isLate ? `no answer within ${timeout} ms` : "the command ended";
        return { output: new Uint8Array(), refusal, isHung: isLate };
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
  #checkStart(isLate: boolean): void {
    if (!this.#hasAnswered && !isLate) {
      const lines = this.#complaint.trim().split("\n");
      const last = lines.find((line) => /error\b/i.test(line)) ?? lines.at(-1) ?? "";
      const why = last === "" ? "" : `: ${last.trim()}`;
      throw new TargetError(`${this.#line.command} ended before its first answer${why}`);
    }
  }

  /** Yields lines that end with LF. Those of `node:readline` also end with U+2028. */
  async *#readLines(child: ChildProcessWithoutNullStreams): AsyncGenerator<string, void> {
    // JSON may take six bytes for one.
    const maxBytes = 6 * this.#bounds.maxBytes;
    child.stderr.on("data", (chunk: Buffer) => {
      this.#complaint = `${this.#complaint}${chunk.toString()}`.slice(-LONGEST_COMPLAINT);
    });
    let held: Buffer[] = [];
    let length = 0;
    for await (const read of child.stdout) {
      let chunk: Buffer = read;
      for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF)) {
        yield Buffer.concat([...held, chunk.subarray(0, end)]).toString();
        [held, length] = [[], 0];
        chunk = chunk.subarray(end + 1);
      }
      held.push(chunk);
      length += chunk.length;
      if (length > maxBytes) {
        killCommand(child);
        return;
      }
    }
  }

  async close(): Promise<void> {
    const child = await this.#child?.catch(() => undefined);
    if (child !== undefined) {
      child.stdin.end();
      killCommand(child);
    }
  }
}

const LF = 0x0a;
const LONGEST_COMPLAINT = 2000;

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
