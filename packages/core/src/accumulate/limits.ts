/** Bounds of what an accumulator holds. An event that would pass one is refused. */
export interface AccumulatorOptions {
  /** How many steps are held. @defaultValue 1,024 */
  readonly maxSteps?: number | undefined;
  /** How many elements a list has that deltas build, such as tool calls. @defaultValue 4,096 */
  readonly maxElements?: number | undefined;
  /** How many places of a list a delta may leave blank before its index. @defaultValue 64 */
  readonly maxIndexGap?: number | undefined;
  /**
   * How much all steps hold: the UTF-16 code units of their texts, and 32 for
   * each message and list. @defaultValue 67,108,864
   */
  readonly maxSize?: number | undefined;
  /**
   * How many UTF-16 code units a text may have that is merged as JSON text, as
   * unknown members are. @defaultValue 1,048,576
   */
  readonly maxTextLength?: number | undefined;
}

/** The bounds with their defaults. */
export interface Limits {
  readonly maxSteps: number;
  readonly maxElements: number;
  readonly maxIndexGap: number;
  readonly maxSize: number;
  readonly maxTextLength: number;
}

/** @throws {RangeError} if a bound is no natural number. */
export function resolveLimits(options: AccumulatorOptions): Limits {
  return {
    maxSteps: checkLimit("maxSteps", options.maxSteps ?? 1024, 1),
    maxElements: checkLimit("maxElements", options.maxElements ?? 4096, 1),
    maxIndexGap: checkLimit("maxIndexGap", options.maxIndexGap ?? 64, 0),
    maxSize: checkLimit("maxSize", options.maxSize ?? 64 * 1024 * 1024, 1),
    maxTextLength: checkLimit("maxTextLength", options.maxTextLength ?? 1024 * 1024, 1),
  };
}

function checkLimit(name: string, limit: number, smallest: number): number {
  if (!Number.isSafeInteger(limit) || limit < smallest) {
    throw new RangeError(`${name} is an integer from ${smallest}, not ${limit}`);
  }
  return limit;
}
