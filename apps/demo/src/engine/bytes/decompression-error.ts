/** The bytes cannot be decompressed. */
export class DecompressionError extends Error {
  override readonly name = "DecompressionError";
}

/** The error for data that is too large when decompressed. */
export function tooLarge(maximum: number): DecompressionError {
  const mebibytes = maximum / 1024 / 1024;
  return new DecompressionError(
    `The file is larger than ${mebibytes} MiB when decompressed. Use the command stepwire.`,
  );
}
