import { excerpt } from "./excerpt.js";
import { JsonError } from "./fault.js";
import type { ArrayNode, ObjectNode, TextNode } from "./node.js";
import { normalizeNumber } from "./number.js";
import { pointerTo } from "./pointer.js";
import { TextTree } from "./tree.js";

/** A place where two documents have different values. */
export interface Difference {
  /** As a JSON Pointer (RFC 6901). */
  readonly pointer: string;
  /** What the first document has there, cut short: a scalar, "an array", "an object", "nothing". */
  readonly expected: string;
  /** What the second document has there, likewise. */
  readonly found: string;
}

/** How two documents are compared. */
export interface CompareOptions {
  /** How many differences are listed. @defaultValue 100 */
  readonly maxDifferences?: number | undefined;
  /** How many levels of arrays and objects a document may have. @defaultValue 1,000 */
  readonly maxDepth?: number | undefined;
  /** Receives the offset in the first document, once for each 1,048,576 code units. */
  readonly onProgress?: ((offset: number) => void) | undefined;
}

const DEFAULT_MAX_DIFFERENCES = 100;
const DEFAULT_MAX_DEPTH = 1000;
/** How many code units of a scalar a difference has. */
const SHOWN_LENGTH = 120;
/** How many code units are compared between two reports of progress. */
const REPORT_EVERY = 1 << 20;

/**
 * Compares two JSON texts as values: the order of members does not count, and numbers are
 * equal if they are the same decimal number. An integer literal of more than 21 digits only
 * equals itself (see `normalizeNumber`).
 *
 * @returns the first differences; none if the documents are equal.
 * @throws {JsonError} if a text is not JSON, or has two members of the same name.
 */
export function compareJson(
  expected: string,
  found: string,
  options: CompareOptions = {},
): readonly Difference[] {
  const { maxDepth = DEFAULT_MAX_DEPTH } = options;
  const comparer = new Comparer(
    readStrictly(expected, maxDepth),
    readStrictly(found, maxDepth),
    options,
  );
  comparer.compareRoots();
  return comparer.differences;
}

function readStrictly(text: string, maxDepth: number): TextTree {
  return new TextTree(text, {
    maxDepth,
    onFault(fault) {
      // A lone surrogate is a value that can be compared.
      if (fault.code === "duplicate_member") {
        throw new JsonError(fault);
      }
      return true;
    },
  });
}

/** The keys from the document to a value. Few are reported, so pointers are made on demand. */
interface Path {
  readonly parent: Path | undefined;
  readonly key: string | number;
}

function pointerOf(path: Path | undefined): string {
  return path === undefined ? "" : pointerTo(pointerOf(path.parent), path.key);
}

class Comparer {
  readonly differences: Difference[] = [];
  readonly #expected: TextTree;
  readonly #found: TextTree;
  readonly #maxDifferences: number;
  readonly #onProgress: ((offset: number) => void) | undefined;
  #reported = 0;

  constructor(expected: TextTree, found: TextTree, options: CompareOptions) {
    this.#expected = expected;
    this.#found = found;
    this.#maxDifferences = options.maxDifferences ?? DEFAULT_MAX_DIFFERENCES;
    this.#onProgress = options.onProgress;
  }

  compareRoots(): void {
    this.#compare(this.#expected.root, this.#found.root, undefined);
  }

