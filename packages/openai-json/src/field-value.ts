import { create, type DescField, isFieldSet, isMessage } from "@bufbuild/protobuf";
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

/** The zero value of a type, which an unset field without presence has. */
export function zeroValue(value: ValueMapping): unknown {
  switch (value.kind) {
    case "string":
    case "verbatim":
      return "";
    case "bytes":
      return new Uint8Array();
    case "boolean":
      return false;
    case "integer":
      return value.type.endsWith("64") ? 0n : 0;
    case "double":
    case "enum":
    case "null":
      return 0;
    case "list":
      return [];
    case "message":
      return create(value.desc);
    case "any":
      return create(ValueSchema);
    case "map":
      return {};
  }
}

/** Whether the decoder and encoder of a value take its place as a member's name. */
export function isScalar({ kind }: ValueMapping): boolean {
  return (
    kind === "string" ||
    kind === "boolean" ||
    kind === "double" ||
    kind === "integer" ||
    kind === "enum"
  );
}
