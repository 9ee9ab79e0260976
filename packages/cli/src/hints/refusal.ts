import type { Violation } from "@stepwire/openai-json";
import { grouped } from "../terminal/quantity.js";
import { type Advice, adviseOnContent, type Subject } from "./advice.js";
import { commandLine } from "./command-line.js";
import { identify } from "./content.js";
import { isKept, typeOfJson } from "./types.js";

/** Maximum of `--max-depth`. */
const DEEPEST = 1000;

/** Returns advice about a JSON document that was refused; undefined if there is none. */
export function adviseOnRefusal(
  violations: readonly Violation[],
  subject: Subject,
): Advice | undefined {
  const other = adviseOnContent(subject);
  if (other !== undefined) {
    return other;
  }
  const { bytes } = subject;
  const content = identify(bytes);
  if (content.kind === "broken-json") {
    const end = Buffer.from(bytes).toString("latin1").trimEnd().length;
    return violations.some(({ code, offset = 0 }) => code === "not_json" && offset >= end)
      ? {
          found: `ends after ${grouped(bytes.length)} bytes, within the document; it may be cut off: copy or download it again`,
          tries: [],
        }
      : undefined;
  }
  if (content.kind !== "object") {
    return undefined;
  }
  return (
    adviseOnDepth(violations, subject) ??
    adviseOnType(subject) ??
    adviseOnMode(content.value, subject)
  );
}

function adviseOnDepth(violations: readonly Violation[], subject: Subject): Advice | undefined {
  if (!violations.some(({ code }) => code === "too_deep")) {
    return undefined;
  }
  const depth = nesting(subject.bytes);
  return depth > DEEPEST
    ? undefined
    : {
        found: `has values nested ${depth} levels deep`,
        tries: [again(subject, { "max-depth": String(depth) })],
      };
}

/** Returns advice if `--type` names another type than the document is of. */
function adviseOnType(subject: Subject): Advice | undefined {
  const { model, bytes, options } = subject;
  const type = typeOfJson(model, bytes);
  const isOther = type !== undefined && options["type"] !== undefined && type !== options["type"];
  return isOther ? { found: `is a ${type}`, tries: [again(subject, { type })] } : undefined;
}

function adviseOnMode(document: object, subject: Subject): Advice | undefined {
  const { options, model, bytes } = subject;
  if ("error" in document && typeof document.error === "object") {
    return {
      found: "is an error answer of the API, not an object; archive mode keeps it as it is",
      tries: [again(subject, { mode: "archive" })],
    };
  }
  return options["mode"] !== "archive" && isKept(model, bytes)
    ? {
        found: "archive mode keeps the document as it is",
        tries: [again(subject, { mode: "archive" })],
      }
    : undefined;
}

function again({ command, file, options }: Subject, others: Subject["options"]): string {
  return commandLine(command, file, { ...options, ...others });
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const openings = new Set(Buffer.from("[{"));
const closings = new Set(Buffer.from("]}"));

/** Returns how deep the values of a JSON text are nested. */
function nesting(json: Uint8Array): number {
  let deepest = 0;
  let depth = 0;
  let isString = false;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at] ?? 0;
    if (isString && byte === BACKSLASH) {
      at++;
    } else if (byte === QUOTE) {
      isString = !isString;
    } else if (!isString && openings.has(byte)) {
      depth++;
      deepest = Math.max(deepest, depth);
    } else if (!isString && closings.has(byte)) {
      depth--;
    }
  }
  return deepest;
}
