import { pointerTo } from "@stepwire/json";
import { ImportError, type ImportMistake } from "../error.js";
import {
  isEnumNumber,
  isFieldNumber,
  LOCK_VERSION,
  type Lock,
  type LockedConstant,
  type LockedEnum,
  type LockedField,
  type LockedMessage,
  type LockedName,
  type Presence,
} from "./lock.js";

const PRESENCES: readonly Presence[] = ["required", "nullable", "optional", "empty"];

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads the text of a lock file.
 *
 * @throws {ImportError} `invalid_lock` if it is not a lock file, or if two fields have one number, as
 * after a merge of two branches. Its pointers are into the lock file.
 */
export function readLock(text: string): Lock {
  const reader = new LockReader();
  const lock = reader.read(parse(text));
  if (reader.mistakes.length > 0) {
    throw new ImportError(reader.mistakes);
  }
  return lock;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : "something else";
    throw new ImportError([{ code: "invalid_lock", pointer: "", expected: "JSON", found }]);
  }
}

class LockReader {
  readonly mistakes: ImportMistake[] = [];

  read(value: unknown): Lock {
    const root = this.#object(value, "");
    if (root["version"] !== LOCK_VERSION) {
      this.#refuse("/version", `version ${LOCK_VERSION}`, describe(root["version"]));
    }
    return {
      order: this.#list(root["order"], "/order").map((name, index) =>
        this.#string(name, `/order/${index}`),
      ),
      messages: this.#declarations(root["messages"], "/messages", (each, at) =>
        this.#message(each, at),
      ),
      enums: this.#declarations(root["enums"], "/enums", (each, at) => this.#enum(each, at)),
    };
  }

  #declarations<Locked>(
    value: unknown,
    pointer: string,
    read: (object: JsonObject, pointer: string) => Locked,
  ): Map<string, Locked> {
    const members = Object.entries(this.#object(value, pointer));
    return new Map(
      members.map(([name, member]) => {
        const at = pointerTo(pointer, name);
        return [name, read(this.#object(member, at), at)];
      }),
    );
  }

  #message(object: JsonObject, pointer: string): LockedMessage {
    const numbers = new Numbers(isFieldNumber);
    return {
      source: this.#string(object["source"], `${pointer}/source`),
      constants: this.#lines(object, pointer, "constants", "name", (line, at) =>
        this.#constant(line, at),
      ),
      fields: this.#lines(object, pointer, "fields", "key", (line, at, key) =>
        this.#field(line, at, key, numbers),
      ),
      reserved: this.#reserved(object, pointer, numbers),
    };
  }

  #enum(object: JsonObject, pointer: string): LockedEnum {
    const numbers = new Numbers(isEnumNumber);
    return {
      source: this.#string(object["source"], `${pointer}/source`),
      values: this.#lines(object, pointer, "values", "value", (line, at) =>
        this.#numbered(line, at, numbers),
      ),
      reserved: this.#reserved(object, pointer, numbers),
    };
  }

  /** Reads a list of objects, each with a different key. */
  #lines<Line>(
    object: JsonObject,
    pointer: string,
    part: string,
    keyName: string,
    read: (line: JsonObject, pointer: string, key: string) => Line,
  ): Map<string, Line> {
    const lines = new Map<string, Line>();
    for (const [index, value] of this.#list(object[part] ?? [], `${pointer}/${part}`).entries()) {
      const at = `${pointer}/${part}/${index}`;
      const line = this.#object(value, at);
      const key = this.#string(line[keyName], `${at}/${keyName}`);
      if (lines.has(key)) {
        this.#refuse(`${at}/${keyName}`, "a string that no other has", describe(key));
      }
      lines.set(key, read(line, at, key));
    }
    return lines;
  }

  #constant({ value, after }: JsonObject, pointer: string): LockedConstant {
    return {
      value: this.#string(value, `${pointer}/value`),
      ...(after !== undefined && { after: this.#string(after, `${pointer}/after`) }),
    };
  }

  #field(line: JsonObject, pointer: string, key: string, numbers: Numbers): LockedField {
    const { name = key, type, presence, oneof } = line;
    return {
      ...this.#numbered({ ...line, name }, pointer, numbers),
      type: this.#string(type, `${pointer}/type`),
      ...(oneof === undefined
        ? { presence: this.#presence(presence, `${pointer}/presence`) }
        : { oneof: this.#name(oneof, `${pointer}/oneof`) }),
    };
  }

  #reserved(object: JsonObject, pointer: string, numbers: Numbers): LockedName[] {
    const read = (line: JsonObject, at: string) => this.#numbered(line, at, numbers);
    return [...this.#lines(object, pointer, "reserved", "name", read).values()];
  }

  #numbered({ number, name }: JsonObject, pointer: string, numbers: Numbers): LockedName {
    return {
      number: this.#number(number, `${pointer}/number`, numbers),
      name: this.#name(name, `${pointer}/name`),
    };
  }

  #number(value: unknown, pointer: string, numbers: Numbers): number {
    if (typeof value !== "number" || !numbers.isAllowed(value)) {
      this.#refuse(pointer, "a number that Protobuf allows", describe(value));
      return 0;
    }
    if (!numbers.take(value)) {
      this.#refuse(pointer, "a number that nothing else has", String(value));
    }
    return value;
  }

  #presence(value: unknown, pointer: string): Presence {
    const presence = PRESENCES.find((each) => each === value);
    if (value !== undefined && presence === undefined) {
      this.#refuse(pointer, `one of ${PRESENCES.join(", ")}`, describe(value));
    }
    return presence ?? "optional";
  }

  #name(value: unknown, pointer: string): string {
    const name = this.#string(value, pointer);
    if (typeof value === "string" && !/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) {
      this.#refuse(pointer, "a name of Protobuf", describe(value));
    }
    return name;
  }

  #string(value: unknown, pointer: string): string {
    if (typeof value !== "string") {
      this.#refuse(pointer, "a string", describe(value));
      return "";
    }
    return value;
  }

  #list(value: unknown, pointer: string): readonly unknown[] {
    if (!Array.isArray(value)) {
      this.#refuse(pointer, "a list", describe(value));
      return [];
    }
    return value;
  }

  #object(value: unknown, pointer: string): JsonObject {
    if (!isObject(value)) {
      this.#refuse(pointer, "an object", describe(value));
      return {};
    }
    return value;
  }

  #refuse(pointer: string, expected: string, found: string): void {
    this.mistakes.push({ code: "invalid_lock", pointer, expected, found });
  }
}

/** The numbers in use in a message or enum. */
class Numbers {
  readonly isAllowed: (number: number) => boolean;
  readonly #taken = new Set<number>();

  constructor(isAllowed: (number: number) => boolean) {
    this.isAllowed = isAllowed;
  }

  /** Returns false if the number is in use. */
  take(number: number): boolean {
    const isFree = !this.#taken.has(number);
    this.#taken.add(number);
    return isFree;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Says what a value is, without long content. */
function describe(value: unknown): string {
  if (value === undefined) {
    return "nothing";
  }
  const text = JSON.stringify(value);
  return text.length <= 40 ? text : Array.isArray(value) ? "an array" : `a long ${typeof value}`;
}
