import { normalizeNumber } from "@stepwire/openai-json";
import { appendToPointer } from "./pointer.js";
import { stringEnd, unquote } from "./scan.js";

/** A place where two documents have different values. */
export interface Difference {
  /** As a JSON Pointer (RFC 6901). */
  readonly pointer: string;
  readonly expected: string;
  readonly found: string;
}

const MOST_DIFFERENCES = 100;
const SHOWN_LENGTH = 120;
/** How much is read between two reports of progress. */
const REPORT_EVERY = 1 << 20;

/**
 * Compares two JSON texts as values, exactly: the order of members does not count,
 * and numbers are equal if they are the same decimal number.
 *
 * It walks through both texts at once and builds nothing, so that it also serves for
 * large ones. It shares no code with the engines that it judges, and expects texts
 * that are known to be JSON.
 *
 * @returns the first differences; none if the documents are equal.
 */
export function compareJson(
  expected: string,
  found: string,
  onProgress?: (position: number) => void,
): readonly Difference[] {
  const comparer = new Comparer(new Cursor(expected), new Cursor(found), onProgress);
  comparer.compare(undefined);
  return comparer.differences;
}

/** The way to a value. Most are never told, so a pointer is only written of one that is. */
interface Path {
  readonly parent: Path | undefined;
  readonly key: string | number;
}

function pointerOf(path: Path | undefined): string {
  return path === undefined ? "" : appendToPointer(pointerOf(path.parent), path.key);
}

class Comparer {
  readonly differences: Difference[] = [];
  readonly #expected: Cursor;
  readonly #found: Cursor;
  readonly #onProgress: ((position: number) => void) | undefined;
  #reported = 0;

  constructor(expected: Cursor, found: Cursor, onProgress?: (position: number) => void) {
    this.#expected = expected;
    this.#found = found;
    this.#onProgress = onProgress;
  }

  /** Compares the values that both cursors stand at, and steps behind them. */
  compare(path: Path | undefined): void {
    const kind = this.#expected.peek();
    if (kind === this.#found.peek() && (kind === "{" || kind === "[")) {
      if (kind === "{") {
        this.#objects(path);
      } else {
        this.#arrays(path);
      }
      this.#report();
      return;
    }
    const [expected, found] = [this.#expected.value(), this.#found.value()];
    if (expected !== found && normalize(expected) !== normalize(found)) {
      this.#different(path, expected, found);
    }
  }

  #arrays(parent: Path | undefined): void {
    this.#expected.open();
    this.#found.open();
    let [more, moreFound] = [this.#expected.next("]"), this.#found.next("]")];
    for (let index = 0; more || moreFound; index++) {
      const child = { parent, key: index };
      if (more && moreFound) {
        this.compare(child);
      } else {
        this.#different(
          child,
          more ? this.#expected.value() : undefined,
          moreFound ? this.#found.value() : undefined,
        );
      }
      more &&= this.#expected.next("]");
      moreFound &&= this.#found.next("]");
    }
  }

  /** In step as long as the members stand in the same order, then by name. */
  #objects(parent: Path | undefined): void {
    this.#expected.open();
    this.#found.open();
    for (;;) {
      const [start, startFound] = [this.#expected.position, this.#found.position];
      const [more, moreFound] = [this.#expected.next("}"), this.#found.next("}")];
      if (!more && !moreFound) {
        return;
      }
      const name = more ? this.#expected.name() : undefined;
      const nameFound = moreFound ? this.#found.name() : undefined;
      if (name === undefined || name !== nameFound) {
        this.#expected.position = start;
        this.#found.position = startFound;
        this.#membersByName(parent);
        return;
      }
      this.compare({ parent, key: name });
    }
  }

  #membersByName(parent: Path | undefined): void {
    const [members, membersFound] = [this.#expected.members(), this.#found.members()];
    const [end, endFound] = [this.#expected.position, this.#found.position];
    for (const name of new Set([...members.keys(), ...membersFound.keys()])) {
      const [start, startFound] = [members.get(name), membersFound.get(name)];
      const child = { parent, key: name };
      this.#expected.position = start ?? end;
      this.#found.position = startFound ?? endFound;
      if (start !== undefined && startFound !== undefined) {
        this.compare(child);
      } else {
        this.#different(
          child,
          start === undefined ? undefined : this.#expected.value(),
          startFound === undefined ? undefined : this.#found.value(),
        );
      }
    }
    this.#expected.position = end;
    this.#found.position = endFound;
  }

  #different(
    path: Path | undefined,
    expected: string | undefined,
    found: string | undefined,
  ): void {
    if (this.differences.length < MOST_DIFFERENCES) {
      const pointer = pointerOf(path);
      this.differences.push({ pointer, expected: shorten(expected), found: shorten(found) });
    }
  }

