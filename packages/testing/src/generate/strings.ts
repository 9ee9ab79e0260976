import type { Draft } from "./draft.js";

/** Source text for plain strings; nothing in it needs an escape. */
const words =
  "The step step_abc123 of run_7 in thread_Xy wrote a message; file-9 has print(1 + 2), {'a': [1, 2]} and no more than this: 0123456789 ABCDEFGHIJKLMNOPQRSTUVWXYZ <br> a.b.c ";

/** Valid Unicode pieces that are known to cause errors in JSON readers. */
const pieces = [
  '"',
  "\\",
  "/",
  "\b\f\n\r\t",
  "\u0000",
  "\u001f",
  "\u007f",
  "\u0080",
  "é",
  "ÿ",
  "\u07ff",
  "\u0800",
  "日本語",
  "\u2028\u2029",
  "\ufeff",
  "\ufffd",
  "\uffff",
  "\ud7ff\ue000",
  "😀",
  "👩‍👩‍👧",
  "\u{10000}",
  "\u{10ffff}",
  "e\u0301",
  "\\u0041",
  "\\ud800",
  '{"a":1}',
  "__proto__",
  "null",
  "-1",
  "",
] as const;

const loneSurrogates = [
  "\ud800",
  "\udbff",
  "\udc00",
  "\udfff",
  "\ude00\ud83d",
  "\ud83d\ud83d\ude00",
] as const;

const oddNames = [
  "",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "0",
  "1",
  "-1",
  "01",
  "4294967294",
  "4294967295",
  "9007199254740993",
  "a/b",
  "m~n",
  "~1",
  "/",
  "~",
  "$typeName",
  "$unknown",
  "json_residue",
  "jsonResidue",
  "members",
  "object",
  "event",
  "data",
  "type",
  "function",
  "retrieval",
  "Id",
  "id ",
  "created_at\u0000",
  "createdAt",
  "line\nbreak",
  'quo"te',
  "back\\slash",
  "naïve",
  "日本",
  "😀",
  "\u{10ffff}",
  "\ufeffid",
  "a member with a name that is longer than any that the schema has, by far",
] as const;

/** Returns a valid string as JSON. */
export function stringText(draft: Draft): string {
  if (!draft.random.chance(PLAIN_RATE)) {
    return spellString(draft, specialContent(draft));
  }
  const content = plainContent(draft);
  // The content needs no escape.
  return draft.escaped ? spellString(draft, content) : `"${content}"`;
}

/** Returns the content of a valid string. */
export function stringContent(draft: Draft): string {
  return draft.random.chance(PLAIN_RATE) ? plainContent(draft) : specialContent(draft);
}

/** Probability that a string contains nothing special. */
const PLAIN_RATE = 0.8;

function plainContent(draft: Draft): string {
  return slice(draft, draft.random.chance(0.9) ? 24 : 80);
}

function specialContent(draft: Draft): string {
  const { random } = draft;
  if (random.chance(0.02)) {
    return slice(draft, 80).repeat(random.below(60)) + random.pick(pieces);
  }
  let content = slice(draft, 36);
  for (let count = random.below(4); count > 0; count--) {
    content += random.pick(pieces) + slice(draft, 18);
  }
  return content;
}

/** Returns a string with a lone surrogate. */
export function illFormedContent(draft: Draft): string {
  const { random } = draft;
  return slice(draft, 18) + random.pick(loneSurrogates) + slice(draft, 4);
}

/** Returns an unusual member name. */
export function oddName(draft: Draft): string {
  return draft.random.chance(0.8) ? draft.random.pick(oddNames) : stringContent(draft);
}

/** Writes a string as JSON, with a random spelling of its characters. */
export function spellString(draft: Draft, content: string): string {
  return draft.escaped && draft.random.chance(0.3)
    ? spellOddly(draft, content)
    : JSON.stringify(content);
}

/** Cached JSON of the first strings; names and enum values are used often. */
const spellings = new Map<string, string>();

const MOST_SPELLINGS = 500;

/** Writes a string as JSON like `spellString`, and caches it, because it will be needed again. */
export function spellKnown(draft: Draft, content: string): string {
  const spelling = spellings.get(content);
  if (spelling !== undefined && !draft.escaped) {
    return spelling;
  }
  if (spelling === undefined && spellings.size < MOST_SPELLINGS) {
    spellings.set(content, JSON.stringify(content));
  }
  return spellString(draft, content);
}

/** Writes a string as JSON with every character escaped. */
export function spellEscaped(content: string): string {
  let text = '"';
  for (let index = 0; index < content.length; index++) {
    text += `\\u${content.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }
  return `${text}"`;
}

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["/", "\\/"],
  ["\b", "\\b"],
  ["\f", "\\f"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

function spellOddly(draft: Draft, content: string): string {
  const rate = draft.random.pick([0.02, 0.3, 1]);
  let text = '"';
  for (const character of content) {
    text += spellCharacter(draft, character, rate);
  }
  return `${text}"`;
}

function spellCharacter(draft: Draft, character: string, rate: number): string {
  const { random } = draft;
  const isLone = character.length === 1 && character >= "\ud800" && character <= "\udfff";
  const mustEscape = character < " " || character === '"' || character === "\\" || isLone;
  if (!mustEscape && !random.chance(rate)) {
    return character;
  }
  const short = shortEscapes.get(character);
  if (short !== undefined && random.chance(0.6)) {
    return short;
  }
  let text = "";
  for (let index = 0; index < character.length; index++) {
    const digits = character.charCodeAt(index).toString(16).padStart(4, "0");
    text += `\\u${random.chance(0.5) ? digits : digits.toUpperCase()}`;
  }
  return text;
}

function slice(draft: Draft, longest: number): string {
  const start = draft.random.below(words.length - longest);
  return words.slice(start, start + draft.random.below(longest + 1));
}
