import { base64Decode, base64Encode } from "@bufbuild/protobuf/wire";

/** The text of bytes, as ProtoJSON writes it: the standard alphabet, with padding. */
export function base64Text(bytes: Uint8Array): string {
  return base64Encode(bytes);
}

/** The bytes that a text stands for; undefined if `base64Text` would write them otherwise. */
export function bytesOf(text: string): Uint8Array | undefined {
  let bytes: Uint8Array;
  try {
    bytes = base64Decode(text);
  } catch {
    return undefined;
  }
  return base64Encode(bytes) === text ? bytes : undefined;
}
