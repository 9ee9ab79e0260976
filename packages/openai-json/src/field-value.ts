import { create, type DescField, isFieldSet, isMessage } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence, ValueSchema } from "@bufbuild/protobuf/wkt";
import type { ValueMapping } from "@stepwire/mapping";
import { hasElement, hasEntry } from "./binary/contents.js";

/** Returns whether a field can be unset: a message, or a scalar with the label `optional`. */
export function hasPresence(field: DescField): boolean {
  return (
    field.fieldKind !== "list" &&
    field.fieldKind !== "map" &&
    field.presence !== FeatureSet_FieldPresence.IMPLICIT
  );
}

/** Returns whether a value is the zero value of its type; for a message, whether no field is set. */
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

/** Returns the zero value of a type: the value of an unset field without presence. */
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

/** Returns whether decoder and encoder of a value accept its place as a member name. */
export function isScalar({ kind }: ValueMapping): boolean {
  return (
    kind === "string" ||
    kind === "boolean" ||
    kind === "double" ||
    kind === "integer" ||
    kind === "enum"
  );
}
