/** Returns parts as one array; `length` is the sum of their lengths. */
export function joinBytes(parts: readonly Uint8Array[], length: number): Uint8Array {
  if (typeof Buffer === "function") {
    // Without filling the memory with zeros before.
    return Buffer.concat(parts, length);
  }
  const all = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
