/** A part of a page: prose, or a fenced block of code with its fences. */
export interface Part {
  readonly isCode: boolean;
  readonly text: string;
}

/** Splits Markdown into prose and fenced blocks. The texts of all parts, joined, are the page. */
export function splitParts(markdown: string): Part[] {
  const parts: Part[] = [];
  let start = 0;
  for (const match of markdown.matchAll(/^( *)(```+)[^\n]*\n[\s\S]*?^\1\2[ \t]*$/gmu)) {
    parts.push({ isCode: false, text: markdown.slice(start, match.index) });
    parts.push({ isCode: true, text: match[0] });
    start = match.index + match[0].length;
  }
  parts.push({ isCode: false, text: markdown.slice(start) });
  return parts.filter(({ text }) => text !== "");
}

/** Applies a function to the text between fenced blocks. */
export function mapText(markdown: string, change: (text: string) => string): string {
  return splitParts(markdown)
    .map(({ isCode, text }) => (isCode ? text : change(text)))
    .join("");
}

/**
 * Applies a function to the prose of a page, in pieces: code, fenced or in back quotes, stays as it
 * is.
 */
export function mapProse(markdown: string, change: (piece: string) => string): string {
  return mapText(markdown, (text) =>
    text
      .split(/(`+[^`\n]+`+)/u)
      .map((piece, index) => (index % 2 === 1 ? piece : change(piece)))
      .join(""),
  );
}

/** A page without its first heading, and that heading. */
export interface Titled {
  readonly title: string;
  readonly body: string;
}

/** @throws {Error} if the page does not begin with a heading of the first level. */
export function splitTitle(markdown: string, path: string): Titled {
  const [, title, body] = /^# (.+)\n([\s\S]*)$/u.exec(markdown) ?? [];
  if (title === undefined || body === undefined) {
    throw new Error(`${path}: expected a heading in the first line, such as "# Title"`);
  }
  return { title: title.replaceAll("`", ""), body };
}

/** Returns the first sentence of a page's text, without marks, for search engines. */
export function firstSentence(body: string): string {
  const paragraph =
    splitParts(body)
      .filter(({ isCode }) => !isCode)
      .flatMap(({ text }) => text.split(/\n{2,}/u))
      .map((text) => text.trim())
      .find((text) => /^[\p{L}`*[]/u.test(text)) ?? "";
  const plain = paragraph
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/gu, "$1")
    .replaceAll(/[`*]/gu, "")
    .replaceAll(/\s+/gu, " ");
  return /^.*?[.:](?= |$)/u.exec(plain)?.[0].replace(/:$/u, ".") ?? plain;
}

/** Returns the anchor that GitHub, and the site, give a heading; not yet unique in its page. */
export function anchorOf(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/gu, "$1")
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

/** Returns the anchors of all headings of a page; equal ones get a number, as on GitHub. */
export function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  const prose = splitParts(markdown)
    .filter(({ isCode }) => !isCode)
    .map(({ text }) => text)
    .join("");
  for (const [, heading = ""] of prose.matchAll(/^#{1,6} (.+)$/gmu)) {
    const anchor = anchorOf(heading);
    let unique = anchor;
    for (let count = 1; anchors.has(unique); count++) {
      unique = `${anchor}-${count}`;
    }
    anchors.add(unique);
  }
  return anchors;
}
