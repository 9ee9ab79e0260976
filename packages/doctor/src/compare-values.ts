import { createHash } from "node:crypto";
import {
  type ArrayNode,
  JsonError,
  type ObjectNode,
  pointerTo,
  type TextNode,
  TextTree,
} from "@stepwire/json";
import { excerpt } from "@stepwire/json/internal";
import { diffArrays } from "diff";
import { type Difference, FindingList } from "./finding.js";
import { isSameNumber, spellNumber } from "./same-number.js";

/** The bounds of a comparison. */
export interface CompareBounds {
  /** How many differences of each kind are listed. */
  readonly maxFindings: number;
  /** How many levels of arrays and objects a document may have; at most 1,000. */
  readonly maxDepth: number;
}

export const DEFAULT_BOUNDS: CompareBounds = { maxFindings: 100, maxDepth: 1000 };

/** How many characters of a value a finding has. */
const SHOWN_LENGTH = 120;
/** Lists are aligned up to this many changes; beyond, they are compared element by element. */
const MAX_EDITS = 500;

/**
 * Compares two JSON texts, and says of each value whether it was lost, changed, added or moved. The
 * order of members does not count, and numbers are equal if they are the same decimal number; but
 * `-0` is not `0`, and `1e30` is not an integer of 31 digits. Elements of lists are aligned, so that
 * one lost element is one finding. A text that is not JSON only equals itself.
 */
export function compareTexts(
  sent: string,
  received: string,
  bounds: CompareBounds = DEFAULT_BOUNDS,
): Difference[] {
  if (sent === received) {
    return [];
  }
  const before = readTree(sent, bounds.maxDepth);
  const after = readTree(received, bounds.maxDepth);
  if (before === undefined || after === undefined) {
    const kind = before === after ? "text" : undefined;
    const what =
      kind === undefined
        ? `${nameTree(before)} became ${nameTree(after)}`
        : "a text became another";
    return [{ kind: "changed", pointer: "", what, ...shown(sent, received) }];
  }
  const comparer = new Comparer(before, after, bounds.maxFindings);
  comparer.compare(before.root, after.root, "");
  return comparer.found;
}

/** Returns a key that all JSON texts of an equal value share; other texts stay as they are. */
export function keyOfText(text: string, maxDepth: number = DEFAULT_BOUNDS.maxDepth): string {
  const tree = readTree(text, maxDepth);
  return tree === undefined ? text : new Spelling(tree).of(tree.root);
}

function nameTree(tree: TextTree | undefined): string {
  return tree === undefined ? "a text that is not JSON" : nameOf(tree, tree.root);
}

function readTree(text: string, maxDepth: number): TextTree | undefined {
  try {
    // Duplicate members and lone surrogates are values to compare.
    return new TextTree(text, { maxDepth, onFault: () => true });
  } catch (error) {
    if (error instanceof JsonError) {
      return undefined;
    }
    throw error;
  }
}

class Comparer {
  readonly #list: FindingList<Difference>;
  readonly #before: TextTree;
  readonly #after: TextTree;
  readonly #sentSpelling: Spelling;
  readonly #receivedSpelling: Spelling;

  constructor(before: TextTree, after: TextTree, maxFindings: number) {
    this.#before = before;
    this.#after = after;
    this.#sentSpelling = new Spelling(before);
    this.#receivedSpelling = new Spelling(after);
    this.#list = new FindingList(maxFindings);
  }

  get found(): Difference[] {
    return this.#list.found;
  }

  compare(before: TextNode, after: TextNode, pointer: string): void {
    if (before.kind === "object" && after.kind === "object") {
      this.#compareObjects(before, after, pointer);
    } else if (before.kind === "array" && after.kind === "array") {
      this.#compareArrays(before, after, pointer);
    } else if (!this.#isSameScalar(before, after)) {
      this.#report("changed", pointer, this.#nameChange(before, after), before, after);
    }
  }

