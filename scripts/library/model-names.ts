/*
 * Finds names of a model in source code. A model is a folder of `.proto` files. Only generated code
 * may name its messages, so that a new model needs no other code.
 */

/** The parts of a file descriptor, as JSON, that contain names. */
export interface FileDescriptor {
  package?: string;
  messageType?: MessageDescriptor[];
  enumType?: { name: string }[];
  service?: { name: string }[];
}

interface MessageDescriptor {
  name: string;
  nestedType?: MessageDescriptor[];
  enumType?: { name: string }[];
  options?: { mapEntry?: boolean };
}

/** A message, enum or service of a model. */
export interface ModelName {
  /** The name in the schema, such as `RunStep`. */
  name: string;
  /** The Protobuf package, such as `stepwire.v1`. */
  package: string;
}

/** Packages that are not models: the mapping options, and messages that all services share. */
const infrastructure = ["google.", "buf.", "stepwire.json.", "stepwire.rpc."];

/** Returns the names of all messages, enums and services of the models. */
export function modelNames(files: readonly FileDescriptor[]): ModelName[] {
  return files.flatMap(({ package: owner = "", messageType = [], enumType = [], service = [] }) => {
    if (infrastructure.some((prefix) => `${owner}.`.startsWith(prefix))) {
      return [];
    }
    const others = [...enumType, ...service].map(({ name }) => name);
    return [...others, ...messageType.flatMap(namesIn)].map((name) => ({ name, package: owner }));
  });
}

/** Returns the names of a message and of everything declared in it. */
function namesIn({ name, nestedType = [], enumType = [], options }: MessageDescriptor): string[] {
  return options?.mapEntry === true
    ? []
    : [name, ...enumType.map((each) => each.name), ...nestedType.flatMap(namesIn)];
}

/** A place where a source names a model. */
export interface Finding {
  file: string;
  line: number;
  /** The text in the source, such as `RunStepSchema`. */
  found: string;
}

/**
 * Returns a pattern that finds names of the model in a text.
 *
 * A name of several words is found in each spelling (`RunStep`, `runStep`, `run_step`, `run-step`,
 * `RUN_STEP`), also within a longer name such as `RunStepSchema`. A name of one word could be any
 * English word; it is found only where it must be the message, as in `DocumentSchema` and
 * `stepwire.v1.Document`.
 */
export function namePattern(names: readonly ModelName[]): RegExp {
  const words = new Map(names.map(({ name }) => [name, splitWords(name)]));
  const long = [...words].filter(([, { length }]) => length > 1);
  const pascal = long.map(([name]) => name);
  const camel = long.map(([name]) => name.charAt(0).toLowerCase() + name.slice(1));
  const snake = long.map(([, parts]) => parts.join("_").toLowerCase());
  const kebab = long.map(([, parts]) => parts.join("-").toLowerCase());
  const upper = long.map(([, parts]) => parts.join("_").toUpperCase());
  const full = names.map(({ name, package: owner }) => `${owner}.${name}`);
  const schemas = [...words.keys()].map((name) => `${name}Schema`);
  return new RegExp(
    [
      `(?<![A-Z])(?:${alternatives(pascal)})(?![a-z0-9])\\w*`,
      `(?<![A-Za-z0-9_])(?:${alternatives(camel)})(?![a-z0-9])\\w*`,
      `(?<![A-Za-z0-9_])(?:${alternatives(snake)})(?:_pb\\d?)?(?![A-Za-z0-9])`,
      `(?<![A-Za-z0-9-])(?:${alternatives(kebab)})(?![A-Za-z0-9])`,
      `(?<![A-Z0-9_])(?:${alternatives(upper)})(?:_[A-Z0-9_]+)?(?![A-Za-z0-9])`,
      `\\b(?:${alternatives(full)})\\b`,
      `\\b(?:${alternatives(schemas)})\\b`,
    ].join("|"),
    "g",
  );
}

/**
 * Returns alternatives for a pattern, the longest of those with the same beginning first, because a
 * pattern takes the first match. Common beginnings are written once: otherwise each character of a
 * text would be compared with all names.
 */
function alternatives(texts: readonly string[]): string {
  const endsHere = texts.includes("");
  const byFirst = Map.groupBy(
    texts.filter((text) => text !== ""),
    (text) => text.charAt(0),
  );
  const branches = [...byFirst].map(
    ([first, same]) =>
      first.replace(".", "\\.") + alternatives(same.map((text) => text.slice(first.length))),
  );
  if (branches.length === 0) {
    return "";
  }
  return branches.length === 1 && !endsHere
    ? branches.join("")
    : `(?:${branches.join("|")})${endsHere ? "?" : ""}`;
}

function splitWords(name: string): string[] {
  return name.match(/[A-Z]+(?![a-z])|[A-Z][a-z0-9]*/g) ?? [name];
}

/** A word with dots, hyphens and underscores: every name of the model is within one. */
const WORD = /[\w.-]+/g;

/** Returns every match of the pattern in a text. Words are matched once, however often they occur. */
export function findNames(file: string, text: string, pattern: RegExp): Finding[] {
  const matches = new Map<string, readonly string[]>();
  return text.split("\n").flatMap((content, index) =>
    (content.match(WORD) ?? []).flatMap((word) => {
      const known = matches.get(word) ?? word.match(pattern) ?? [];
      matches.set(word, known);
      return known.map((found) => ({ file, line: index + 1, found }));
    }),
  );
}

/** A place that may name a model. */
export interface AllowedPlace {
  /** The path of a file, or of a folder with a slash at its end. */
  path: string;
  /** The allowed names, as spelled in the source. */
  names: readonly string[];
  /** The reason why code without the name would be worse. */
  reason: string;
}

/** Returns the findings that are not in an allowed place. */
export function notAllowed(
  findings: readonly Finding[],
  places: readonly AllowedPlace[],
): Finding[] {
  return findings.filter((finding) => !places.some((place) => covers(place, finding)));
}

/** Returns the allowed places that contain no name of a model any more; they must be removed. */
export function unusedPlaces(
  findings: readonly Finding[],
  places: readonly AllowedPlace[],
): AllowedPlace[] {
  return places.filter((place) => !findings.some((finding) => covers(place, finding)));
}

function covers({ path, names }: AllowedPlace, { file, found }: Finding): boolean {
  const isThere = path.endsWith("/") ? file.startsWith(path) : file === path;
  return isThere && names.includes(found);
}