  #report(): void {
    if (this.#expected.position - this.#reported >= REPORT_EVERY) {
      this.#reported = this.#expected.position;
      this.#onProgress?.(this.#reported);
    }
  }
}

/** A place in a JSON text, always at the start of a token. */
class Cursor {
  readonly #text: string;
  position = 0;

  constructor(text: string) {
    this.#text = text;
    this.#skipSpace();
  }

  peek(): string | undefined {
    return this.#text[this.position];
  }

  /** Steps into an object or array. */
  open(): void {
    this.#step(1);
  }

  /** Steps to the next member or element; false, and behind the end, if there is none. */
  next(closing: "}" | "]"): boolean {
    const character = this.peek();
    if (character === closing || character === undefined) {
      this.#step(1);
      return false;
    }
    if (character === ",") {
      this.#step(1);
    }
    return true;
  }

  /** The name of a member; steps to its value. */
  name(): string {
    const start = this.position;
    const end = stringEnd(this.#text, start) ?? this.#text.length;
    this.#step(end - start);
    this.#step(1);
    const raw = this.#text.slice(start, end);
    return raw.includes("\\") ? unquote(raw) : raw.slice(1, -1);
  }

  /** The text of a value; steps behind it. */
  value(): string {
    const start = this.position;
    const end = this.#valueEnd(start);
    this.#step(end - start);
    return this.#text.slice(start, end);
  }

  /** Where the value of each further member of an object starts; steps behind the object. */
  members(): Map<string, number> {
    const members = new Map<string, number>();
    while (this.next("}")) {
      const name = this.name();
      members.set(name, this.position);
      this.#step(this.#valueEnd(this.position) - this.position);
    }
    return members;
  }

  #valueEnd(start: number): number {
    const first = this.#text[start];
    if (first === '"') {
      return stringEnd(this.#text, start) ?? this.#text.length;
    }
    if (first !== "{" && first !== "[") {
      return scalarEnd(this.#text, start);
    }
    let depth = 0;
    let position = start;
    do {
      const character = this.#text[position];
      if (character === '"') {
        position = (stringEnd(this.#text, position) ?? this.#text.length) - 1;
      } else if (character === "{" || character === "[") {
        depth++;
      } else if (character === "}" || character === "]") {
        depth--;
      }
      position++;
    } while (depth > 0 && position < this.#text.length);
    return position;
  }

  #step(length: number): void {
    this.position += length;
    this.#skipSpace();
  }

  #skipSpace(): void {
    while (isSpace(this.#text.charCodeAt(this.position))) {
      this.position++;
    }
  }
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

const SCALAR = /[-+.\w]*/y;

function scalarEnd(text: string, start: number): number {
  SCALAR.lastIndex = start;
  SCALAR.test(text);
  return Math.max(SCALAR.lastIndex, start + 1);
}

/** What all spellings of a value share; objects and arrays only equal themselves. */
function normalize(text: string): string {
  const first = text[0] ?? "";
  if (first === '"') {
    return JSON.stringify(unquote(text));
  }
  return /[-\d]/.test(first) ? normalizeNumber(text) : text;
}

function shorten(text: string | undefined): string {
  if (text === undefined) {
    return "no member";
  }
  return text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH)}…`;
}
