import { ScalarType } from "@bufbuild/protobuf";
import type { IntegerMapping, IntegerType } from "./model.js";

const integerTypes: ReadonlyMap<ScalarType, IntegerMapping> = new Map([
  integer(ScalarType.INT32, "int32"),
  integer(ScalarType.UINT32, "uint32"),
  integer(ScalarType.SINT32, "sint32"),
  integer(ScalarType.FIXED32, "fixed32"),
  integer(ScalarType.SFIXED32, "sfixed32"),
  integer(ScalarType.INT64, "int64"),
  integer(ScalarType.UINT64, "uint64"),
  integer(ScalarType.SINT64, "sint64"),
  integer(ScalarType.FIXED64, "fixed64"),
  integer(ScalarType.SFIXED64, "sfixed64"),
]);

/** Returns the range of an integer type. */
export function integerMapping(scalar: ScalarType): IntegerMapping {
  const mapping = integerTypes.get(scalar);
  if (mapping === undefined) {
    throw new TypeError(`not an integer type: ${ScalarType[scalar]}`);
  }
  return mapping;
}

function integer(scalar: ScalarType, type: IntegerType): [ScalarType, IntegerMapping] {
  const bits = type.endsWith("64") ? 64n : 32n;
  const unsigned = type.startsWith("u") || type.startsWith("fixed");
  const minimum = unsigned ? 0n : -(1n << (bits - 1n));
  const maximum = (1n << (unsigned ? bits : bits - 1n)) - 1n;
  return [scalar, { kind: "integer", type, minimum, maximum }];
}
