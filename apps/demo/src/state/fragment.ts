import type { BytesChoice, Spelling } from "../model/bytes.js";
import { type InputForm, type Mode, modes } from "../model/conversion.js";
import { fromBase64Url, toBase64Url } from "./base64.js";
import type { Tab } from "./store.js";

/** The document of a page: a text, bytes, or neither if it was too long for the address. */
export type SharedContent =
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "bytes";
      readonly bytes: Blob;
      readonly spelling: Spelling;
      readonly choice: BytesChoice;
    }
  | { readonly kind: "none" };

/** What the fragment of an address says of the page. */
export interface SharedPage {
  readonly mode: Mode;
  readonly tab: Tab;
  /** The name of the document's file. */
  readonly name: string;
  readonly form?: InputForm | undefined;
  readonly type?: string | undefined;
  readonly content: SharedContent;
}

/** The content of an address could not be read. */
export class DamagedAddress extends Error {
  override readonly name = "DamagedAddress";
}

/** Browsers accept longer addresses, but many programs that links are pasted into do not. */
export const LONGEST_FRAGMENT: number = 64 * 1024;

/** Documents that are larger than this, in bytes, are not compressed for an address. */
const LARGEST_CONTENT = 4 * 1024 * 1024;

const tabs: readonly Tab[] = ["roundtrip", "sizes", "stream", "use"];
const forms: readonly InputForm[] = ["json", "lines", "events"];
const spellings: readonly Spelling[] = ["binary", "hex", "base64"];
const layouts = ["message", "archive"] as const;

/** Returns the fragment for a page; undefined if its document is too long for an address. */
export async function writeFragment(page: SharedPage): Promise<string | undefined> {
  const { mode, tab, name, form, type, content } = page;
  const parameters = new URLSearchParams({ mode, tab });
  const set = (key: string, value: string | number | undefined): void => {
    if (value !== undefined && value !== "") {
      parameters.set(key, String(value));
    }
  };
  set("name", name);
  set("form", form);
  set("type", type);
  if (content.kind === "none") {
    parameters.set("dropped", "1");
    return `#${parameters}`;
  }
  const source = content.kind === "text" ? new Blob([content.text]) : content.bytes;
  if (source.size > LARGEST_CONTENT) {
    return undefined;
  }
  if (content.kind === "bytes") {
    set("spelling", content.spelling);
    set("layout", content.choice.layout);
    set("type", content.choice.type);
    set("pick", content.choice.document);
  }
  const packed = await readAll(source.stream().pipeThrough(new CompressionStream("deflate-raw")));
  if (packed.length > LONGEST_FRAGMENT) {
    return undefined;
  }
  const key = content.kind === "text" ? "document" : "bytes";
  const fragment = `#${parameters}&${key}=${toBase64Url(packed)}`;
  return fragment.length <= LONGEST_FRAGMENT ? fragment : undefined;
}

/**
 * Returns the page that a fragment describes; undefined if it has no document.
 *
 * @throws {DamagedAddress} if its document is damaged, or larger than 4 MiB.
 */
export async function readFragment(fragment: string): Promise<SharedPage | undefined> {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ""));
  const content = await readContent(parameters);
  return (
    content && {
      mode: oneOf(modes, parameters.get("mode")) ?? "preserve",
      tab: oneOf(tabs, parameters.get("tab")) ?? "roundtrip",
      name: parameters.get("name") ?? "",
      form: oneOf(forms, parameters.get("form")),
      type: parameters.get("type") ?? undefined,
      content,
    }
  );
}

async function readContent(parameters: URLSearchParams): Promise<SharedContent | undefined> {
  const text = parameters.get("document");
  if (text !== null) {
    return { kind: "text", text: decodeText(await unpack(text)) };
  }
  const bytes = parameters.get("bytes");
  if (bytes !== null) {
    const pick = Number.parseInt(parameters.get("pick") ?? "", 10);
    return {
      kind: "bytes",
      bytes: new Blob([await unpack(bytes)]),
      spelling: oneOf(spellings, parameters.get("spelling")) ?? "binary",
      choice: {
        layout: oneOf(layouts, parameters.get("layout")),
        type: parameters.get("type") ?? undefined,
        ...(pick >= 0 && { document: pick }),
      },
    };
  }
  return parameters.has("dropped") ? { kind: "none" } : undefined;
}

function oneOf<Value extends string>(
  values: readonly Value[],
  value: string | null,
): Value | undefined {
  return values.find((each) => each === value);
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new DamagedAddress("not UTF-8");
  }
}

async function unpack(packed: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const stream = new Blob([fromBase64Url(packed)])
      .stream()
      .pipeThrough(new DecompressionStream("deflate-raw"));
    return await readAll(stream);
  } catch {
    throw new DamagedAddress("damaged");
  }
}

async function readAll(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    if (size > LARGEST_CONTENT) {
      await reader.cancel();
      throw new DamagedAddress("too large");
    }
    parts.push(part.value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
