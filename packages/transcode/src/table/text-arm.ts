import type { DescField } from "@bufbuild/protobuf";
import { WireType } from "@bufbuild/protobuf/wire";
import type { ValueMapping } from "@stepwire/mapping";

/** A field with a smaller number has a tag of one byte. */
const ONE_BYTE_LIMIT = 16;

/**
 * Returns the arm of a union by kind that holds every string, if its tag has one byte; undefined
 * if there is none, and for any other value.
 */
export function textArmOf(value: ValueMapping): DescField | undefined {
  if (value.kind !== "message" || value.message.kind !== "byKind") {
    return undefined;
  }
  const { armByKind, enumArm } = value.message;
  const arm = armByKind.get("string");
  const isPlain = arm?.value.kind === "string" && enumArm === undefined;
  return isPlain && arm.field.number < ONE_BYTE_LIMIT ? arm.field : undefined;
}

/** Returns the tag of such an arm. */
export function oneByteTag({ number }: DescField): number {
  return number * 8 + WireType.LengthDelimited;
}
