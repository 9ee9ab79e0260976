import { pointerTo } from "@stepwire/json";
import type { ReportMistake } from "../error.js";
import { checkOptions } from "../print/options.js";
import { shorten } from "../read/reference.js";

/** Reads the members of one object of the config; reports what is wrong and leaves it out. */
export class ConfigReader {
  readonly #value: Readonly<Record<string, unknown>>;
  readonly #pointer: string;
  readonly #report: ReportMistake;
  readonly #known = new Set<string>();

  constructor(value: unknown, pointer: string, report: ReportMistake) {
    this.#pointer = pointer;
    this.#report = report;
    this.#value = isRecord(value) ? value : {};
    if (!isRecord(value)) {
      this.#mistake(pointer, "an object", describe(value));
    }
  }

  string(name: string): string | undefined {
    return this.#read(name, "a text that is not empty", (value) =>
      typeof value === "string" && value !== "" ? value : undefined,
    );
  }

  boolean(name: string): boolean | undefined {
    return this.#read(name, "true or false", (value) =>
      typeof value === "boolean" ? value : undefined,
    );
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    return this.#read(name, choices.join(", "), (value) =>
      choices.find((choice) => choice === value),
    );
  }

  strings(name: string): readonly string[] | undefined {
    return this.#read(name, "a list of texts", (value) =>
      Array.isArray(value) && value.every((each) => typeof each === "string") ? value : undefined,
    );
  }

  record(name: string): Readonly<Record<string, unknown>> | undefined {
    return this.#read(name, "an object", (value) => (isRecord(value) ? value : undefined));
  }

  /** Reads an object whose names are the user's. */
  map<T>(
    name: string,
    read: (value: unknown, pointer: string) => T | undefined,
  ): ReadonlyMap<string, T> | undefined {
    const record = this.record(name);
    if (record === undefined) {
      return undefined;
    }
    const map = new Map<string, T>();
    const pointer = pointerTo(this.#pointer, name);
    for (const [key, value] of Object.entries(record)) {
      const result = read(value, pointerTo(pointer, key));
      if (result !== undefined) {
        map.set(key, result);
      }
    }
    return map;
  }

  /** Reads an object whose names are the user's and whose values are texts. */
  texts(name: string): ReadonlyMap<string, string> | undefined {
    return this.map(name, (value, pointer) => {
      if (typeof value === "string") {
        return value;
      }
      if (typeof value === "boolean" || typeof value === "number") {
        return String(value);
      }
      this.#mistake(pointer, "a text", describe(value));
      return undefined;
    });
  }

  /** Reads options of Protobuf: texts in the text format, by full name. */
  options(name: string): ReadonlyMap<string, string> | undefined {
    const options = this.texts(name);
    for (const { option, expected, found } of checkOptions(options ?? new Map())) {
      this.#mistake(pointerTo(pointerTo(this.#pointer, name), option), expected, shorten(found));
    }
    return options;
  }

  /** Reads a member that has a structure of its own. */
  nested<T>(name: string, read: (value: unknown, pointer: string) => T): T | undefined {
    this.#known.add(name);
    const value = this.#value[name];
    return value === undefined ? undefined : read(value, pointerTo(this.#pointer, name));
  }

  /** Reports the members that nothing has read. */
  finish(): void {
    for (const name of Object.keys(this.#value)) {
      if (!this.#known.has(name)) {
        const expected = `one of ${[...this.#known].join(", ")}`;
        this.#mistake(pointerTo(this.#pointer, name), expected, shorten(name));
      }
    }
  }

  #read<T>(
    name: string,
    expected: string,
    check: (value: unknown) => T | undefined,
  ): T | undefined {
    this.#known.add(name);
    const value = this.#value[name];
    if (value === undefined) {
      return undefined;
    }
    const result = check(value);
    if (result === undefined) {
      this.#mistake(pointerTo(this.#pointer, name), expected, describe(value));
    }
    return result;
  }

  #mistake(pointer: string, expected: string, found: string): void {
    this.#report({ code: "invalid_config", pointer, expected, found });
  }
}

/** Returns an object without the members that are undefined. */
export function defined<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  // The type says the same as the filter: what is left is defined.
  return Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== undefined),
  ) as T;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  if (typeof value === "string") {
    return shorten(value);
  }
  if (value === null) {
    return "null";
  }
  return Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : String(value);
}
