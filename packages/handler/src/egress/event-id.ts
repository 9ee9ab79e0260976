import { OpenAIHttpError, type StreamPosition } from "@stepwire/connect/web";

/*
 * The identifiers of the events that a client gets. They name the stream and the number of the event,
 * so any egress can resume the stream from the header `Last-Event-ID` alone.
 */

/** Header of an answer with the identifier for a client that has no event yet. */
export const OPENING_ID = "stepwire-last-event-id";

const LONGEST_ID = 512;

/** Returns the identifier of the event at a position. */
export function eventId({ streamId, after }: StreamPosition): string {
  return `${encodeURIComponent(streamId)}:${after}`;
}

/**
 * Reads the header `Last-Event-ID`. Returns undefined if it is missing or empty: then the request
 * starts a new stream.
 *
 * @throws {OpenAIHttpError} if no egress has written this identifier. A new stream would be a second
 *   run, which the client does not expect.
 */
export function positionIn(
  header: string | readonly string[] | null | undefined,
): StreamPosition | undefined {
  if (header === undefined || header === null || header === "") {
    return undefined;
  }
  const [, id = "", number = ""] =
    typeof header === "string" && header.length <= LONGEST_ID
      ? (/^([^:]+):(0|[1-9][0-9]{0,8})$/.exec(header) ?? [])
      : [];
  const streamId = decode(id);
  if (streamId === undefined || streamId === "") {
    throw OpenAIHttpError.create(400, {
      message: "The header 'Last-Event-ID' is not the identifier of an event from this API.",
      code: "invalid_last_event_id",
    });
  }
  return { streamId, after: Number(number) };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The blank line after an event. */
const LINE_FEED = 0x0a;
const LONGEST_NUMBER = "4294967295".length;
/** Line breaks after an identifier: of its line, and of the blank line. */
const ENDING = 2;

const utf8 = new TextEncoder();

/** Adds the identifiers to the events of one stream. */
export class EventIds {
  readonly #line: Uint8Array;

  constructor(streamId: string) {
    this.#line = utf8.encode(`id: ${encodeURIComponent(streamId)}:`);
  }

  /**
   * Returns the text of server-sent events with an `id` line at the end of each. A reader takes the
   * last one of an event, so an identifier of the upstream has no effect.
   *
   * @param text whole events, each with one blank line, at its end.
   * @param numbers the numbers of these events.
   */
  add(text: Uint8Array, numbers: readonly number[]): Uint8Array {
    const line = this.#line;
    const room = line.length + LONGEST_NUMBER + ENDING;
    const target = new Uint8Array(text.length + numbers.length * room);
    let start = 0;
    let length = 0;
    for (const number of numbers) {
      // After the line break of the last line.
      const end = blankLineIn(text, start);
      target.set(text.subarray(start, end), length);
      length += end - start;
      target.set(line, length);
      length = writeNumber(target, length + line.length, number);
      target[length++] = LINE_FEED;
      target[length++] = LINE_FEED;
      start = end + 1;
    }
    if (start !== text.length) {
      throw new TypeError("there are more events than numbers");
    }
    return target.subarray(0, length);
  }
}

/** Returns the offset of the next blank line. */
function blankLineIn(text: Uint8Array, start: number): number {
  let end = text.indexOf(LINE_FEED, start) + 1;
  while (end > 0 && text[end] !== LINE_FEED) {
    end = text.indexOf(LINE_FEED, end) + 1;
  }
  if (end === 0) {
    throw new TypeError("there are fewer events than numbers");
  }
  return end;
}

/** Writes an integer in decimal digits. Returns the offset after it. */
function writeNumber(target: Uint8Array, offset: number, value: number): number {
  const digits = String(value);
  for (let index = 0; index < digits.length; index++) {
    target[offset + index] = digits.charCodeAt(index);
  }
  return offset + digits.length;
}