  #isSameScalar(before: TextNode, after: TextNode): boolean {
    switch (before.kind) {
      case "null":
        return after.kind === "null";
      case "boolean":
      case "string":
        return after.kind === before.kind && after.value === before.value;
      case "number":
        return (
          after.kind === "number" &&
          isSameNumber(textOf(this.#before, before), textOf(this.#after, after))
        );
      default:
        return false;
    }
  }

  #nameChange(before: TextNode, after: TextNode): string {
    if (before.kind === "number" && after.kind === "number") {
      const isInteger = /^-?\d+$/.test(textOf(this.#before, before));
      return isInteger ? "an integer became another number" : "a number became another";
    }
    if (before.kind === "string" && after.kind === "string" && after.value !== "") {
      return `${nameOf(this.#before, before)} became another`;
    }
    return `${nameOf(this.#before, before)} became ${nameOf(this.#after, after)}`;
  }

  #compareObjects(before: ObjectNode, after: ObjectNode, pointer: string): void {
    const [sent, received] = [membersOf(this.#before, before), membersOf(this.#after, after)];
    for (const [name, values] of sent) {
      const others = received.get(name) ?? [];
      for (const [index, value] of values.entries()) {
        // Of duplicate members, readers keep the last one.
        const counterpart = others[index + others.length - values.length];
        if (counterpart !== undefined) {
          this.compare(value, counterpart, pointerTo(pointer, name));
        } else {
          const isDuplicate = values.length > 1 && others.length > 0;
          const what = isDuplicate ? "a duplicate member" : nameOf(this.#before, value);
          this.#report("lost", pointerTo(pointer, name), what, value, undefined);
        }
      }
    }
    for (const [name, values] of received) {
      const extra = Math.max(0, values.length - (sent.get(name)?.length ?? 0));
      for (const value of values.slice(0, extra)) {
        const what = nameOf(this.#after, value);
        this.#report("added", pointerTo(pointer, name), what, undefined, value);
      }
    }
  }

  #compareArrays(before: ArrayNode, after: ArrayNode, pointer: string): void {
    const [sent, received] = [elementsOf(this.#before, before), elementsOf(this.#after, after)];
    const sentTexts = sent.map((node) => this.#sentSpelling.of(node));
    const receivedTexts = received.map((node) => this.#receivedSpelling.of(node));
    if (isReordered(sentTexts, receivedTexts)) {
      this.#report("reordered", pointer, "a list", before, after);
      return;
    }
    // Lists of the same length have most likely lost nothing.
    const pairs =
      sent.length === received.length
        ? sent.map((_, index): Pair => [index, index])
        : align(sentTexts, receivedTexts);
    for (const [index, otherIndex] of pairs) {
      const [value, other] = [sent[index ?? -1], received[otherIndex ?? -1]];
      if (value !== undefined && other !== undefined) {
        this.compare(value, other, pointerTo(pointer, index ?? 0));
      } else if (value !== undefined) {
        const what = nameOf(this.#before, value);
        this.#report("lost", pointerTo(pointer, index ?? 0), what, value, undefined);
      } else if (other !== undefined) {
        const what = nameOf(this.#after, other);
        this.#report("added", pointerTo(pointer, otherIndex ?? 0), what, undefined, other);
      }
    }
  }

  #report(
    kind: Difference["kind"],
    pointer: string,
    what: string,
    before: TextNode | undefined,
    after: TextNode | undefined,
  ): void {
    const sent = before && textOf(this.#before, before);
    const received = after && textOf(this.#after, after);
    this.#list.add({ kind, pointer, what, ...shown(sent, received) });
  }
}

/** Returns whether both have the same elements in another order. */
function isReordered(sent: readonly string[], received: readonly string[]): boolean {
  return (
    sent.length === received.length &&
    sent.some((text, index) => text !== received[index]) &&
    isSameList(sent.toSorted(), received.toSorted())
  );
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  return left.every((text, index) => text === right[index]);
}

/** A pair of indexes; one of them is undefined for an element that was lost or added. */
export type Pair = readonly [sent: number | undefined, received: number | undefined];

/** Aligns two lists: equal elements with each other, and those between them in order. */
export function align(sent: readonly string[], received: readonly string[]): Pair[] {
  const changes = diffArrays([...sent], [...received], { maxEditLength: MAX_EDITS });
  const pairs: Pair[] = [];
  if (changes === undefined) {
    const equal = countEqualAtEnd(sent, received);
    const [rest, otherRest] = [sent.length - equal, received.length - equal];
    for (let index = 0; index < Math.max(rest, otherRest); index++) {
      pairs.push([index < rest ? index : undefined, index < otherRest ? index : undefined]);
    }
    for (let step = 0; step < equal; step++) {
      pairs.push([rest + step, otherRest + step]);
    }
    return pairs;
  }
  let [index, otherIndex] = [0, 0];
  let [lost, added]: [number, number] = [0, 0];
  const flush = (): void => {
    for (let step = 0; step < Math.max(lost, added); step++) {
      pairs.push([
        step < lost ? index + step : undefined,
        step < added ? otherIndex + step : undefined,
      ]);
    }
    index += lost;
    otherIndex += added;
    [lost, added] = [0, 0];
  };
  for (const { removed, added: isAdded, count = 0 } of changes) {
    if (removed) {
      lost += count;
    } else if (isAdded) {
      added += count;
    } else {
      flush();
      for (let step = 0; step < count; step++) {
        pairs.push([index++, otherIndex++]);
      }
    }
  }
  flush();
  return pairs;
}

/** Returns how many of the last elements are equal. */
function countEqualAtEnd(sent: readonly string[], received: readonly string[]): number {
  const most = Math.min(sent.length, received.length);
  let count = 0;
  while (count < most && sent.at(-1 - count) === received.at(-1 - count)) {
    count++;
  }
  return count;
}

function shown(
  sent: string | undefined,
  received: string | undefined,
): Pick<Difference, "sent" | "received"> {
  return {
    ...(sent !== undefined && { sent: excerpt(sent, SHOWN_LENGTH) }),
    ...(received !== undefined && { received: excerpt(received, SHOWN_LENGTH) }),
  };
}

function textOf(tree: TextTree, { start, end }: TextNode): string {
  return tree.text.slice(start, end);
}

/** Returns the name of a value's kind, with its article. */
function nameOf(tree: TextTree, node: TextNode): string {
  switch (node.kind) {
    case "null":
      return "null";
    case "boolean":
      return String(node.value);
    case "number":
      return "a number";
    case "string":
      return node.value === "" ? "an empty string" : "a string";
    case "array":
      return node.length === 0 ? "an empty list" : "a list";
    case "object":
      return membersOf(tree, node).size === 0 ? "an empty object" : "an object";
  }
}

function elementsOf(tree: TextTree, node: ArrayNode): TextNode[] {
  return [...tree.arrayParts(node)].flatMap(({ elements = [] }) => elements);
}

/** Returns the members by name; a name has several values if it occurs twice. */
function membersOf(tree: TextTree, node: ObjectNode): Map<string, TextNode[]> {
  const values = new Map<string, TextNode[]>();
  for (const { members } of tree.objectParts(node)) {
    for (const [index, name] of (members?.names ?? []).entries()) {
      const value = members?.values[index];
      if (value !== undefined) {
        const same = values.get(name);
        if (same === undefined) {
          values.set(name, [value]);
        } else {
          same.push(value);
        }
      }
    }
  }
  return values;
}

/** Spells the values of a tree so that equal ones are spelled equally; long spellings are hashed. */
class Spelling {
  readonly #tree: TextTree;
  /** Spellings of lists and objects, by the place where they start. */
  readonly #known = new Map<number, string>();

  constructor(tree: TextTree) {
    this.#tree = tree;
  }

  of(node: TextNode): string {
    switch (node.kind) {
      case "null":
        return "null";
      case "boolean":
        return String(node.value);
      case "number":
        return condense(spellNumber(textOf(this.#tree, node)));
      case "string":
        return condense(JSON.stringify(node.value));
      default:
        return this.#ofContainer(node);
    }
  }

  #ofContainer(node: ArrayNode | ObjectNode): string {
    const known = this.#known.get(node.start);
    if (known !== undefined) {
      return known;
    }
    const spelled = condense(
      node.kind === "array"
        ? `[${elementsOf(this.#tree, node)
            .map((element) => this.of(element))
            .join()}]`
        : `{${[...membersOf(this.#tree, node)]
            .flatMap(([name, values]) =>
              values.map((value) => `${JSON.stringify(name)}:${this.of(value)}`),
            )
            .sort()
            .join()}}`,
    );
    this.#known.set(node.start, spelled);
    return spelled;
  }
}

const LONGEST_SPELLING = 64;

/** No value is spelled with a number sign first. */
function condense(spelled: string): string {
  return spelled.length <= LONGEST_SPELLING
    ? spelled
    : `#${createHash("sha256").update(spelled).digest("base64")}`;
}
