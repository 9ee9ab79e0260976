import type { CommentChoice, ImportConfig } from "../config/config.js";
import { COMPONENTS } from "../config/patch.js";
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
      node.component === undefined
        ? `${what}, at \`${pathOf(node.pointer)}\` in the document.`
        : `${what} of the schema ${shorten(lastKey(node.component))}.`,
    );
  }

  /**
   * Returns the comment of a member.
   *
   * @param known strings that the document names, although any other is valid too
   */
  member(name: string, node: SchemaNode | undefined, known: readonly string[]): string {
    const text = `The member ${shorten(name)}.${knownText(known)}`;
    return this.#members.get(name) ?? this.#text(node, text);
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

/** How many known strings a comment lists. */
const MAX_KNOWN = 20;

function knownText(known: readonly string[]): string {
  if (known.length === 0) {
    return "";
  }
  const strings = known.slice(0, MAX_KNOWN).map(shorten).join(", ");
  const others = known.length - MAX_KNOWN;
  return ` Any string; the document names ${strings}${others > 0 ? ` and ${others} more` : ""}.`;
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

/**
 * Returns a pointer as a path that does not change if the document moves the arms of a union:
 * `Kettle.parts[]` for `/components/schemas/Kettle/properties/parts/anyOf/0/items`.
 */
function pathOf(pointer: string): string {
  const place = COMPONENTS.find((each) => pointer.startsWith(`${each}/`)) ?? "";
  const keys = pointer.slice(place.length).split("/").slice(1).map(unescapeKey);
  let path = "";
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] ?? "";
    switch (index === 0 && place !== "" ? undefined : key) {
      case "properties":
      case "patternProperties":
        index++;
        path += `.${keys[index] ?? ""}`;
        break;
      case "allOf":
      case "anyOf":
      case "oneOf":
        index++;
        break;
      case "prefixItems":
        index++;
        path += "[]";
        break;
      case "items":
      case "additionalProperties":
        path += "[]";
        break;
      default:
        path += path === "" ? key : `.${key}`;
    }
  }
  // A document that is a schema itself has no name.
  return oneLine(path).replaceAll("`", "'").replace(/^\./, "") || "#";
}

function lastKey(pointer: string): string {
  return unescapeKey(pointer.slice(pointer.lastIndexOf("/") + 1));
}

function unescapeKey(key: string): string {
  return key.replaceAll("~1", "/").replaceAll("~0", "~");
}
