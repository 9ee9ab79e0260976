import { jsonValueEnd, parseJsonString } from "@stepwire/json";
import { type Mode, OpenAIJsonError, type Violation } from "@stepwire/openai-json";
import type { Transcoder } from "@stepwire/transcode";
import { isNameAndPayload } from "./binary-event.js";
import { DONE_NAME, DONE_TEXT, type EventFrame, FrameRefusal } from "./frame.js";

/** What a payload that is kept as text in an archive is refused for elsewhere. */
const KEPT_AS_TEXT: readonly Violation["code"][] = [
  "not_json",
  "duplicate_member",
  "lone_surrogate",
];

const utf8 = new TextEncoder();

/**
 * Turns an event into its message in binary.
 *
 * @throws {FrameRefusal} if the payload is not JSON.
 * @throws {OpenAIJsonError} if it is refused otherwise.
 */
export function decodeFrame(frame: EventFrame, mode: Mode, transcoder: Transcoder): Uint8Array {
  const { event, data } = frame;
  const head = documentHead(frame);
  const toBinary = (json: string): Uint8Array => transcoder.toBinary(utf8.encode(json));
  if (data === undefined) {
    return toBinary(`${head}}`);
  }
  if (event === DONE_NAME && data === DONE_TEXT) {
    return toBinary(`${head},"data":${JSON.stringify(DONE_TEXT)}}`);
  }
  if (data === "" || data === DONE_TEXT || (event === DONE_NAME && isQuotedDone(data))) {
    return toBinary(textDocument(head, data));
  }
  let reason: unknown;
  try {
    const binary = toBinary(`${head},"data":${data}}`);
    // A payload that goes on behind its value has become further members. No member is
    // lost on the way, so they would show.
    if (isNameAndPayload(binary, frame.id !== undefined)) {
      return binary;
    }
    reason = refusalOfValue(data);
    if (reason === undefined) {
      return binary;
    }
  } catch (error) {
    reason = refusalOfValue(data) ?? error;
  }
  if (mode === "archive" && isKeptAsText(reason)) {
    return toBinary(textDocument(head, data));
  }
  throw inPayload(reason, `${head},"data":`.length);
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
 * Why a payload is not the value of one member of a document, if it is not. Whether it
 * is valid within is up to the transcoder.
 */
function refusalOfValue(data: string): FrameRefusal | undefined {
  const start = data.search(/[^ \t\n\r]/);
  const end = start === -1 ? undefined : jsonValueEnd(data, start);
  if (end === undefined) {
    const found = start === -1 ? "white space" : "none that ends";
    return new FrameRefusal("not_json", "/data", "a JSON value", found, Math.max(0, start));
  }
  const rest = data.slice(end).search(/[^ \t\n\r]/);
  if (rest !== -1) {
    const found = JSON.stringify(String.fromCodePoint(data.codePointAt(end + rest) ?? 0));
    return new FrameRefusal("not_json", "/data", "the end of the payload", found, end + rest);
  }
  return undefined;
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
