import { JsonError, type JsonFault, TextTree } from "@stepwire/json";
import {
  Composer,
  type CST,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  Parser,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import { ImportError, type ImportErrorCode } from "../error.js";
import { replaceAliases } from "./aliases.js";
import { shorten } from "./reference.js";

/** A file in memory. */
export interface SourceFile {
  /** The name of the file, for messages. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What a document may have at most. */
export interface ReadLimits {
  /** Maximum size of the document, and of the config, in bytes. @defaultValue 16 MiB */
  readonly maxBytes?: number | undefined;
  /** Maximum number of nested objects and arrays. @defaultValue 256 */
  readonly maxDepth?: number | undefined;
  /** Maximum number of values that the aliases (`*name`) of YAML repeat. @defaultValue 100,000 */
  readonly maxAliases?: number | undefined;
}

const DEFAULT_LIMITS = { maxBytes: 16 * 1024 * 1024, maxDepth: 256, maxAliases: 100_000 };

/**
 * Reads a file with YAML or JSON.
 *
 * @throws {ImportError} `too_large`, `too_deep` or `not_a_document`: the text is neither YAML nor
 * JSON, not UTF-8, has two members of one name, or is not an object.
 */
export function readDocument(file: SourceFile, limits: ReadLimits = {}): object {
  const maxBytes = limits.maxBytes ?? DEFAULT_LIMITS.maxBytes;
  const { length } = file.bytes;
  if (length > maxBytes) {
    refuse("too_large", `at most ${maxBytes} bytes (the limit \`maxBytes\`)`, `${length} bytes`);
  }
  const text = decode(file.bytes);
  const maxDepth = limits.maxDepth ?? DEFAULT_LIMITS.maxDepth;
  const json = /^\s*\{/.test(text) ? parseJson(text, maxDepth) : undefined;
  const value = json?.value ?? parseYaml(text, maxDepth, limits.maxAliases, json?.fault);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const found = value === null ? "nothing" : Array.isArray(value) ? "a list" : typeof value;
    refuse("not_a_document", "an object, in YAML or JSON", found);
  }
  return value;
}

function refuse(code: ImportErrorCode, expected: string, found: string, pointer = ""): never {
  throw new ImportError([{ code, pointer, expected, found }]);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    refuse("not_a_document", "text in UTF-8", "other bytes");
  }
}

/** Returns the value of a JSON text, or why it is not JSON. */
function parseJson(
  text: string,
  maxDepth: number,
): { readonly value?: unknown; readonly fault?: JsonFault } {
  try {
    new TextTree(text, {
      maxDepth,
      onFault: ({ expected, found, pointer }) => {
        refuse("not_a_document", expected, found, pointer);
      },
    });
  } catch (error) {
    if (error instanceof JsonError) {
      if (error.fault.code === "too_deep") {
        refuseDepth(maxDepth);
      }
      return { fault: error.fault };
    }
    throw error;
  }
  return { value: JSON.parse(text) };
}

function refuseDepth(maxDepth: number): never {
  refuse("too_deep", `at most ${maxDepth} levels (the limit \`maxDepth\`)`, "more");
}

function parseYaml(
  text: string,
  maxDepth: number,
  maxAliases: number | undefined,
  fault: JsonFault | undefined,
): unknown {
  const lineCounter = new LineCounter();
  // Names are compared below: the library compares each with all others.
  const composer = new Composer({ merge: true, prettyErrors: false, uniqueKeys: false });
  const [document, second] = composer.compose(
    tokensOf(text, maxDepth, lineCounter),
    true,
    text.length,
  );
  if (document === undefined || second !== undefined) {
    const found = document === undefined ? "nothing" : "several";
    refuse("not_a_document", "one document", found);
  }
  const [error] = document.errors;
  if (error !== undefined && fault?.offset !== undefined && /^\s*\{\s*"/.test(text)) {
    const { expected, found, offset, pointer } = fault;
    refuse("not_a_document", expected, `${found} at ${position(offset, lineCounter)}`, pointer);
  }
  if (error !== undefined) {
    refuse("not_a_document", "YAML or JSON", describe(error, lineCounter));
  }
  checkNodes(document.contents, maxDepth, lineCounter);
  const mistake = replaceAliases(document.contents, maxAliases ?? DEFAULT_LIMITS.maxAliases);
  if (mistake !== undefined) {
    const { code, expected, alias, offset } = mistake;
    refuse(code, expected, `${shorten(alias)} at ${position(offset, lineCounter)}`);
  }
  return document.toJS({ maxAliasCount: -1 });
}

/** Yields the tokens of a text, as long as they do not nest too deep for the composer. */
function* tokensOf(
  text: string,
  maxDepth: number,
  lineCounter: LineCounter,
): Generator<CST.Token, void> {
  const parser = new Parser(lineCounter.addNewLine);
  lineCounter.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > MAX_TOKENS_PER_LEVEL * (maxDepth + 1)) {
      refuseDepth(maxDepth);
    }
  }
  yield* parser.end();
}

/** How many tokens are open at once for each level: a collection, and what it is in. */
const MAX_TOKENS_PER_LEVEL = 2;

function describe({ message, pos }: YAMLError, lineCounter: LineCounter): string {
  return `${shorten(message)} at ${position(pos[0], lineCounter)}`;
}

function position(offset: number, lineCounter: LineCounter): string {
  const { line, col } = lineCounter.linePos(offset);
  return `line ${line}, column ${col}`;
}

/** Checks the names of members and the depth, without recursion. */
function checkNodes(root: unknown, maxDepth: number, lineCounter: LineCounter): void {
  const stack: [node: unknown, depth: number][] = [[root, 1]];
  for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
    const [node, depth] = entry;
    if (!(isMap(node) || isSeq(node))) {
      continue;
    }
    if (depth > maxDepth) {
      refuseDepth(maxDepth);
    }
    if (isMap(node)) {
      checkNames(node, lineCounter);
    }
    for (const item of node.items) {
      stack.push([isPair(item) ? item.value : item, depth + 1]);
    }
  }
}

function checkNames({ items }: YAMLMap, lineCounter: LineCounter): void {
  const names = new Set<string>();
  for (const { key } of items) {
    // Several members may merge others into a map; a key that is no scalar has no name to compare.
    if (isScalar(key) && key.value !== "<<") {
      const name = String(key.value);
      if (names.has(name)) {
        const place = position(key.range?.[0] ?? 0, lineCounter);
        refuse(
          "not_a_document",
          "members with different names",
          `${shorten(name)} twice, at ${place}`,
        );
      }
      names.add(name);
    }
  }
}
