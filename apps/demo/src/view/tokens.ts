/** A piece of a line and what it is. */
export interface Token {
  readonly kind: "name" | "string" | "number" | "word" | "punctuation" | "field" | "plain";
  readonly text: string;
}

const TOKEN =
  /^(?:event|data|id|retry)?:|"(?:[^"\\]|\\.)*"?|-?\d[\d.eE+-]*|\b(?:true|false|null)\b|[{}[\]:,]|\s+|[^"\s{}[\]:,]+/g;
const LONGEST_LINE = 4000;

/** The pieces of a line of JSON or of a transcript; strings never pass a line's end. */
export function tokenizeLine(line: string): readonly Token[] {
  if (line.length > LONGEST_LINE) {
    return [{ kind: "plain", text: line }];
  }
  const texts = line.match(TOKEN) ?? [];
  return texts.map((text, position) => ({ kind: kindOf(text, position, texts), text }));
}

function kindOf(text: string, position: number, texts: readonly string[]): Token["kind"] {
  const first = text[0] ?? "";
  if (first === '"') {
    return isName(position, texts) ? "name" : "string";
  }
  if (position === 0 && text.endsWith(":")) {
    return "field";
  }
  if (/[-\d]/.test(first)) {
    return "number";
  }
  if (/^(?:true|false|null|import|from|const|for|await|new)$/.test(text)) {
    return "word";
  }
  return /[{}[\]:,]/.test(first) ? "punctuation" : "plain";
}

function isName(position: number, texts: readonly string[]): boolean {
  const next = texts[position + 1];
  return next === ":" || (next?.trim() === "" && texts[position + 2] === ":");
}
