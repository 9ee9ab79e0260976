import type { Mode } from "../model/conversion.js";
import { modes } from "../model/conversion.js";

/** The content of a link to the page. */
export interface SharedDocument {
  readonly text: string;
  readonly mode: Mode;
}

/** Browsers accept longer addresses, but many programs that links are pasted into do not. */
const LONGEST_FRAGMENT = 64 * 1024;

/** Returns the fragment of a link that contains a document; undefined if it would be too long. */
export async function writeFragment({ text, mode }: SharedDocument): Promise<string | undefined> {
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const fragment = `#mode=${mode}&document=${toBase64Url(await readAll(packed))}`;
  return fragment.length <= LONGEST_FRAGMENT ? fragment : undefined;
}

/** Returns the document that a link contains; undefined if there is none. */
export async function readFragment(fragment: string): Promise<SharedDocument | undefined> {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ""));
  const packed = parameters.get("document");
  if (packed === null) {
    return undefined;
  }
  const mode = modes.find((each) => each === parameters.get("mode")) ?? "preserve";
  try {
    const stream = new Blob([fromBase64Url(packed)])
      .stream()
      .pipeThrough(new DecompressionStream("deflate-raw"));
    const bytes = await readAll(stream);
    return { mode, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return undefined;
  }
}

/** Bytes as base64. */
export function toBase64(bytes: Uint8Array): string {
  let characters = "";
  for (const byte of bytes) {
    characters += String.fromCharCode(byte);
  }
  return btoa(characters);
}

function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const characters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(characters, (character) => character.charCodeAt(0));
}

async function readAll(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
