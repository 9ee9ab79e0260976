import type { DescMessage } from "@bufbuild/protobuf";

/** Options of an accumulator. An event that would exceed a limit is refused. */
export interface AccumulatorOptions<Objects extends DescMessage = DescMessage> {
  /**
   * The messages of the objects to accumulate. Events about other objects are ignored.
   * @defaultValue all objects of the event message
   */
  readonly objects?: readonly Objects[] | undefined;
  /** Maximum number of objects. @defaultValue 1,024 */
  readonly maxObjects?: number | undefined;
  /**
   * Maximum number of elements in a list that deltas build, such as tool calls. @defaultValue 4,096
   */
  readonly maxElements?: number | undefined;
  /**
   * Maximum number of members that the schema does not describe, in an unknown object or in a
   * message. @defaultValue 131,072
   */
  readonly maxMembers?: number | undefined;
  /**
   * Maximum number of elements of a list that a delta may skip before its index. @defaultValue 64
   */
  readonly maxIndexGap?: number | undefined;
  /**
   * Maximum size of all objects together: the UTF-16 code units of their texts, plus 32 for each
   * message, list and unknown member. @defaultValue 67,108,864
   */
  readonly maxSize?: number | undefined;
  /**
   * Maximum length of unknown JSON in an event that has to be merged with other unknown JSON, in
   * UTF-16 code units. @defaultValue 1,048,576
   */
  readonly maxTextLength?: number | undefined;
  /**
   * Names of unknown members whose text replaces the previous text. Texts of all other unknown
   * members are appended. A name matches if it is one of these, or if its last word is. Words are
   * separated by `_`, `-` or an upper case letter. @defaultValue `defaultSetNames`
   */
  readonly setNames?: Iterable<string> | undefined;
}

/**
 * The default of `AccumulatorOptions.setNames`: names of identifiers and of values from a fixed
 * set, which are sent as a whole. They match `call_id`, `file_name` and `createdAt`, for example.
 */
export const defaultSetNames: readonly string[] = [
  "at",
  "fingerprint",
  "format",
  "id",
  "index",
  "kind",
  "label",
  "language",
  "model",
  "name",
  "object",
  "role",
  "status",
  "tier",
  "type",
  "version",
];

/** The resolved limits. */
export interface Limits {
  readonly maxObjects: number;
  readonly maxElements: number;
  readonly maxMembers: number;
  readonly maxIndexGap: number;
  readonly maxSize: number;
  readonly maxTextLength: number;
  /** Returns whether the text of a member with this name replaces the previous one. */
  readonly isSetName: (name: string) => boolean;
}

/** @throws {RangeError} if a limit is not a natural number. */
export function resolveLimits(options: AccumulatorOptions): Limits {
  return {
    maxObjects: checkLimit("maxObjects", options.maxObjects ?? 1024, 1),
    maxElements: checkLimit("maxElements", options.maxElements ?? 4096, 1),
    maxMembers: checkLimit("maxMembers", options.maxMembers ?? 128 * 1024, 1),
    maxIndexGap: checkLimit("maxIndexGap", options.maxIndexGap ?? 64, 0),
    maxSize: checkLimit("maxSize", options.maxSize ?? 64 * 1024 * 1024, 1),
    maxTextLength: checkLimit("maxTextLength", options.maxTextLength ?? 1024 * 1024, 1),
    isSetName: compileSetNames(options.setNames ?? defaultSetNames),
  };
}

function compileSetNames(words: Iterable<string>): (name: string) => boolean {
  const set = new Set(words);
  return (name) => set.has(name) || set.has(lastWord(name));
}

function lastWord(name: string): string {
  let start = name.length;
  while (start > 0 && !/[_-]/.test(name.charAt(start - 1))) {
    start--;
    if (/[A-Z]/.test(name.charAt(start))) {
      break;
    }
  }
  return name.slice(start).toLowerCase();
}

function checkLimit(name: string, limit: number, smallest: number): number {
  if (!Number.isSafeInteger(limit) || limit < smallest) {
    throw new RangeError(`${name} is an integer from ${smallest}, not ${limit}`);
  }
  return limit;
}
