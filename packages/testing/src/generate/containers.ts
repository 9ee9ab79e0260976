import { type Draft, MAXIMUM_DEPTH } from "./draft.js";
import type { ExpectedCode, Flaw } from "./expectation.js";
import { illFormedContent, spellEscaped, spellKnown, spellString } from "./strings.js";

/** A member that is to be written. */
export interface Entry {
  readonly name: string;
  /** Writes its value; called at its place. */
  readonly write: () => string;
}

/** How often an object gets the flaw that the document is to have; the outermost does if no other did. */
const FLAW_RATE = 0.1;

/**
 * What an object is: a message, where unknown members count; a map, where any
 * name will do, but not any value; or anything.
 */
export type ObjectKind = "message" | "map" | "unknown";

/** Writes an object. */
export function objectText(draft: Draft, entries: readonly Entry[], kind: ObjectKind): string {
  draft.depth++;
  const members: string[] = [];
  let last: FlawBasis | undefined;
  for (const { name, write } of entries) {
    const wrongBefore = draft.violations.length;
    draft.enter(name);
    const value = write();
    draft.leave();
    members.push(memberText(draft, spellKnown(draft, name), value));
    last = { name, value, isRight: draft.violations.length === wrongBefore };
  }
  const flaw = draft.pendingFlaw;
  if (flaw !== undefined && (draft.depth === 1 || draft.random.chance(FLAW_RATE))) {
    const member =
      kind === "map" ? mapFlawText(draft, flaw, last) : flawText(draft, flaw, last, kind);
    if (member !== undefined) {
      draft.pendingFlaw = undefined;
      members.splice(draft.random.below(members.length + 1), 0, member);
    }
  }
  draft.depth--;
  return enclose(draft, "{", members, "}");
}

/** Writes an array of this many elements. */
export function arrayText(draft: Draft, length: number, write: () => string): string {
  draft.depth++;
  const elements: string[] = [];
  for (let index = 0; index < length; index++) {
    draft.enter(index);
    elements.push(draft.gap() + write() + draft.gap());
    draft.leave();
  }
  draft.depth--;
  return enclose(draft, "[", elements, "]");
}

/** As many arrays and objects as `levels`, each within the one before. */
export function chainText(draft: Draft, levels: number): string {
  return chain(draft, levels, []);
}

/**
 * The same with more levels than there may be.
 *
 * @param code what is wrong with the first array or object beyond `limit`.
 */
export function longChainText(
  draft: Draft,
  levels: number,
  limit: number,
  code: ExpectedCode,
): string {
  const places: (string | number)[] = [];
  const text = chain(draft, levels, places);
  const path = places.slice(0, limit);
  for (const place of path) {
    draft.enter(place);
  }
  draft.violate(code);
  for (const _ of path) {
    draft.leave();
  }
  return text;
}

function chain(draft: Draft, levels: number, places: (string | number)[]): string {
  let open = "";
  let close = "";
  for (let level = 0; level < levels; level++) {
    const isArray = draft.random.chance(0.5);
    places.push(isArray ? 0 : "a");
    open += isArray ? "[" : '{"a":';
    close = (isArray ? "]" : "}") + close;
  }
  return open + draft.random.pick(["null", "true", "1", '"leaf"']) + close;
}

interface FlawBasis {
  readonly name: string;
  readonly value: string;
  /** Whether nothing is wrong with the value. */
  readonly isRight: boolean;
}

/** A member that every mode refuses, beside the last one that the object has. */
function flawText(draft: Draft, flaw: Flaw, last: FlawBasis | undefined, kind: ObjectKind): string {
  if (flaw === "duplicate_member" && last !== undefined) {
    return duplicateText(draft, last);
  }
  const name = flaw === "lone_surrogate" ? illFormedContent(draft) : "flaw";
  if (kind === "message") {
    draft.violateMember("unknown_member", name);
  }
  const key = spellString(draft, name);
  if (flaw === "too_deep") {
    const room = MAXIMUM_DEPTH - draft.depth;
    draft.enter(name);
    const value = longChainText(draft, room + 1 + draft.random.below(3), room, flaw);
    draft.leave();
    return memberText(draft, key, value);
  }
  draft.violateMember(flaw, name);
  return flaw === "lone_surrogate"
    ? memberText(draft, key, "null")
    : `${memberText(draft, key, "1")},${memberText(draft, spellEscaped(name), "[]")}`;
}

/** The same in a map, beside a member whose value is right; nothing where that cannot be. */
function mapFlawText(draft: Draft, flaw: Flaw, last: FlawBasis | undefined): string | undefined {
  if (last !== undefined && flaw === "duplicate_member") {
    return duplicateText(draft, last);
  }
  if (last?.isRight !== true || flaw === "too_deep") {
    return undefined;
  }
  const name = illFormedContent(draft);
  draft.violateMember(flaw, name);
  return memberText(draft, spellString(draft, name), last.value);
}

function duplicateText(draft: Draft, { name, value }: FlawBasis): string {
  draft.violateMember("duplicate_member", name);
  return memberText(
    draft,
    draft.random.chance(0.5) ? spellEscaped(name) : JSON.stringify(name),
    value,
  );
}

function memberText(draft: Draft, key: string, value: string): string {
  return draft.spaced
    ? `${draft.gap()}${key}${draft.gap()}:${draft.gap()}${value}${draft.gap()}`
    : `${key}:${value}`;
}

function enclose(draft: Draft, open: string, parts: readonly string[], close: string): string {
  return `${open}${parts.length === 0 ? draft.gap() : parts.join(",")}${close}`;
}
