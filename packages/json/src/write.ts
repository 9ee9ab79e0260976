import { JsonError, type JsonFault, type JsonFaultCode } from "./fault.js";
import { numberText } from "./number.js";
import { formatPointer } from "./pointer.js";

/** The place of a value in its document, and who learns of bad member names. */
export interface ValuePlace {
  readonly path: readonly (string | number)[];
  /** How many levels of arrays and objects the document may have. */
  readonly maxDepth: number;
  /** Receives a member name with a lone surrogate. */
  addName(pointer: string, name: string): void;
}

/**
 * Returns the JSON text of a value, as JSON.stringify writes it, except that -0 keeps its
 * sign and that nothing is dropped: a value that is not JSON is an error.
 *
 * @throws {JsonError} if the value is not JSON or nests too deep.
 */
export function writeValue(value: unknown, place: ValuePlace): string {
  return new ValueWriter(place).write(value);
}

/** Returns whether a value is what JSON.parse makes of an object: no Date, no Map. */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return false;
  }
  const prototype: object | null = Object.getPrototypeOf(value);
  return (
    prototype === Object.prototype ||
    prototype === null ||
    // An object of another realm, such as a frame or a vm context.
    (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "hasOwnProperty"))
  );
}

class ValueWriter {
  readonly #path: (string | number)[];
  readonly #place: ValuePlace;

  constructor(place: ValuePlace) {
    this.#path = [...place.path];
    this.#place = place;
  }

  write(value: unknown): string {
    switch (typeof value) {
      case "string":
        return JSON.stringify(value);
      case "boolean":
        return String(value);
      case "number":
        return Number.isFinite(value) ? numberText(value) : this.#notJson(String(value));
      default:
        if (value === null) {
          return "null";
        }
        if (Array.isArray(value)) {
          return this.#array(value);
        }
        return isJsonObject(value)
          ? this.#object(value)
          : this.#notJson(
              typeof value === "object"
                ? "an instance of a class"
                : `a value of type ${typeof value}`,
            );
    }
  }

  #array(elements: readonly unknown[]): string {
    this.#checkDepth();
    const texts: string[] = [];
    for (const [index, element] of elements.entries()) {
      this.#path.push(index);
      texts.push(this.write(element));
      this.#path.pop();
    }
    return `[${texts.join(",")}]`;
  }

  #object(object: Readonly<Record<string, unknown>>): string {
    this.#checkDepth();
    const texts: string[] = [];
    for (const name of Object.keys(object)) {
      const value = object[name];
      if (value === undefined) {
        continue;
      }
      this.#path.push(name);
      if (!name.isWellFormed()) {
        this.#place.addName(formatPointer(this.#path), name);
      }
      texts.push(`${JSON.stringify(name)}:${this.write(value)}`);
      this.#path.pop();
    }
    return `{${texts.join(",")}}`;
  }

  #checkDepth(): void {
    const { maxDepth } = this.#place;
    if (this.#path.length >= maxDepth) {
      throw new JsonError(this.#fault("too_deep", `at most ${maxDepth} levels`, "one more"));
    }
  }

  #notJson(found: string): never {
    throw new JsonError(this.#fault("not_json", "a JSON value", found));
  }

  #fault(code: JsonFaultCode, expected: string, found: string): JsonFault {
    return { code, pointer: formatPointer(this.#path), expected, found };
  }
}
