import type { DescMessage } from "@bufbuild/protobuf";

/** What an accumulator holds, and how much. An event that would pass a bound is refused. */
export interface AccumulatorOptions<Objects extends DescMessage = DescMessage> {
  /**
   * The messages of the objects to accumulate. Events about others are ignored.
   * @defaultValue all objects that the events are about
   */
  readonly objects?: readonly Objects[] | undefined;
  /** How many objects are held. @defaultValue 1,024 */
  readonly maxObjects?: number | undefined;
  /** How many elements a list has that deltas build, such as tool calls. @defaultValue 4,096 */
  readonly maxElements?: number | undefined;
  /**
   * How many members an object has that the schema does not describe: an unknown
   * object, or the unknown members of a message. @defaultValue 131,072
   */
  readonly maxMembers?: number | undefined;
  /** How many places of a list a delta may leave blank before its index. @defaultValue 64 */
  readonly maxIndexGap?: number | undefined;
  /**
   * How much all objects hold: the UTF-16 code units of their texts, and 32 for
   * each message, list and unknown member. @defaultValue 67,108,864
   */
  readonly maxSize?: number | undefined;
  /**
   * How many UTF-16 code units unknown JSON may have in an event, if it has to be
   * merged with other unknown JSON. @defaultValue 1,048,576
   */
  readonly maxTextLength?: number | undefined;
  /**
   * Which texts beyond the schema are set instead of appended: those of members whose
   * name, or its last word, is one of these. The words of a name are separated by `_`,
   * `-` or an upper case letter. @defaultValue `defaultSetNames`
   */
  readonly setNames?: Iterable<string> | undefined;
}

/**
 * The default of `AccumulatorOptions.setNames`: names of identifiers and of values from
 * a fixed set, which come whole. `call_id`, `file_name` and `createdAt` are among them.
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

/** The bounds with their defaults. */
export interface Limits {
  readonly maxObjects: number;
  readonly maxElements: number;
  readonly maxMembers: number;
  readonly maxIndexGap: number;
  readonly maxSize: number;
  readonly maxTextLength: number;
  /** Whether the text of a member with this name is set. */
  readonly isSetName: (name: string) => boolean;
}

/** @throws {RangeError} if a bound is no natural number. */
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
