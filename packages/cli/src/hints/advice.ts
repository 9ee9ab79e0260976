import { nameOfContent } from "../files/compression.js";
import { isStandardInput } from "../files/input.js";
import type { Model } from "../schema/model.js";
import { counted } from "../terminal/quantity.js";
import { formatOfName } from "../transcript/options.js";
import { commandLine, type GivenOptions, outputName } from "./command-line.js";
import { type Content, identify } from "./content.js";
import { fileWord } from "./shell-word.js";
import { isDocumentArchive, readableTypes, typeOfJson } from "./types.js";

/** A command that could not use an input. */
export interface Subject {
  readonly command: "encode" | "decode" | "inspect" | "pack" | "unpack" | "roundtrip";
  /** The file as the user named it; undefined or `-` for standard input. */
  readonly file: string | undefined;
  /** The input, or its start if it is long. */
  readonly bytes: Uint8Array;
  readonly model: Model;
  /** The options with which the command runs again. */
  readonly options: GivenOptions;
}

/** What an input is, and command lines that work with it. */
export interface Advice {
  /** What was found, as the predicate of a sentence about the file. */
  readonly found: string;
  readonly tries: readonly string[];
  /** Whether this replaces the errors: they only say that the input is of another kind. */
  readonly isEnough?: true;
}

/** Maximum number of types that are listed for binary. */
const MOST_TYPES = 3;

/** Returns advice as lines of a message. */
export function adviceLines(name: string, { found, tries }: Advice): string[] {
  return [`${name}: ${found}`, ...tries.map((line) => `try: ${line}`)];
}

/** Returns the lines of a message about errors, with advice if there is any. */
export function withAdvice(
  errors: readonly string[],
  name: string,
  advice: Advice | undefined,
): string[] {
  return advice === undefined
    ? [...errors]
    : [...(advice.isEnough === true ? [] : errors), ...adviceLines(name, advice)];
}

/**
 * Returns advice about an input that is of another kind than the command reads; undefined if it is
 * of that kind, or nothing is known about it.
 */
export function adviseOnContent(subject: Subject): Advice | undefined {
  const content = identify(subject.bytes);
  return adviseOnForm(content, subject) ?? byCommand[subject.command](content, subject);
}

/** Returns advice about an input of a command that reads one binary message. */
export function adviseOnBinaryInput(subject: Subject): Advice | undefined {
  return adviseOnContent(subject) ?? adviseOnBinary(subject) ?? adviseOnDamage(subject);
}

/** Returns advice about inputs that no command reads in this form. */
function adviseOnForm(content: Content, subject: Subject): Advice | undefined {
  switch (content.kind) {
    case "empty":
      return advice("is empty; did the program fail that should have written it?");
    case "other-encoding":
      return advice(
        `is ${content.charset} text, as PowerShell may write it; JSON is UTF-8`,
        piped(`iconv -f ${content.charset} -t UTF-8`, subject),
      );
    case "byte-order-mark":
      return advice(
        "begins with a byte order mark (EF BB BF), which JSON does not have",
        piped("tail -c +4", subject),
      );
    case "compressed":
      return advice(
        `is compressed with ${content.format}; only gzip and zstd are read as they are`,
        piped(content.program, subject),
      );
    case "html":
      return advice("is HTML or XML, such as the error page of a proxy; look at its first lines");
    default:
      return undefined;
  }
}

const byCommand: Readonly<
  Record<Subject["command"], (content: Content, subject: Subject) => Advice | undefined>
> = {
  encode: (content, subject) => adviseOnMany(content, subject) ?? adviseOnNotJson(content, subject),
  pack: (content, subject) =>
    content.kind === "lines" || content.kind === "transcript"
      ? undefined
      : (adviseOnMany(content, subject) ??
        adviseOnIndented(content, subject) ??
        adviseOnNotJson(content, subject)),
  roundtrip: (content, subject) =>
    content.kind === "lines" || content.kind === "transcript"
      ? adviseOnFormat(content, subject)
      : (adviseOnMany(content, subject) ?? adviseOnNotJson(content, subject)),
  decode: (content, subject) => adviseOnMany(content, subject) ?? adviseOnText(content, subject),
  inspect: (content, subject) => adviseOnMany(content, subject) ?? adviseOnText(content, subject),
  unpack: (content, subject) =>
    adviseOnMany(content, subject) ?? adviseOnText(content, subject) ?? adviseOnBinary(subject),
};

/** Returns advice about inputs with many documents, which pack and roundtrip read. */
function adviseOnMany(content: Content, subject: Subject): Advice | undefined {
  switch (content.kind) {
    case "transcript":
      return enough("is a transcript of server-sent events", packLine(subject));
    case "lines":
      return enough(
        `is JSON Lines: ${counted(content.count, "line")} with a document each`,
        packLine(subject),
      );
    case "array": {
      const elements = `jq -c '.[]'${inputOf(subject)}`;
      const pack = packLine({ ...subject, file: undefined }, subject.file);
      return advice(
        `is a JSON array of ${counted(content.count, "element")}, not an object; pack takes each as a document (jq before 1.7 rounds large numbers)`,
        `${elements} | ${pack}`,
      );
    }
    default:
      return undefined;
  }
}

