import {
  type DescMessage,
  equals,
  fromBinary,
  type JsonObject,
  type Message,
  toBinary,
} from "@bufbuild/protobuf";
import type { FoundViolation, MessageEngine } from "../engine/engines.js";
import type { GeneratedDocument } from "../generate/document.js";
import { type Mode, modes, violationsIn } from "../generate/expectation.js";
import { jsonDifference } from "../json/json-equal.js";
import { sameValue } from "../json/same-value.js";

/**
 * Checks that each mode refuses the text for exactly its violations. A mode that accepts the text
 * must give it back through binary; the message must be the same in every mode.
 */
export function verifyText(
  engine: MessageEngine,
  schema: DescMessage,
  { text, violations }: GeneratedDocument,
): void {
  const json = text.length % 2 === 0 ? text : Buffer.from(text);
  const message = engine.parse(schema, json, "archive");
  const binary = toBinary(schema, message);
  const written = engine.stringify(schema, fromBinary(schema, binary));
  const difference = jsonDifference(text, written);
  demand(difference === undefined, () => `the same value at ${difference}, not ${written}`);
  for (const mode of ["strict", "preserve"] as const) {
    const result = attempt(engine, () => engine.parse(schema, json, mode));
    demandPlaces(mode, result.refused, violationsIn(mode, violations));
    demandBinary(mode, schema, result.message, binary);
  }
}

/** Checks the same for the result of `JSON.parse`. */
export function verifyValue(
  engine: MessageEngine,
  schema: DescMessage,
  { text, violations, exactNumbers }: GeneratedDocument,
): void {
  if (!exactNumbers && OVERFLOW.test(text)) {
    return;
  }
  const value: JsonObject = JSON.parse(text);
  const binary = toBinary(schema, engine.fromValue(schema, value, "archive"));
  const written = engine.toValue(schema, fromBinary(schema, binary));
  demand(sameValue(written, value), () => `the same value, not ${JSON.stringify(written)}`);
  if (!exactNumbers) {
    // JSON.parse has rounded numbers, so this is a different document with unknown violations.
    return;
  }
  for (const mode of ["strict", "preserve"] as const) {
    const expected = violationsIn(mode, violations);
    const result = attempt(engine, () => engine.fromValue(schema, value, mode));
    demandPlaces(mode, result.refused, expected);
    demandBinary(mode, schema, result.message, binary);
    demandPlaces(mode, engine.check(schema, value, mode), expected);
  }
}

/** Matches an exponent with which a number may overflow in `JSON.parse`. */
const OVERFLOW = /[eE]\+?\d{3}/;

/**
 * Checks that every mode refuses a document with a flaw: as text, and as a value if `JSON.parse`
 * keeps the flaw.
 */
export function verifyFlaw(
  engine: MessageEngine,
  schema: DescMessage,
  { text, violations, exactNumbers }: GeneratedDocument,
): void {
  const isDuplicate = violations.some(({ code }) => code === "duplicate_member");
  const value: JsonObject = JSON.parse(text);
  for (const mode of modes) {
    const expected = violationsIn(mode, violations);
    const { refused } = attempt(engine, () => engine.parse(schema, text, mode));
    demandPlaces(mode, refused, expected);
    if (exactNumbers && !isDuplicate) {
      demandPlaces(mode, engine.check(schema, value, mode), expected);
    }
  }
}

/** Checks that a canonical document needs no residue. */
export function verifyCanonical(
  engine: MessageEngine,
  schema: DescMessage,
  { text }: GeneratedDocument,
): void {
  const message = engine.parse(schema, text, "strict");
  demand(engine.residueKinds(schema, message).length === 0, () => "nothing in the residue");
  const stripped = engine.stripResidue(schema, message);
  demand(equals(schema, message, stripped), () => "no residue, not even an empty one");
}

/** Checks that the text of a message gives the same message again, including the residue. */
export function verifyRewritten(
  engine: MessageEngine,
  schema: DescMessage,
  { text }: GeneratedDocument,
): void {
  const message = engine.parse(schema, text, "archive");
  const written = engine.stringify(schema, message);
  const again = engine.parse(schema, written, "archive");
  demand(equals(schema, message, again), () => `the same message, read again from ${written}`);
  const rewritten = engine.stringify(schema, again);
  demand(rewritten === written, () => `the same text again, ${written}, not ${rewritten}`);
}

/**
 * Checks that removing the residue leaves only notes about payloads that are null or absent. If the
 * document had no violations, the result must be the message of its canonical form.
 */
export function verifyStripped(
  engine: MessageEngine,
  schema: DescMessage,
  { text, violations }: GeneratedDocument,
): void {
  const stripped = engine.stripResidue(schema, engine.parse(schema, text, "archive"));
  const kinds = engine.residueKinds(schema, stripped);
  demand(
    kinds.every((kind) => kind === "null" || kind === "absent"),
    () => `notes only, not ${kinds.join(", ")}`,
  );
  const again = engine.stripResidue(schema, stripped);
  demand(equals(schema, stripped, again), () => "nothing more to remove");
  if (violations.length === 0) {
    const canonical = engine.stringify(schema, stripped);
    const reread = engine.parse(schema, canonical, "strict");
    demand(equals(schema, stripped, reread), () => `the same message, read from ${canonical}`);
  }
}

interface Result {
  readonly message: Message | undefined;
  /** The violations; empty if nothing was refused. */
  readonly refused: readonly FoundViolation[];
}

function attempt(engine: MessageEngine, read: () => Message): Result {
  try {
    return { message: read(), refused: [] };
  } catch (error) {
    const refused = engine.violationsOf(error);
    if (refused === undefined) {
      throw error;
    }
    demand(refused.length > 0, () => "an error with violations");
    return { message: undefined, refused };
  }
}

function demandPlaces(
  mode: Mode,
  found: readonly FoundViolation[],
  expected: readonly FoundViolation[],
): void {
  // Reading stops at the depth limit, so later violations are not found.
  const tooDeep = expected.find(({ code }) => code === "too_deep");
  const [have, want] =
    tooDeep === undefined
      ? [found, expected]
      : [found.filter(({ code }) => code === "too_deep"), [tooDeep]];
  if (have.length + want.length > 0) {
    const [one, other] = [describePlaces(have), describePlaces(want)];
    demand(one === other, () => `in ${mode} to be refused\n${other}\nbut found\n${one}`);
  }
}

/** Checks that a message has this binary form, which is known to give back the document. */
function demandBinary(
  mode: Mode,
  schema: DescMessage,
  message: Message | undefined,
  binary: Uint8Array,
): void {
  const same = message === undefined || Buffer.compare(toBinary(schema, message), binary) === 0;
  demand(same, () => `in ${mode} the message that archive gives`);
}

/** Returns codes and places, without duplicates and in a fixed order. */
function describePlaces(violations: readonly FoundViolation[]): string {
  const places = new Set(violations.map(({ code, pointer }) => `  ${code} ${pointer}`));
  return [...places].sort().join("\n");
}

function demand(fulfilled: boolean, expected: () => string): void {
  if (!fulfilled) {
    throw new Error(`expected ${expected()}`);
  }
}
