import { numberText } from "../decimal.js";
import { formatPointer } from "../pointer.js";
import { Refusal } from "../refusal.js";
import type { SourcePlace } from "../source.js";
import type { Violation, ViolationCode } from "../violation.js";
import { isJsonObject } from "./object.js";

/**
 * The JSON text of a value, as JSON.stringify writes it, except that -0 keeps
 * its sign and that nothing is dropped: what is no JSON value is refused.
 *
 * @throws {Refusal} if the value is no JSON or nests too deep.
 */
export function writeValue(value: unknown, place: SourcePlace): string {
  return new ValueWriter(place).write(value);
}

class ValueWriter {
  readonly #path: (string | number)[];
  readonly #place: SourcePlace;

  constructor(place: SourcePlace) {
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
      throw new Refusal(this.#violation("too_deep", `at most ${maxDepth} levels`, "one more"));
    }
  }

  #notJson(found: string): never {
    throw new Refusal(this.#violation("not_json", "a JSON value", found));
  }

  #violation(code: ViolationCode, expected: string, found: string): Violation {
    return { code, pointer: formatPointer(this.#path), path: "", expected, found };
  }
}