/** Returns advice about a file whose name says that it has another format. */
function adviseOnFormat(content: Content, { file, options }: Subject): Advice | undefined {
  const isLines = content.kind === "lines";
  const [what, format] = isLines
    ? (["JSON Lines", "jsonl"] as const)
    : (["a transcript of server-sent events", "sse"] as const);
  return file !== undefined && formatOfName(nameOfContent(file)) === format
    ? undefined
    : advice(`is ${what}`, commandLine("roundtrip", file, { ...options, from: format }));
}

function adviseOnIndented({ kind }: Content, subject: Subject): Advice | undefined {
  const text = Buffer.from(subject.bytes).toString("latin1").trim();
  if (kind !== "object" || !text.includes("\n")) {
    return undefined;
  }
  const { file, options } = subject;
  const pack = packLine({ ...subject, file: undefined }, file);
  const encode = commandLine("encode", file, {
    descriptor: options["descriptor"],
    o: outputName(file, ".binpb"),
  });
  return enough(
    "is one document on several lines; pack reads one on each line",
    encode,
    `tr -d '\\r\\n'${inputOf(subject)} | ${pack}`,
  );
}

function adviseOnNotJson(content: Content, subject: Subject): Advice | undefined {
  switch (content.kind) {
    case "binary":
      return adviseOnBinary(subject);
    case "text":
      return advice("is text, but not JSON");
    default:
      return undefined;
  }
}

function adviseOnText(content: Content, subject: Subject): Advice | undefined {
  if (content.kind === "text") {
    return adviseOnEncodedText(subject) ?? advice("is text, not binary");
  }
  if (content.kind !== "object") {
    return undefined;
  }
  const { command, file, bytes, model, options } = subject;
  const descriptor = options["descriptor"];
  const found = "is a JSON document, not binary";
  const given = { descriptor, mode: "archive" } as const;
  if (command !== "inspect") {
    return enough(found, commandLine("encode", file, { ...given, o: outputName(file, ".binpb") }));
  }
  const type = typeOfJson(model, bytes) ?? "document";
  const inspect = commandLine(command, undefined, { type, descriptor });
  return enough(found, `${commandLine("encode", file, given)} | ${inspect}`);
}

/** Returns advice about binary that is written as text, as in a log or a database. */
function adviseOnEncodedText(subject: Subject): Advice | undefined {
  const text = Buffer.from(subject.bytes).toString("latin1").replaceAll(/\s/g, "");
  const [name, encoding, program] = /^(?:[0-9a-f]{2})+$/i.test(text)
    ? (["hexadecimal", "hex", "xxd -r -p"] as const)
    : (["base64", "base64", "base64 -d"] as const);
  if (encoding === "base64" && !/^[\w+/-]+={0,2}$/.test(text)) {
    return undefined;
  }
  const { command, options, model } = subject;
  const [type] = readableTypes(model, Buffer.from(text, encoding));
  return type === undefined || command === "unpack"
    ? undefined
    : advice(
        `is ${name} text of a binary message`,
        piped(program, { ...subject, options: { ...options, type } }),
      );
}

/** Returns advice about binary that is of another type than a command reads. */
export function adviseOnBinary({
  command,
  file,
  bytes,
  model,
  options,
}: Subject): Advice | undefined {
  const descriptor = options["descriptor"];
  if (command !== "unpack" && isDocumentArchive(model, bytes)) {
    return advice("is an archive of stepwire pack", commandLine("unpack", file, { descriptor }));
  }
  const types = readableTypes(model, bytes).filter((type) => type !== options["type"]);
  const [type] = types;
  if (type === undefined) {
    return undefined;
  }
  const shown = types.slice(0, MOST_TYPES).join(", ");
  const more = types.length > MOST_TYPES ? ` and ${types.length - MOST_TYPES} more` : "";
  const isBinaryCommand = command === "decode" || command === "inspect";
  return advice(
    `the bytes can be read with --type ${shown}${more}`,
    commandLine(isBinaryCommand ? command : "decode", file, {
      ...(isBinaryCommand ? options : { descriptor }),
      type,
    }),
  );
}

/** Returns advice about a message that is damaged or cut off. */
function adviseOnDamage({ command, file, bytes, options }: Subject): Advice | undefined {
  const { type, descriptor } = options;
  return command === "decode" && type !== undefined && bytes.length > 0
    ? advice(
        "may be cut off or damaged; inspect shows what is there up to the damage",
        commandLine("inspect", file, { type, descriptor }),
      )
    : undefined;
}

function advice(found: string, ...tries: readonly string[]): Advice {
  return { found, tries };
}

function enough(found: string, ...tries: readonly string[]): Advice {
  return { found, tries, isEnough: true };
}

/** Returns the command line that packs an input. */
function packLine({ file, options }: Subject, named = file): string {
  const descriptor = options["descriptor"];
  return commandLine("pack", file, { descriptor, o: outputName(named, ".archive") });
}

/** Returns the same command, which reads the output of another program. */
function piped(program: string, { command, file, options }: Subject): string {
  const input = isStandardInput(file) ? "" : ` ${fileWord(file)}`;
  return `${program}${input} | ${commandLine(command, undefined, options)}`;
}

/** Returns the redirection of an input, for programs that only read standard input. */
function inputOf({ file }: Subject): string {
  return isStandardInput(file) ? "" : ` < ${fileWord(file)}`;
}
