/*
 * A reader of server-sent events by the grammar of the WHATWG (HTML, 9.2.6), written for
 * clarity only and without any code of the project. Some things differ, as documented for
 * `decodeEvents`: an event with a name but without data is an event, an event without a
 * name keeps having none, and the end of the input completes an event like a blank line
 * does. An `id` belongs to its own event alone.
 */

/** An event according to the grammar. */
export interface OracleEvent {
  /** The name; empty if the event has no name. */
  readonly event: string;
  /** Undefined if the event has no field `data`. */
  readonly data: string | undefined;
  /** Undefined if the event has no field `id` that the standard accepts. */
  readonly id: string | undefined;
  /** Whether the end of the input completed it. */
  readonly cutOff: boolean;
  /** Number of bytes of its fields `event`, `data` and `id`, without line ends. */
  readonly bytes: number;
}

/** A stream according to the grammar. */
export interface OracleStream {
  /** The events before the first refused line. */
  readonly events: readonly OracleEvent[];
  readonly retries: readonly number[];
  readonly comments: readonly string[];
  /** Whether a line was refused because it is not UTF-8; reading stops there. */
  readonly malformed: boolean;
  /** Number of bytes of the largest block that is not an event, such as a block with only an `id`. */
  readonly largestWithoutEvent: number;
  /** Number of bytes of the longest line. */
  readonly longestLine: number;
}

const LF = 0x0a;
const CR = 0x0d;

/** Options for reading a stream; the defaults are those of `decodeEvents`. */
export interface OracleOptions {
  readonly framing?: "standard" | "lenient" | undefined;
  readonly invalidUtf8?: "refuse" | "replace" | undefined;
}

/** Reads a whole stream. */
export function readEvents(bytes: Uint8Array, options: OracleOptions = {}): OracleStream {
  const reader = new OracleReader(options.framing === "lenient");
  const fatal = options.invalidUtf8 !== "replace";
  const utf8 = new TextDecoder("utf-8", { fatal, ignoreBOM: true });
  const lines = splitLines(bytes);
  let malformed = false;
  for (const [index, line] of lines.entries()) {
    let text: string;
    try {
      text = utf8.decode(line);
    } catch {
      malformed = true;
      // The line may complete the event before it.
      reader.line(new TextDecoder().decode(line), line.length);
      break;
    }
    reader.line(index === 0 && text.startsWith("\uFEFF") ? text.slice(1) : text, line.length);
  }
  if (!malformed) {
    reader.finish(true);
  }
  const { events, retries, comments, largestWithoutEvent } = reader;
  const longestLine = lines.reduce((longest, { length }) => Math.max(longest, length), 0);
  return { events, retries, comments, malformed, largestWithoutEvent, longestLine };
}

/** Splits a stream into lines, which end in LF, CR or CRLF. The last line may have no end. */
function splitLines(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let start = 0;
  for (let position = 0; position < bytes.length; position++) {
    const byte = bytes[position];
    if (byte === LF || byte === CR) {
      lines.push(bytes.subarray(start, position));
      if (byte === CR && bytes[position + 1] === LF) {
        position++;
      }
      start = position + 1;
    }
  }
  return start < bytes.length ? [...lines, bytes.subarray(start)] : lines;
}

class OracleReader {
  readonly events: OracleEvent[] = [];
  readonly retries: number[] = [];
  readonly comments: string[] = [];
  largestWithoutEvent = 0;
  readonly #lenient: boolean;
  #name: string | undefined;
  #data: string[] = [];
  #id: string | undefined;
  #bytes = 0;

  constructor(lenient: boolean) {
    this.#lenient = lenient;
  }

  line(line: string, bytes: number): void {
    if (line === "") {
      this.finish(false);
      return;
    }
    const colon = line.indexOf(":");
    if (colon === 0) {
      this.comments.push(line.slice(1));
      return;
    }
    const field = colon === -1 ? line : line.slice(0, colon);
    const rest = colon === -1 ? "" : line.slice(colon + 1);
    const value = rest.startsWith(" ") ? rest.slice(1) : rest;
    this.#field(field, value, bytes);
  }

  /** Ends the current event. */
  finish(cutOff: boolean): void {
    if (this.#name !== undefined || this.#data.length > 0) {
      this.events.push({
        event: this.#name ?? "",
        data: this.#data.length === 0 ? undefined : this.#data.join("\n"),
        id: this.#id,
        cutOff,
        bytes: this.#bytes,
      });
    } else {
      this.largestWithoutEvent = Math.max(this.largestWithoutEvent, this.#bytes);
    }
    this.#name = undefined;
    this.#data = [];
    this.#id = undefined;
    this.#bytes = 0;
  }

  #field(field: string, value: string, bytes: number): void {
    switch (field) {
      case "event":
        if (this.#lenient && (this.#name !== undefined || this.#data.length > 0)) {
          this.finish(false);
        }
        this.#name = value;
        this.#bytes += bytes;
        break;
      case "data":
        if (this.#lenient && this.#name === undefined && isWholeObject(this.#data)) {
          this.finish(false);
        }
        this.#data.push(value);
        this.#bytes += bytes;
        break;
      case "id":
        if (!value.includes("\0")) {
          if (this.#lenient && this.#id !== undefined && this.#data.length > 0) {
            this.finish(false);
          }
          this.#id = value;
        }
        this.#bytes += bytes;
        break;
      case "retry":
        if (/^[0-9]+$/.test(value)) {
          this.retries.push(Number(value));
        }
        break;
    }
  }
}

/** Whether data is one line with a JSON object. */
function isWholeObject([line = "", ...more]: readonly string[]): boolean {
  try {
    return more.length === 0 && line.startsWith("{") && typeof JSON.parse(line) === "object";
  } catch {
    return false;
  }
}
