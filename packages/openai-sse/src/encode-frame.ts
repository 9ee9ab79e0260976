import { splitJsonObject } from "@stepwire/json";
import { isNameAndPayload } from "./binary-event.js";
import { DONE_NAME, DONE_TEXT, FrameRefusal, NO_NAME } from "./frame.js";

const MEMBERS = ["event", "id", "data", "data_text"];

/**
 * The text of a server-sent event from the JSON document of a stream event.
 *
 * @throws {FrameRefusal} if the document has what no server-sent event can hold.
 */
export function encodeFrame(json: string): string {
  const members = splitJsonObject(json) ?? new Map<string, string>();
  for (const name of members.keys()) {
    if (!MEMBERS.includes(name)) {
      throw notRepresentable(name, "no such member", "one");
    }
  }
  const event = readLine(members, "event");
  if (event === undefined) {
    throw notRepresentable("event", "the name of the event", "none");
  }
  const id = readLine(members, "id");
  const idLine = id === undefined ? "" : `id: ${id}\n`;
  return `${nameLine(event, members)}${idLine}${dataLines(members, event)}\n`;
}

function nameLine(event: string, members: ReadonlyMap<string, string>): string {
  if (event !== NO_NAME) {
    return `event: ${event}\n`;
  }
  // Without any line that counts, it would not be an event.
  return members.has("data") || members.has("data_text") ? "" : "event:\n";
}

const utf8 = new TextEncoder();
const MEMBER_NAME = utf8.encode('{"event":"');
const MEMBER_DATA = utf8.encode('","data":');
const EVENT_LINE = utf8.encode("event: ");
const DATA_LINE = utf8.encode("\ndata: ");
const END = utf8.encode("\n\n");
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * The bytes of a server-sent event from the document that a transcoder made of an event
 * in binary. Nearly every event is but a name and a payload, whose bytes are cut out of
 * the document as they are.
 *
 * @throws {FrameRefusal} likewise.
 */
export function encodeTranscodedFrame(binary: Uint8Array, json: Uint8Array): Uint8Array {
  const nameEnd = json.indexOf(QUOTE, MEMBER_NAME.length);
  const name = json.subarray(MEMBER_NAME.length, nameEnd);
  const payload = json.subarray(nameEnd + MEMBER_DATA.length, -1);
  const isPlain =
    name.length > 0 &&
    !name.includes(BACKSLASH) &&
    MEMBER_DATA.every((byte, index) => json[nameEnd + index] === byte) &&
    isNameAndPayload(binary, false);
  // The end is written in its own way, by which it is known: `[DONE]`. An event without a
  // name has fewer lines.
  if (!isPlain || isDone(name)) {
    return utf8.encode(encodeFrame(new TextDecoder().decode(json)));
  }
  const parts = [EVENT_LINE, name, DATA_LINE, payload, END];
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let position = 0;
  for (const part of parts) {
    bytes.set(part, position);
    position += part.length;
  }
  return bytes;
}

function isDone(name: Uint8Array): boolean {
  return name.length === DONE_NAME.length && new TextDecoder().decode(name) === DONE_NAME;
}

/** The payload in lines; JSON has no line breaks here, a text may. */
function dataLines(members: ReadonlyMap<string, string>, event: string): string {
  const data = members.get("data");
  if (data !== undefined && members.has("data_text")) {
    throw notRepresentable("data_text", "one payload", "two");
  }
  const isDone = event === DONE_NAME && data === JSON.stringify(DONE_TEXT);
  const text = isDone ? DONE_TEXT : (data ?? readText(members));
  if (text === undefined) {
    return "";
  }
  return text
    .split("\n")
    .map((line) => (line === "" ? "data:\n" : `data: ${line}\n`))
    .join("");
}

function readText(members: ReadonlyMap<string, string>): string | undefined {
  const text = readString(members, "data_text");
  if (text?.includes("\r")) {
    throw notRepresentable("data_text", "text without a carriage return", "one");
  }
  return text;
}

function readLine(members: ReadonlyMap<string, string>, name: string): string | undefined {
  const line = readString(members, name);
  // The standard ignores an identifier with a NUL.
  if (line !== undefined && (name === "id" ? /[\r\n\0]/ : /[\r\n]/).test(line)) {
    throw notRepresentable(name, "one line", JSON.stringify(line.slice(0, 40)));
  }
  return line;
}

function readString(members: ReadonlyMap<string, string>, name: string): string | undefined {
  const json = members.get(name);
  if (json === undefined || json === "null") {
    return undefined;
  }
  const value: unknown = JSON.parse(json);
  if (typeof value !== "string") {
    throw notRepresentable(name, "a string", json.slice(0, 40));
  }
  if (!value.isWellFormed()) {
    throw notRepresentable(name, "Unicode text", "a lone surrogate");
  }
  return value;
}

function notRepresentable(name: string, expected: string, found: string): FrameRefusal {
  const pointer = `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  return new FrameRefusal("not_representable", pointer, expected, found);
}
