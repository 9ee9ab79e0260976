import { base64Decode, base64Encode } from "@bufbuild/protobuf/wire";

/** Returns bytes in base64 as ProtoJSON writes it: the standard alphabet, with padding. */
export function base64Text(bytes: Uint8Array): string {
  return base64Encode(bytes);
}

/** Returns the bytes of a base64 text; undefined if `base64Text` would write another text. */
export function bytesOf(text: string): Uint8Array | undefined {
  let bytes: Uint8Array;
  try {
    bytes = base64Decode(text);
  } catch {
    return undefined;
  }
  return base64Encode(bytes) === text ? bytes : undefined;
}
