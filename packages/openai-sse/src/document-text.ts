import { splitJsonObject } from "@stepwire/json/internal";
import { type EventForm, pointerTo } from "./event-form.js";
import { FrameRefusal } from "./frame.js";

/**
 * Returns the text of a server-sent event for the JSON document of its message.
 *
 * @throws {FrameRefusal} if the document has something that a server-sent event cannot express.
 */
export function documentToText(form: EventForm, json: string): string {
  const { nameMember, contentMember, idMember, textMember } = form;
  const members = splitJsonObject(json) ?? new Map<string, string>();
  const known = [nameMember, contentMember, idMember, textMember, form.payloadName?.member];
  for (const name of members.keys()) {
    if (!known.includes(name)) {
      throw notRepresentable(name, "no such member", "one");
    }
  }
  const isNamedByPayload = readPayloadName(form, members);
  const name = isNamedByPayload
    ? readString(members, nameMember)
    : readLine(members, nameMember, /[\r\n]/);
  if (name === undefined) {
    throw notRepresentable(nameMember, "the name of the event", "none");
  }
  // The standard ignores an identifier that contains NUL.
  const id = idMember === undefined ? undefined : readLine(members, idMember, /[\r\n\0]/);
  const idLine = id === undefined ? "" : `id: ${id}\n`;
  const data = readData(form, members, name);
  const line = data.isUnnamed || isNamedByPayload ? "" : name;
  return `${nameLine(line, data.text)}${idLine}${dataLines(data.text)}\n`;
}

/**
 * Returns whether the payload names the event.
 *
 * @throws {FrameRefusal} if it should, but does not have that name.
 */
function readPayloadName(form: EventForm, members: ReadonlyMap<string, string>): boolean {
  const { payloadName, nameMember, contentMember } = form;
  const json = payloadName && members.get(payloadName.member);
  if (payloadName === undefined || json === undefined || json === "null" || json === "false") {
    return false;
  }
  if (json !== "true") {
    throw notRepresentable(payloadName.member, "true or false", json.slice(0, 40));
  }
  const name = form.nameIn(new TextEncoder().encode(members.get(contentMember) ?? ""));
  const text = name && new TextDecoder("utf-8", { ignoreBOM: true }).decode(name);
  if (text === undefined || text !== readString(members, nameMember)) {
    const expected = `the name of the event as "${payloadName.key}" of its payload`;
    throw notRepresentable(payloadName.member, expected, text === undefined ? "none" : "another");
  }
  return true;
}

function nameLine(name: string, data: string | undefined): string {
  if (name !== "") {
    return `event: ${name}\n`;
  }
  // An event needs at least one line with a field; otherwise it is ignored.
  return data !== undefined ? "" : "event:\n";
}

/** Returns the `data:` lines of a payload. JSON has no line breaks here; text may have some. */
function dataLines(data: string | undefined): string {
  if (data === undefined) {
    return "";
  }
  return data
    .split("\n")
    .map((line) => (line === "" ? "data:\n" : `data: ${line}\n`))
    .join("");
}

interface Data {
  readonly text: string | undefined;
  /** Whether the event has no `event:` line although it has a name. */
  readonly isUnnamed: boolean;
}

function readData(form: EventForm, members: ReadonlyMap<string, string>, name: string): Data {
  const { contentMember, textMember } = form;
  const json = members.get(contentMember);
  if (textMember !== undefined && json !== undefined && members.has(textMember)) {
    throw notRepresentable(textMember, "one payload", "two");
  }
  const end = form.ends.find((each) => name === each.name && json === JSON.stringify(each.text));
  if (end !== undefined) {
    return end;
  }
  const text = json ?? (textMember === undefined ? undefined : readText(members, textMember));
  return { text, isUnnamed: false };
}

function readText(members: ReadonlyMap<string, string>, member: string): string | undefined {
  const text = readString(members, member);
  if (text?.includes("\r")) {
    throw notRepresentable(member, "text without a carriage return", "one");
  }
  return text;
}

function readLine(
  members: ReadonlyMap<string, string>,
  member: string,
  excluded: RegExp,
): string | undefined {
  const line = readString(members, member);
  if (line !== undefined && excluded.test(line)) {
    throw notRepresentable(member, "one line", JSON.stringify(line.slice(0, 40)));
  }
  return line;
}

function readString(members: ReadonlyMap<string, string>, member: string): string | undefined {
  const json = members.get(member);
  if (json === undefined || json === "null") {
    return undefined;
  }
  const value: unknown = JSON.parse(json);
  if (typeof value !== "string") {
    throw notRepresentable(member, "a string", json.slice(0, 40));
  }
  if (!value.isWellFormed()) {
    throw notRepresentable(member, "Unicode text", "a lone surrogate");
  }
  return value;
}

function notRepresentable(member: string, expected: string, found: string): FrameRefusal {
  return new FrameRefusal("not_representable", pointerTo(member), expected, found);
}
