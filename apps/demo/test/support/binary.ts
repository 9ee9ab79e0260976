import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { convert } from "../../src/engine/convert.js";

/** Returns the text of a sample. */
export function sampleText(name: string): string {
  const path = fileURLToPath(new URL(`../../../../samples/${name}`, import.meta.url));
  return readFileSync(path, "utf8");
}

/** Returns the bytes that the page saves for a text. */
export async function binaryOf(text: string): Promise<Buffer<ArrayBuffer>> {
  const source = { text, bytes: new TextEncoder().encode(text), isSmall: true };
  const { kept } = await convert(source, { mode: "preserve" }, () => {});
  return Buffer.from(kept?.converted.binary ?? []);
}
