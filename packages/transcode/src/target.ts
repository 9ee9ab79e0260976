/** The output does not fit into the buffer that it should be written to. Nothing was written. */
export class TargetTooSmallError extends RangeError {
  /** The size of the output in bytes. */
  readonly needed: number;
  /** The number of bytes from the offset to the end of the buffer. */
  readonly available: number;

  constructor(needed: number, available: number) {
    super(`the output has ${needed} bytes; the target has room for ${available}`);
    this.name = "TargetTooSmallError";
    this.needed = needed;
    this.available = available;
  }
}

/**
 * Checks that an output fits.
 *
 * @throws {TargetTooSmallError} if not.
 */
export function checkRoom(size: number, target: Uint8Array, offset: number): void {
  if (size > target.length - offset) {
    throw new TargetTooSmallError(size, target.length - offset);
  }
}

/**
 * Checks the offset in a target.
 *
 * @throws {RangeError} if it is not an offset of the target, or its end.
 */
export function checkOffset(target: Uint8Array, offset: number): void {
  if (!Number.isInteger(offset) || offset < 0 || offset > target.length) {
    throw new RangeError(
      `the offset ${offset} is outside of the target, which has ${target.length} bytes`,
    );
  }
}
