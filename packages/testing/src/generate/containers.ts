import { type Draft, MAXIMUM_DEPTH } from "./draft.js";
import type { ExpectedCode, Flaw } from "./expectation.js";
import { illFormedContent, spellEscaped, spellKnown, spellString } from "./strings.js";

/** A member to write. */
export interface Entry {
  readonly name: string;
  /** Writes the value; called when its position is reached. */
  readonly write: () => string;
}

/**
 * Probability that an object gets the requested flaw. The outermost object gets it if no other
 * object did.
 */
const FLAW_RATE = 0.1;

/**
 * The kind of an object: a message, in which unknown members are violations; a map, in which all
 * names but not all values are valid; or an unknown object.
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

/** Writes an array with `length` elements. */
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

/** Writes nested arrays and objects, `levels` deep. */
export function chainText(draft: Draft, levels: number): string {
  return chain(draft, levels, []);
}

/**
 * Writes arrays and objects that are nested too deeply.
 *
 * @param code the violation of the first array or object beyond `limit`.
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
  /** Whether the value has no violation. */
  readonly isRight: boolean;
}

/** Returns a member that every mode refuses, given the last member of the object. */
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

/** Returns such a member for a map, given a valid member; undefined if this is not possible. */
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
