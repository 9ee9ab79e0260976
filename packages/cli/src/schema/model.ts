import { createRegistry, type DescFile, type DescMessage } from "@bufbuild/protobuf";
import {
  DescriptorSetError,
  getDocumentArms,
  getMessageMapping,
  MappingError,
  readDescriptorSet,
} from "@stepwire/mapping";
import { findDocuments, toKebabCase } from "@stepwire/mapping/internal";
import { hasCurrentLayout } from "@stepwire/transcode/line-kernel";
import { CommandFailure, ExitCode } from "../failure.js";
import { builtInFiles } from "./built-in.js";
import { readDocument } from "./prebuilt.js";
import { MOST_SUGGESTIONS, suggest } from "./suggest.js";

/** A schema in a form that can be sent to another thread. */
export interface SchemaSource {
  /** The name and content of the file for `--descriptor`; absent for the built-in schema. */
  readonly descriptor?: { readonly file: string; readonly bytes: Uint8Array };
}

/** Maximum number of mapping mistakes that are listed for a message. */
const MOST_PROBLEMS = 20;
/** Maximum number of names that are listed if a type is unknown. */
const MOST_NAMES = 30;

/**
 * The messages of a schema, by their names on the command line: the arms of each document
 * (`air-letter`), the documents themselves (`document`), and the full name of any message
 * (`acme.v1.AirLetter`).
 */
export class Model {
  readonly source: SchemaSource;
  readonly #messages: ReadonlyMap<string, DescMessage>;
  readonly #documents: readonly DescMessage[];
  /**
   * Messages by short name. A name has several messages if documents have arms of the same name.
   */
  readonly #named = new Map<string, readonly DescMessage[]>();
  readonly #shownNames = new Map<DescMessage, string>();
  #built: { readonly document: ReturnType<typeof readDocument> } | undefined;

  /** @throws {CommandFailure} if the bytes of the source are not a complete descriptor set. */
  constructor(source: SchemaSource = {}) {
    this.source = source;
    const messages = [...createRegistry(...filesOf(source))].filter((desc) => isMessage(desc));
    this.#messages = new Map(messages.map((message) => [message.typeName, message]));
    this.#documents = findDocuments(messages);
    for (const { name, message } of this.#documents.flatMap(getDocumentArms)) {
      this.#addName(name, message);
    }
    for (const message of this.#documents) {
      this.#addName(toKebabCase(message.name), message);
    }
  }

