import type { FieldDeclaration } from "../proto/model.js";
import type { Presence } from "./lock.js";

/** Returns the presence of a field that is not an arm, with the default of the mapping. */
export function presenceOf({ label, type, options }: FieldDeclaration): Presence {
  const isScalar = type.kind === "scalar" || type.kind === "enum";
  return options.presence ?? (label === "singular" && isScalar ? "required" : "optional");
}

/** A field, and what binary that was written before loses by it. */
export interface KeptField {
  readonly field: FieldDeclaration;
  readonly loss?: string;
}

/**
 * Returns a field with a presence with which an unset field means what it meant before. Only where
 * the document needs it, the presence changes.
 */
export function keepPresence(field: FieldDeclaration, before: Presence): KeptField {
  const now = presenceOf(field);
  if (now === before) {
    return { field: withoutDefault(field) };
  }
  if (before !== "required") {
    return { field: withPresence(field, before) };
  }
  if (field.label === "repeated" || field.label === "map") {
    // An empty list is unset, and was [] before.
    return { field: withPresence(field, "empty") };
  }
  if (field.type.kind === "scalar" && field.options.verbatim !== true) {
    // The value 0 or "" is unset: a field without the label `optional` does not store it.
    return {
      field: withPresence(field, now),
      loss: `is not required any more: binary written before reads as if 0, false and "" were ${now === "nullable" ? "null" : "absent"}`,
    };
  }
  return { field: withPresence(field, "optional") };
}

/**
 * Returns a new field of a message that an earlier import has: binary that was written before does
 * not have it, so it is optional.
 */
export function newPresence(field: FieldDeclaration): FieldDeclaration {
  return withPresence(field, "optional");
}

function withPresence(field: FieldDeclaration, presence: Presence): FieldDeclaration {
  const { label, type, options } = field;
  const isScalar = type.kind === "scalar" || type.kind === "enum";
  const isSingular = label === "singular" || label === "optional";
  const changed: FieldDeclaration = {
    ...field,
    label: isSingular ? (isScalar && presence !== "required" ? "optional" : "singular") : label,
  };
  return withoutDefault({ ...changed, options: { ...options, presence } });
}

/** Returns a field that is no arm without a presence that it has anyway. */
export function withoutDefault(field: FieldDeclaration): FieldDeclaration {
  const { presence, ...options } = field.options;
  return presence === presenceOf({ ...field, options }) ? { ...field, options } : field;
}
