import type { FieldOptions } from "../proto/model.js";

/**
 * The numbers that an import has given, so that the next one gives the same. It is kept beside the
 * `.proto` files, in `import.lock.json`.
 */
export interface Lock {
  /** The names of messages and enums, in the order of the files. */
  readonly order: readonly string[];
  /** By name. They include messages that later imports do not have. */
  readonly messages: ReadonlyMap<string, LockedMessage>;
  /** By name. */
  readonly enums: ReadonlyMap<string, LockedEnum>;
}

/** The fields of a message. */
export interface LockedMessage {
  /** The JSON Pointer of the schema in the document. */
  readonly source: string;
  /** By key: see `FieldDeclaration`. In the order of the file. */
  readonly fields: ReadonlyMap<string, LockedField>;
  readonly reserved: readonly LockedName[];
  /** By the member. Binary does not have them, so they must not change. */
  readonly constants: ReadonlyMap<string, LockedConstant>;
}

export interface LockedConstant {
  readonly value: string;
  /** The member that it follows in JSON. */
  readonly after?: string;
}

/** A number with its name, which nothing else may have. */
export interface LockedName {
  readonly number: number;
  readonly name: string;
}

export interface LockedField extends LockedName {
  /** The type, as far as a change of it changes the meaning of stored bytes: see `typeText`. */
  readonly type: string;
  /** What an unset field means; absent for arms of a oneof. */
  readonly presence?: Presence;
  /** The oneof that the field is in. */
  readonly oneof?: string;
}

/** Whether a member must be present, and what an unset field means: see docs/mapping.md. */
export type Presence = NonNullable<FieldOptions["presence"]>;

/** The values of an enum. */
export interface LockedEnum {
  readonly source: string;
  /** By the string in JSON. In the order of the file. */
  readonly values: ReadonlyMap<string, LockedName>;
  readonly reserved: readonly LockedName[];
}

/** The lock of an import without an earlier one. */
export const emptyLock: Lock = { order: [], messages: new Map(), enums: new Map() };

/** The version of the file's format. */
export const LOCK_VERSION = 1;

/** The largest number of a field. */
const LARGEST_NUMBER = 2 ** 29 - 1;

/** Whether a field may have a number: not that of `json_residue`, nor one that Protobuf keeps. */
export function isFieldNumber(number: number): boolean {
  return (
    Number.isInteger(number) &&
    number >= 1 &&
    number <= LARGEST_NUMBER &&
    number !== RESIDUE_NUMBER &&
    !(number >= 19_000 && number <= 19_999)
  );
}

/** The number of `json_residue`, which no other field has. */
export const RESIDUE_NUMBER = 2047;

/** Whether an enum value may have a number. 0 is the value for other strings. */
export function isEnumNumber(number: number): boolean {
  return Number.isInteger(number) && number >= 1 && number < 2 ** 31;
}
