import { type DescField, isFieldSet, isMessage } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence, ValueSchema } from "@bufbuild/protobuf/wkt";
import type { ValueMapping } from "@stepwire/mapping";
import { hasElement, hasEntry } from "./binary/contents.js";

/** Whether a field can be unset: a message, or a scalar with the label `optional`. */
export function hasPresence(field: DescField): boolean {
  return (
    field.fieldKind !== "list" &&
    field.fieldKind !== "map" &&
    field.presence !== FeatureSet_FieldPresence.IMPLICIT
  );
}

/** Whether a value is the zero of its type; a message: whether nothing in it is set. */
export function isEmpty(value: ValueMapping, held: unknown): boolean {
  switch (value.kind) {
    case "list":
      return !hasElement(held);
    case "map":
      return !hasEntry(held);
    case "string":
    case "verbatim":
      return held === "";
    case "bytes":
      return held instanceof Uint8Array && held.length === 0;
    case "boolean":
      return held === false;
    case "integer":
      return held === 0 || held === 0n;
    case "enum":
    case "null":
      return held === 0;
    case "double":
      // -0 is not the zero value of a double.
      return Object.is(held, 0);
    case "any":
      return isMessage(held, ValueSchema) && held.kind.case === undefined;
    case "message":
      return (
        isMessage(held, value.desc) &&
        (held.$unknown?.length ?? 0) === 0 &&
        value.desc.fields.every((field) => !isFieldSet(held, field))
      );
  }
}