  #addName(name: string, message: DescMessage): void {
    const others = this.#named.get(name) ?? [];
    this.#named.set(name, [...others.filter((other) => other !== message), message]);
  }

  /** The short names that refer to exactly one message, in the order of the schema. */
  get typeNames(): readonly string[] {
    return [...this.#named].filter(([, { length }]) => length === 1).map(([name]) => name);
  }

  /** All messages of the schema. */
  get messages(): Iterable<DescMessage> {
    return this.#messages.values();
  }

  /** The messages that detect the type of a JSON object. */
  get documents(): readonly DescMessage[] {
    return this.#documents;
  }

  /** Returns the name to show for a message. */
  nameOf(message: DescMessage): string {
    let name = this.#shownNames.get(message);
    if (name === undefined) {
      const found = [...this.#named].find(([, [only, ...others]]) => {
        return only === message && others.length === 0;
      });
      name = found?.[0] ?? message.typeName;
      this.#shownNames.set(message, name);
    }
    return name;
  }

  /**
   * Returns the message with a name.
   *
   * @param alsoAllowed further names that the option accepts.
   * @throws {CommandFailure} if there is none, with suggestions.
   */
  message(type: string, alsoAllowed: readonly string[] = []): DescMessage {
    const full = this.#messages.get(type);
    const [message, ...others] = this.#named.get(type) ?? (full === undefined ? [] : [full]);
    if (message === undefined) {
      throw this.#unknownType(type, alsoAllowed);
    }
    if (others.length > 0) {
      const names = [message, ...others].map(({ typeName }) => typeName).join(" and ");
      throw this.usageFailure(`--type ${type} may be ${names}; use the full name`);
    }
    return message;
  }

  /**
   * Returns the message with a name, and checks that it has a JSON form.
   *
   * @throws {CommandFailure} if there is none, or if its mapping has mistakes, which are listed.
   */
  mappedMessage(type: string, alsoAllowed: readonly string[] = []): DescMessage {
    return this.#checkMapping(this.message(type, alsoAllowed));
  }

  /**
   * Returns the document message of the schema, which detects the type of a JSON object.
   *
   * @throws {CommandFailure} if there is none or more than one, so that `--type` is needed.
   */
  document(): DescMessage {
    const [document, ...others] = this.#documents;
    if (document === undefined) {
      const example = [...this.#messages.values()].find((message) => hasJsonForm(message));
      throw this.usageFailure(
        `no message tells which object is which: that is a oneof with the option (stepwire.json.v1.oneof).inline; name the message with --type${example ? `, such as --type ${example.typeName}` : ""}`,
      );
    }
    if (others.length > 0) {
      const names = this.#documents.map(({ typeName }) => typeName).join(" and ");
      throw this.usageFailure(
        `${names} all tell which object is which; choose one of them, or another message, with --type`,
      );
    }
    // The build has checked the built-in schema; compiling its mapping takes as long as the rest.
    return this.tableOf(document) === undefined ? this.#checkMapping(document) : document;
  }

  /** Returns the kernel's table of a message if the build compiled it. */
  tableOf(message: DescMessage): Uint8Array | undefined {
    if (this.source.descriptor !== undefined || !this.#documents.includes(message)) {
      return undefined;
    }
    this.#built ??= { document: readDocument() };
    const { document } = this.#built;
    return document?.typeName === message.typeName && hasCurrentLayout(document.table)
      ? document.table
      : undefined;
  }

  #unknownType(type: string, alsoAllowed: readonly string[]): CommandFailure {
    const names = this.typeNames;
    const choices = [...alsoAllowed, ...names];
    const shown = choices.slice(0, MOST_NAMES).join(", ");
    const more = choices.length > MOST_NAMES ? `, and ${choices.length - MOST_NAMES} more` : "";
    const fullNames = "the full name of a message";
    const allowed = choices.length === 0 ? fullNames : `${shown}${more}, or ${fullNames}`;
    const suggestions = [
      ...this.#namesByConstant(type),
      ...suggest(type, [...names, ...this.#messages.keys()]),
    ].slice(0, MOST_SUGGESTIONS);
    const question = suggestions.length === 0 ? "" : ` (Did you mean ${suggestions.join(" or ")}?)`;
    const [meant] = suggestions;
    return new CommandFailure(
      `${this.#prefix}option '--type <type>' argument '${type}' is invalid. Allowed choices are ${allowed}.${question}`,
      {
        exitCode: ExitCode.usage,
        retry: meant === undefined ? undefined : { replace: [type, meant] },
      },
    );
  }

  /** Returns the types of documents with a member that always has this value, such as `object`. */
  #namesByConstant(value: string): string[] {
    const messages = this.#documents.flatMap(getDocumentArms).map(({ message }) => message);
    return messages
      .filter((message) => hasConstant(message, value))
      .map((each) => this.nameOf(each));
  }

  #checkMapping(message: DescMessage): DescMessage {
    try {
      getMessageMapping(message);
      return message;
    } catch (error) {
      if (!(error instanceof MappingError)) {
        throw error;
      }
      const { problems } = error;
      const lines = problems
        .slice(0, MOST_PROBLEMS)
        .map(({ path, message }) => `${path}: ${message}`);
      const more = problems.length - lines.length;
      throw this.usageFailure(
        `${message.typeName} has no JSON form: its mapping options are missing or wrong`,
        ...lines,
        ...(more > 0 ? [`and ${more} more`] : []),
      );
    }
  }

  /** Creates a failure; each line starts with the name of the descriptor file. */
  usageFailure(...lines: readonly string[]): CommandFailure {
    const message = lines.map((line) => this.#prefix + line).join("\n");
    return new CommandFailure(message, { exitCode: ExitCode.usage });
  }

  get #prefix(): string {
    const { descriptor } = this.source;
    return descriptor === undefined ? "" : `${descriptor.file}: `;
  }
}

/** The schema that is used without `--descriptor`. */
export const builtIn: Model = new Model();

function filesOf({ descriptor }: SchemaSource): readonly DescFile[] {
  if (descriptor === undefined) {
    return builtInFiles;
  }
  try {
    return readDescriptorSet(descriptor.bytes);
  } catch (error) {
    throw error instanceof DescriptorSetError
      ? new CommandFailure(`${descriptor.file}: ${error.message}`, { cause: error })
      : error;
  }
}

function isMessage(desc: { readonly kind: string }): desc is DescMessage {
  return desc.kind === "message";
}

function hasConstant(message: DescMessage, value: string): boolean {
  if (!hasJsonForm(message)) {
    return false;
  }
  const mapping = getMessageMapping(message);
  return (
    mapping.kind === "object" &&
    mapping.members.some((member) => member.kind === "constant" && member.value === value)
  );
}

function hasJsonForm(message: DescMessage): boolean {
  try {
    getMessageMapping(message);
    return true;
  } catch {
    return false;
  }
}
