import { jsonValueEnd, parseJsonString } from "@stepwire/json/internal";
import { type Mode, OpenAIJsonError, type Violation } from "@stepwire/openai-json";
import type { EventForm } from "./event-form.js";
import { FrameRefusal } from "./frame.js";

/*
 * Converts events through their JSON document, `{"event": name, "data": payload}`. Used for events
 * with more than a name and a JSON payload, and for refused events, because errors refer to that
 * document.
 */

/** Violations for which a payload is kept as text in `archive` and refused in the other modes. */
const KEPT_AS_TEXT: readonly Violation["code"][] = [
  "not_json",
  "duplicate_member",
  "lone_surrogate",
];

/** An event, decoded to text. */
export interface EventText {
  readonly name: string;
  /** The name that its payload gives to the event, if the payload is valid JSON. */
  readonly payloadName?: string | undefined;
  readonly data: string | undefined;
  readonly id: string | undefined;
}

/**
 * Converts an event to its message in binary.
 *
 * @param toBinary Converts the document of an event.
 * @throws {FrameRefusal} if the payload is not JSON.
 * @throws {OpenAIJsonError} if the payload is refused for another reason.
 */
export function eventToBinary(
  form: EventForm,
  event: EventText,
  mode: Mode,
  toBinary: (json: string) => Uint8Array,
): Uint8Array {
  const { name, data } = event;
  const withoutPayload = (json: string): Uint8Array => {
    try {
      return toBinary(json);
    } catch (reason) {
      throw inPayload(reason, json, json.length);
    }
  };
  if (data === undefined) {
    return withoutPayload(`${documentHead(form, event)}}`);
  }
  const end = form.ends.find(
    (each) => data === each.text && name === (each.isUnnamed ? "" : each.name),
  );
  if (end !== undefined) {
    const head = documentHead(form, { name: end.name, id: event.id });
    const content = `${JSON.stringify(form.contentMember)}:${JSON.stringify(data)}`;
    return withoutPayload(`${head},${content}}`);
  }
  const textDocument = textDocumentOf(form, { name, id: event.id }, data);
  if (textDocument !== undefined && isAlwaysText(form, name, data)) {
    return withoutPayload(textDocument);
  }
  const head = `${documentHead(form, event)},${JSON.stringify(form.contentMember)}:`;
  let reason: unknown = refusalOfValue(form, data);
  if (reason === undefined) {
    try {
      return toBinary(`${head}${data}}`);
    } catch (error) {
      reason = error;
    }
  }
  if (mode === "archive" && textDocument !== undefined && isKeptAsText(reason)) {
    return withoutPayload(textDocument);
  }
  throw inPayload(reason, `${head}${data}}`, head.length);
}

/**
 * Returns whether a payload is kept as text in every mode: an empty one, or the text that ends a
 * stream, in an event that does not end it.
 */
function isAlwaysText(form: EventForm, name: string, data: string): boolean {
  return (
    data === "" ||
    form.ends.some((end) => data === end.text || (name === end.name && isQuoted(data, end.text)))
  );
}

/** Returns whether a payload is the quoted JSON string of the text. */
function isQuoted(data: string, text: string): boolean {
  const value = data.replace(/^[ \t\n\r]+|[ \t\n\r]+$/g, "");
  return parseJsonString(value) === text;
}

type EventHead = Pick<EventText, "name" | "payloadName" | "id">;

function documentHead(form: EventForm, { name, payloadName, id }: EventHead): string {
  const { nameMember, idMember } = form;
  const idText =
    id === undefined || idMember === undefined
      ? ""
      : `,${JSON.stringify(idMember)}:${JSON.stringify(id)}`;
  const flagText =
    payloadName === undefined || form.payloadName === undefined
      ? ""
      : `,${JSON.stringify(form.payloadName.member)}:true`;
  return `{${JSON.stringify(nameMember)}:${JSON.stringify(payloadName ?? name)}${idText}${flagText}`;
}

/** Returns the document with the payload as text; undefined if the message has no field for it. */
function textDocumentOf(form: EventForm, head: EventHead, data: string): string | undefined {
  const { textMember } = form;
  return textMember === undefined
    ? undefined
    : `${documentHead(form, head)},${JSON.stringify(textMember)}:${JSON.stringify(data)}}`;
}

/**
 * Returns an error if a payload is not exactly one JSON value; else undefined. Without this check,
 * text after the value would be parsed as extra members of the document. The transcoder checks the
 * value itself.
 */
function refusalOfValue({ contentPointer }: EventForm, data: string): FrameRefusal | undefined {
  const start = data.search(/[^ \t\n\r]/);
  const end = start === -1 ? undefined : jsonValueEnd(data, start);
  if (end === undefined) {
    const found = start === -1 ? "white space" : "none that ends";
    const offset = Math.max(0, start);
    return new FrameRefusal("not_json", contentPointer, "a JSON value", found, offset);
  }
  const rest = data.slice(end).search(/[^ \t\n\r]/);
  if (rest !== -1) {
    const offset = end + rest;
    const found = JSON.stringify(String.fromCodePoint(data.codePointAt(offset) ?? 0));
    return new FrameRefusal("not_json", contentPointer, "the end of the payload", found, offset);
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

/**
 * Returns the error with offsets that count from the start of the payload, in code units.
 *
 * @param json The document that was refused; its violations count in bytes.
 * @param start Where its payload starts; the end of the document if it has none.
 */
function inPayload(reason: unknown, json: string, start: number): unknown {
  if (!(reason instanceof OpenAIJsonError)) {
    return reason;
  }
  const bytes = new TextEncoder().encode(json);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const violations = reason.violations.map(({ offset, ...violation }) => {
    const place = offset === undefined ? 0 : decoder.decode(bytes.subarray(0, offset)).length;
    return offset === undefined || place < start
      ? violation
      : { ...violation, offset: place - start };
  });
  return new OpenAIJsonError(violations, { cause: reason });
}