  #compare(expected: TextNode, found: TextNode, path: Path | undefined): void {
    if (this.differences.length >= this.#maxDifferences) {
      return;
    }
    if (expected.kind === "array" && found.kind === "array") {
      this.#compareArrays(expected, found, path);
    } else if (expected.kind === "object" && found.kind === "object") {
      this.#compareObjects(expected, found, path);
    } else if (!this.#isEqualScalar(expected, found)) {
      this.#report(path, expected, found);
    }
    if (expected.end - this.#reported >= REPORT_EVERY) {
      this.#reported = expected.end;
      this.#onProgress?.(this.#reported);
    }
  }

  #isEqualScalar(expected: TextNode, found: TextNode): boolean {
    switch (expected.kind) {
      case "null":
        return found.kind === "null";
      case "boolean":
      case "string":
        return found.kind === expected.kind && found.value === expected.value;
      case "number": {
        if (found.kind !== "number") {
          return false;
        }
        const [first, second] = [textOf(this.#expected, expected), textOf(this.#found, found)];
        return first === second || normalizeNumber(first) === normalizeNumber(second);
      }
      default:
        return false;
    }
  }

  #compareArrays(expected: ArrayNode, found: ArrayNode, parent: Path | undefined): void {
    const [elements, others] = [
      elementsOf(this.#expected, expected),
      elementsOf(this.#found, found),
    ];
    let [element, other] = [elements.next().value, others.next().value];
    for (let key = 0; element !== undefined || other !== undefined; key++) {
      this.#compareParts(element, other, { parent, key });
      [element, other] = [elements.next().value, others.next().value];
    }
  }

  /** Compares members in step as long as they have the same order, then by name. */
  #compareObjects(expected: ObjectNode, found: ObjectNode, parent: Path | undefined): void {
    const [members, others] = [membersOf(this.#expected, expected), membersOf(this.#found, found)];
    for (;;) {
      const [member, other] = [members.next().value, others.next().value];
      if (member !== undefined && other !== undefined && member.name === other.name) {
        this.#compare(member.value, other.value, { parent, key: member.name });
      } else if (member === undefined && other === undefined) {
        return;
      } else {
        this.#compareByName(
          byName(member, members, expected),
          byName(other, others, found),
          parent,
        );
        return;
      }
    }
  }

  #compareByName(
    members: ReadonlyMap<string, TextNode | number>,
    others: ReadonlyMap<string, TextNode | number>,
    parent: Path | undefined,
  ): void {
    for (const key of new Set([...members.keys(), ...others.keys()])) {
      this.#compareParts(
        nodeOf(this.#expected, members.get(key)),
        nodeOf(this.#found, others.get(key)),
        { parent, key },
      );
    }
  }

  #compareParts(expected: TextNode | undefined, found: TextNode | undefined, path: Path): void {
    if (expected !== undefined && found !== undefined) {
      this.#compare(expected, found, path);
    } else {
      this.#report(path, expected, found);
    }
  }

  #report(
    path: Path | undefined,
    expected: TextNode | undefined,
    found: TextNode | undefined,
  ): void {
    if (this.differences.length < this.#maxDifferences) {
      this.differences.push({
        pointer: pointerOf(path),
        expected: describe(this.#expected, expected),
        found: describe(this.#found, found),
      });
    }
  }
}

function* elementsOf(tree: TextTree, node: ArrayNode): Generator<TextNode, undefined> {
  for (const { elements = [] } of tree.arrayParts(node)) {
    yield* elements;
  }
}

interface Member {
  readonly name: string;
  readonly value: TextNode;
}

function* membersOf(tree: TextTree, node: ObjectNode): Generator<Member, undefined> {
  for (const { members } of tree.objectParts(node)) {
    for (const [index, name] of (members?.names ?? []).entries()) {
      const value = members?.values[index];
      if (value !== undefined) {
        yield { name, value };
      }
    }
  }
}

/**
 * Returns values by member name. The containers in a long object are returned as offsets,
 * because trees take 50 times the memory of their text.
 */
function byName(
  first: Member | undefined,
  rest: Iterable<Member>,
  { members }: ObjectNode,
): ReadonlyMap<string, TextNode | number> {
  const values = new Map<string, TextNode | number>();
  const add = ({ name, value }: Member): void => {
    const isContainer = value.kind === "array" || value.kind === "object";
    values.set(name, members === undefined && isContainer ? value.start : value);
  };
  if (first !== undefined) {
    add(first);
  }
  for (const member of rest) {
    add(member);
  }
  return values;
}

function nodeOf(tree: TextTree, value: TextNode | number | undefined): TextNode | undefined {
  return typeof value === "number" ? tree.valueAt(value) : value;
}

function textOf(tree: TextTree, { start, end }: TextNode): string {
  return tree.text.slice(start, end);
}

function describe(tree: TextTree, node: TextNode | undefined): string {
  if (node === undefined) {
    return "nothing";
  }
  switch (node.kind) {
    case "array":
      return "an array";
    case "object":
      return "an object";
    default:
      return excerpt(textOf(tree, node), SHOWN_LENGTH);
  }
}
