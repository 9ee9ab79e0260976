import type { EnumMapping, MessageMapping, SingularMapping, ValueMapping } from "@stepwire/mapping";
import { anyText } from "./any-value.js";
import { bytesText, notBase64Text } from "./bytes.js";
import { arrayText, type Entry, objectText } from "./containers.js";
import type { Draft } from "./draft.js";
import { doubleText, integerText, misfitText, noIntegerText } from "./numbers.js";
import {
  illFormedContent,
  oddName,
  spellKnown,
  spellString,
  stringContent,
  stringText,
} from "./strings.js";
import { type JsonType, jsonTypes, otherTypeText, unknownText } from "./unknown.js";

/** Probability that a list or map has hundreds of elements. */
const LARGE_RATE = 0.0005;

/** Returns the JSON types of a value; undefined if any type is allowed. */
export function jsonTypesOf(mapping: ValueMapping): readonly JsonType[] | undefined {
  switch (mapping.kind) {
    case "string":
    case "bytes":
    case "enum":
      return ["string"];
    case "boolean":
    case "null":
      return [mapping.kind];
    case "double":
    case "integer":
      return ["number"];
    case "list":
      return ["array"];
    case "map":
      return ["object"];
    case "message":
      return jsonTypesOfMessage(mapping.message);
    case "any":
    case "verbatim":
      return undefined;
  }
}

/** Writes a value of the right JSON type. */
export function valueText(draft: Draft, mapping: ValueMapping, mayBeEmpty: boolean): string {
  switch (mapping.kind) {
    case "list":
      return listText(draft, mapping.element, mayBeEmpty);
    case "map":
      return mapText(draft, mapping.value, mayBeEmpty);
    default:
      return singularText(draft, mapping);
  }
}

/**
 * Writes an array of values.
 *
 * @param writeFirst writes the first element, if it must not be any value.
 */
export function listText(
  draft: Draft,
  element: SingularMapping,
  mayBeEmpty: boolean,
  writeFirst?: () => string,
): string {
  let write = writeFirst;
  return arrayText(draft, elementCount(draft, mayBeEmpty), () => {
    const text = write?.() ?? elementText(draft, element);
    write = undefined;
    return text;
  });
}

/** Writes a string that is not one of the valid ones. */
export function unknownString(draft: Draft, isRight: (content: string) => boolean): string {
  const content = oddName(draft);
  return isRight(content) ? "unheard_of" : content;
}

function mapText(draft: Draft, value: SingularMapping, mayBeEmpty: boolean): string {
  const names = new Set<string>();
  for (let count = elementCount(draft, mayBeEmpty); count > 0; count--) {
    names.add(draft.random.chance(0.5) ? oddName(draft) : `${stringContent(draft)}${count}`);
  }
  const entries: Entry[] = [];
  for (const name of names) {
    entries.push({ name, write: () => elementText(draft, value) });
  }
  return objectText(draft, entries, "map");
}

function elementText(draft: Draft, mapping: SingularMapping): string {
  const types = jsonTypesOf(mapping);
  if (types !== undefined && draft.odd("wrong_type")) {
    draft.violate("wrong_type");
    return otherTypeText(draft, ...types);
  }
  return singularText(draft, mapping);
}

/** Writes a value of the right JSON type, except for lists and maps. */
export function singularText(draft: Draft, mapping: SingularMapping): string {
  draft.budget--;
  switch (mapping.kind) {
    case "message":
      return draft.writeMessage(mapping.message);
    case "any":
      return anyText(draft);
    case "verbatim":
      return unknownText(draft);
    case "boolean":
      return draft.random.chance(0.5) ? "true" : "false";
    case "null":
      return "null";
    case "enum":
      return enumText(draft, mapping);
    default:
      return draft.odd("not_representable") ? misfit(draft, mapping) : fitting(draft, mapping);
  }
}

type SimpleMapping = Extract<SingularMapping, { kind: "string" | "bytes" | "double" | "integer" }>;

function fitting(draft: Draft, mapping: SimpleMapping): string {
  switch (mapping.kind) {
    case "string":
      return stringText(draft);
    case "bytes":
      return bytesText(draft);
    case "double":
      return doubleText(draft);
    case "integer":
      return integerText(draft, mapping);
  }
}

/** Writes a value that the typed field cannot hold. */
function misfit(draft: Draft, mapping: SimpleMapping): string {
  draft.violate("not_representable");
  switch (mapping.kind) {
    case "string":
      return spellString(draft, illFormedContent(draft));
    case "bytes":
      return notBase64Text(draft);
    case "double":
      return misfitText(draft);
    case "integer":
      return noIntegerText(draft, mapping);
  }
}

const stringsByEnum = new WeakMap<EnumMapping, EnumStrings>();

interface EnumStrings {
  /** The string of each enum number. */
  readonly canonical: readonly string[];
  readonly all: readonly string[];
}

function enumText(draft: Draft, mapping: EnumMapping): string {
  if (draft.odd("unknown_value")) {
    draft.violate("unknown_value");
    return spellString(
      draft,
      unknownString(draft, (content) => mapping.numberByString.has(content)),
    );
  }
  let strings = stringsByEnum.get(mapping);
  if (strings === undefined) {
    strings = {
      canonical: [...mapping.stringByNumber.values()],
      all: [...mapping.numberByString.keys()],
    };
    stringsByEnum.set(mapping, strings);
  }
  return spellKnown(
    draft,
    draft.random.pick(draft.loose() ? strings.all : strings.canonical) ?? "",
  );
}

function elementCount(draft: Draft, mayBeEmpty: boolean): number {
  const { random } = draft;
  const least = mayBeEmpty ? 0 : 1;
  if (draft.budget <= 0) {
    return least;
  }
  return random.chance(LARGE_RATE) ? random.below(300) : Math.max(least, random.below(4));
}

function jsonTypesOfMessage(mapping: MessageMapping): readonly JsonType[] | undefined {
  if (mapping.kind !== "byKind") {
    return [mapping.kind === "array" ? "array" : "object"];
  }
  const types = new Set(mapping.arms.map(({ jsonKind }) => jsonKind));
  return mapping.otherArm !== undefined || types.size === jsonTypes.length ? undefined : [...types];
}
