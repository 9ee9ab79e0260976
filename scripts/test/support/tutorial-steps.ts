/** A step of a tutorial, with the line of the document where its block begins. */
export type TutorialStep = { readonly line: number } & (
  | FileStep
  | CommandStep
  | ServerOutputStep
  | ExcerptStep
);

/** A file to write. */
export interface FileStep {
  readonly path: string;
  readonly content: string;
}

/** Commands to run, and what they print at the end. */
export interface CommandStep {
  readonly commands: string;
  readonly output: string | undefined;
  /** The name of a program that keeps running, in a terminal of its own; undefined if it ends. */
  readonly server: string | undefined;
}

/** What a server prints meanwhile. */
export interface ServerOutputStep {
  readonly server: string;
  readonly printed: string;
}

/** A part of one of the files, shown again. */
export interface ExcerptStep {
  readonly excerpt: string;
}

/** Blocks that are pictures. */
const pictures = ["mermaid"];

/**
 * Returns the steps of a document, or of one of its sections:
 *
 * - a block after a paragraph that begins with a path in backticks, such as `src/main.ts`, is that
 *   file;
 * - `sh` is run, and a `text` block directly after it is the end of what it prints;
 * - `sh server`, or `sh server=name`, keeps running in a terminal of its own; the `text` block after
 *   it is what it prints when it is ready;
 * - `text server=name` is what this server prints later;
 * - any other block is an excerpt of one of the files.
 *
 * Blocks in lists may be indented.
 *
 * @throws {Error} if a block is none of these, with its line
 */
export function tutorialSteps(document: string, heading?: string): TutorialStep[] {
  const { text, firstLine } = heading === undefined ? whole(document) : section(document, heading);
  const steps: TutorialStep[] = [];
  const blocks =
    /(?:^ *`([\w./-]*(?:\.\w+|Dockerfile))`.*\n(?:.*\S.*\n)*\n)?^( *)```(\w+)(?: +(\S+))? *\n([\s\S]*?)^\2```$(?:\n\n\2```text\n([\s\S]*?)^\2```$)?/gmu;
  for (const match of text.matchAll(blocks)) {
    const [all, path, indent = "", language = "", word, body = "", after] = match;
    const opening = match.index + all.indexOf("```");
    const line = firstLine + text.slice(0, opening).split("\n").length - 1;
    const content = outdent(body, indent);
    const output = after === undefined ? undefined : outdent(after, indent);
    const server = serverName(word);
    if (path !== undefined && language !== "sh") {
      steps.push({ line, path, content });
    } else if (language === "sh") {
      steps.push({ line, commands: content, output, server });
    } else if (language === "text" && server !== undefined) {
      steps.push({ line, server, printed: content });
    } else if (language === "text") {
      throw new Error(`line ${line}: a text block follows commands, or names its server`);
    } else if (!pictures.includes(language)) {
      steps.push({ line, excerpt: content });
    }
    if (output !== undefined && language !== "sh") {
      throw new Error(`line ${line}: a text block follows a block of ${language}, not commands`);
    }
  }
  return steps;
}

function whole(text: string): { text: string; firstLine: number } {
  return { text, firstLine: 1 };
}

function section(document: string, heading: string): { text: string; firstLine: number } {
  const [before = "", after] = document.split(`\n${heading}\n`);
  const [text = ""] = (after ?? "").split(/^## /mu);
  return { text, firstLine: before.split("\n").length + 2 };
}

function serverName(word: string | undefined): string | undefined {
  return word === "server" ? word : /^server=(.+)$/.exec(word ?? "")?.[1];
}

function outdent(text: string, indent: string): string {
  return indent === "" ? text : text.replaceAll(new RegExp(`^${indent}`, "gm"), "");
}
