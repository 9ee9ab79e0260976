import { jsonValueEnd, parseJsonString } from "@stepwire/json";
import { type Mode, OpenAIJsonError, type Violation } from "@stepwire/openai-json";
import type { EventForm } from "./event-form.js";
import { FrameRefusal } from "./frame.js";

/*
 * Events by way of their JSON document, `{"event": name, "data": payload}`: those that have
 * more than a name and a JSON payload, and those that are refused, because the errors are
 * in terms of that document.
 */

/** What a payload that is kept as text in an archive is refused for elsewhere. */
const KEPT_AS_TEXT: readonly Violation["code"][] = [
  "not_json",
  "duplicate_member",
  "lone_surrogate",
];

/** An event as text. */
export interface EventText {
  readonly name: string;
  readonly data: string | undefined;
  readonly id: string | undefined;
}

/**
 * Turns an event into its message in binary.
 *
 * @param toBinary Converts the document of an event.
 * @throws {FrameRefusal} if the payload is not JSON.
 * @throws {OpenAIJsonError} if it is refused otherwise.
 */
export function eventToBinary(
  form: EventForm,
  event: EventText,
  mode: Mode,
  toBinary: (json: string) => Uint8Array,
): Uint8Array {
  const { name, data } = event;
  if (data === undefined) {
    return toBinary(`${documentHead(form, name, event.id)}}`);
  }
  const end = form.ends.find(
    (each) => data === each.text && name === (each.isUnnamed ? "" : each.name),
  );
  if (end !== undefined) {
    const head = documentHead(form, end.name, event.id);
    return toBinary(`${head},${JSON.stringify(form.contentMember)}:${JSON.stringify(data)}}`);
  }
  const textDocument = textDocumentOf(form, event, data);
  if (textDocument !== undefined && isAlwaysText(form, name, data)) {
    return toBinary(textDocument);
  }
  const head = `${documentHead(form, name, event.id)},${JSON.stringify(form.contentMember)}:`;
  let reason: unknown = refusalOfValue(form, data);
  if (reason === undefined) {
    try {
      return toBinary(`${head}${data}}`);
    } catch (error) {
      reason = error;
    }
  }
  if (mode === "archive" && textDocument !== undefined && isKeptAsText(reason)) {
    return toBinary(textDocument);
  }
  throw inPayload(reason, head.length);
}

/** Whether a payload is kept as text in every mode: nothing, and what ends a stream elsewhere. */
function isAlwaysText(form: EventForm, name: string, data: string): boolean {
  return (
    data === "" ||
    form.ends.some((end) => data === end.text || (name === end.name && isQuoted(data, end.text)))
  );
}

/** Whether a payload is the JSON string that the text itself is told apart from. */
function isQuoted(data: string, text: string): boolean {
  return data.trimStart().startsWith('"') && parseJsonString(data.trim()) === text;
}

function documentHead(form: EventForm, name: string, id: string | undefined): string {
  const { nameMember, idMember } = form;
  const idText =
    id === undefined || idMember === undefined
      ? ""
      : `,${JSON.stringify(idMember)}:${JSON.stringify(id)}`;
  return `{${JSON.stringify(nameMember)}:${JSON.stringify(name)}${idText}`;
}

/** The document with the payload as text; undefined if the message has no field for it. */
function textDocumentOf(
  form: EventForm,
  { name, id }: EventText,
  data: string,
): string | undefined {
  const { textMember } = form;
  return textMember === undefined
    ? undefined
    : `${documentHead(form, name, id)},${JSON.stringify(textMember)}:${JSON.stringify(data)}}`;
}

/**
 * Why a payload is not one JSON value, if it is not. Otherwise, text that follows the value
 * would become further members of the document. The value itself is up to the transcoder.
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
