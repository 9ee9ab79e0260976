import { jsonValueEnd, parseJsonString, type StreamEvent } from "@stepwire/core";
import { type Mode, OpenAIJsonError, type Violation } from "@stepwire/openai-json";
import type { DocumentDecoder } from "./codec.js";
import { DONE_NAME, DONE_TEXT, type EventFrame, FrameRefusal } from "./frame.js";

/** What a payload that is kept as text in an archive is refused for elsewhere. */
const KEPT_AS_TEXT: readonly Violation["code"][] = [
  "not_json",
  "duplicate_member",
  "lone_surrogate",
];

/**
 * Turns an event into its message.
 *
 * @throws {FrameRefusal} if the payload is not JSON.
 * @throws {OpenAIJsonError} if it is refused otherwise.
 */
export function decodeFrame(frame: EventFrame, mode: Mode, decode: DocumentDecoder): StreamEvent {
  const { event, data } = frame;
  const head = documentHead(frame);
  if (data === undefined) {
    return decode(`${head}}`);
  }
  if (event === DONE_NAME && data === DONE_TEXT) {
    return decode(`${head},"data":${JSON.stringify(DONE_TEXT)}}`);
  }
  if (data === "" || data === DONE_TEXT || (event === DONE_NAME && isQuotedDone(data))) {
    return decode(textDocument(head, data));
  }
  try {
    requireOneValue(data);
    return decode(`${head},"data":${data}}`);
  } catch (reason) {
    if (mode === "archive" && isKeptAsText(reason)) {
      return decode(textDocument(head, data));
    }
    throw inPayload(reason, `${head},"data":`.length);
  }
}

/** Whether a payload is the JSON string that the text "[DONE]" is told apart from. */
function isQuotedDone(data: string): boolean {
  return data.trimStart().startsWith('"') && parseJsonString(data.trim()) === DONE_TEXT;
}

function documentHead({ event, id }: EventFrame): string {
  const member = id === undefined ? "" : `,"id":${JSON.stringify(id)}`;
  return `{"event":${JSON.stringify(event)}${member}`;
}

function textDocument(head: string, data: string): string {
  return `${head},"data_text":${JSON.stringify(data)}}`;
}

/**
 * Makes sure that a payload cannot be more than one member of a document. Whether
 * it is valid within is up to the decoder.
 */
function requireOneValue(data: string): void {
  const start = data.search(/[^ \t\n\r]/);
  const end = start === -1 ? undefined : jsonValueEnd(data, start);
  if (end === undefined) {
    const found = start === -1 ? "white space" : "none that ends";
    throw new FrameRefusal("not_json", "/data", "a JSON value", found, Math.max(0, start));
  }
  const rest = data.slice(end).search(/[^ \t\n\r]/);
  if (rest !== -1) {
    const found = JSON.stringify(String.fromCodePoint(data.codePointAt(end + rest) ?? 0));
    throw new FrameRefusal("not_json", "/data", "the end of the payload", found, end + rest);
  }
}

function isKeptAsText(reason: unknown): boolean {
  return (
    reason instanceof FrameRefusal ||
    (reason instanceof OpenAIJsonError &&
      reason.violations.every(({ code }) => KEPT_AS_TEXT.includes(code)))
  );
}

/** The same error with its offsets counted from the start of the payload. */
function inPayload(reason: unknown, start: number): unknown {
  if (!(reason instanceof OpenAIJsonError)) {
    return reason;
  }
  const violations = reason.violations.map(({ offset, ...violation }) =>
    offset === undefined || offset < start ? violation : { ...violation, offset: offset - start },
  );
  return new OpenAIJsonError(violations, { cause: reason });
}
