import type { CommentChoice, ImportConfig } from "../config/config.js";
import { shorten } from "../read/reference.js";
import type { SchemaNode } from "./shape.js";

/** Comments for what the config has none for. */
export class Comments {
  readonly #choice: CommentChoice;
  readonly #members: ReadonlyMap<string, string>;
  readonly #chosen: (node: SchemaNode) => string | undefined;

  /** @param chosen returns the comment that the config has for a message or enum */
  constructor(config: ImportConfig, chosen: (node: SchemaNode) => string | undefined) {
    this.#choice = config.comments ?? "generated";
    this.#members = config.members ?? new Map();
    this.#chosen = chosen;
  }

  /** Returns the comment of a message or enum. */
  declaration(node: SchemaNode, what: string): string {
    return this.#text(
      node,
      node.key === node.component
        ? `${what} of the schema ${shorten(lastKey(node.pointer))}.`
        : `${what} of the schema at ${oneLine(node.pointer)}.`,
    );
  }

  /** Returns the comment of a member. */
  member(name: string, node: SchemaNode | undefined): string {
    return this.#members.get(name) ?? this.#text(node, `The member ${shorten(name)}.`);
  }

  /** Returns the comment of an arm of a union: that of its message, if the config has one. */
  arm({ node }: { readonly node: SchemaNode }, text: string): string {
    return this.#chosen(node) ?? this.fact(text);
  }

  /** Returns a comment that says what something is. */
  fact(text: string): string {
    return this.#choice === "none" ? "" : text;
  }

  #text(node: SchemaNode | undefined, generated: string): string {
    switch (this.#choice) {
      case "none":
        return "";
      case "generated":
        return generated;
      case "descriptions":
        return (node && descriptionOf(node)) ?? generated;
    }
  }
}

function descriptionOf({ content }: SchemaNode): string | undefined {
  if (content.kind !== "schema" || typeof content.schema === "boolean") {
    return undefined;
  }
  const { description } = content.schema;
  const text = typeof description === "string" ? oneLine(description).trim() : "";
  return text === "" ? undefined : text;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

function lastKey(pointer: string): string {
  const key = pointer.slice(pointer.lastIndexOf("/") + 1);
  return key.replaceAll("~1", "/").replaceAll("~0", "~");
}
