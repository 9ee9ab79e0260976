import { create } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import type { ValueMapping } from "@stepwire/mapping";

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
