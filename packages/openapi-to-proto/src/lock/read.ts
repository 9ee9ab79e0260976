import { pointerTo } from "@stepwire/json";
import { ImportError, type ImportMistake } from "../error.js";
import {
  isEnumNumber,
  isFieldNumber,
  LOCK_VERSION,
  type Lock,
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
 * @throws {ImportError} if it is not a lock file, or if two fields have one number, as after a merge
 * of two branches. Its pointers are into the lock file.
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
    const at = `${pointer}/fields`;
    const fields = Object.entries(this.#object(object["fields"], at)).map(
      ([key, value]): [string, LockedField] => {
        const field = pointerTo(at, key);
        const { number, name = key, type, presence, oneof } = this.#object(value, field);
        return [
          key,
          {
            number: this.#number(number, `${field}/number`, numbers),
            name: this.#name(name, `${field}/name`),
            type: this.#string(type, `${field}/type`),
            ...(oneof === undefined
              ? { presence: this.#presence(presence, `${field}/presence`) }
              : { oneof: this.#name(oneof, `${field}/oneof`) }),
          },
        ];
      },
    );
    const constants = this.#object(object["constants"] ?? {}, `${pointer}/constants`);
    return {
      ...this.#common(object, pointer, numbers),
      fields: new Map(fields),
      constants: new Map(
        Object.entries(constants).map(([name, value]) => [
          name,
          this.#string(value, pointerTo(`${pointer}/constants`, name)),
        ]),
      ),
    };
  }

  #enum(object: JsonObject, pointer: string): LockedEnum {
    const numbers = new Numbers(isEnumNumber);
    const at = `${pointer}/values`;
    const values = Object.entries(this.#object(object["values"], at)).map(
      ([value, member]): [string, LockedName] => {
        const each = pointerTo(at, value);
        const { number, name } = this.#object(member, each);
        return [
          value,
          {
            number: this.#number(number, `${each}/number`, numbers),
            name: this.#name(name, `${each}/name`),
          },
        ];
      },
    );
    return { ...this.#common(object, pointer, numbers), values: new Map(values) };
  }

  #common(
    object: JsonObject,
    pointer: string,
    numbers: Numbers,
  ): { readonly source: string; readonly reserved: readonly LockedName[] } {
    const at = `${pointer}/reserved`;
    const reserved = Object.entries(this.#object(object["reserved"] ?? {}, at)).map(
      ([name, number]) => {
        const each = pointerTo(at, name);
        return { name: this.#name(name, each), number: this.#number(number, each, numbers) };
      },
    );
    return { source: this.#string(object["source"], `${pointer}/source`), reserved };
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
