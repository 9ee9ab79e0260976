import type { FieldDeclaration, TypeReference } from "../proto/model.js";

/**
 * Returns the type of a field, as far as a change of it changes the meaning of stored bytes, or
 * breaks a rule of `buf breaking`: `optional` makes no difference, JSON text in a string does.
 *
 * @param formerNames the names in the lock, by the present ones; default: the present names. A type
 * without a former name is a new one, even if an older type had its name.
 */
export function typeText(
  { label, type, options }: FieldDeclaration,
  formerNames?: ReadonlyMap<string, string>,
): string {
  const name = options.verbatim === true ? "verbatim" : nameOf(type, formerNames);
  switch (label) {
    case "repeated":
      return `repeated ${name}`;
    case "map":
      return `map<string, ${name}>`;
    default:
      return name;
  }
}

function nameOf(type: TypeReference, formerNames?: ReadonlyMap<string, string>): string {
  switch (type.kind) {
    case "message":
      return formerName(type.name, formerNames);
    case "enum":
      return `enum ${formerName(type.name, formerNames)}`;
    default:
      return type.name;
  }
}

function formerName(name: string, formerNames?: ReadonlyMap<string, string>): string {
  return formerNames === undefined ? name : (formerNames.get(name) ?? `new ${name}`);
}
