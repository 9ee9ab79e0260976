import { type DescEnum, ScalarType } from "@bufbuild/protobuf";
import type { AnnotatedScalar } from "./annotation.js";
import { WireError, type WireReader } from "./wire-reader.js";

/** Returns the wire type of a scalar that is not in a packed field. */
export function scalarWireType(type: ScalarType): "VARINT" | "I64" | "LEN" | "I32" {
  switch (type) {
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return "I64";
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return "I32";
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return "LEN";
    default:
      return "VARINT";
  }
}

/** Reads a scalar without a length. */
export function readScalar(reader: WireReader, type: ScalarType): AnnotatedScalar {
  switch (scalarWireType(type)) {
    case "I64":
      return { kind: "number", value: fixed64(reader.view(8), type) };
    case "I32":
      return { kind: "number", value: fixed32(reader.view(4), type) };
    default:
      return type === ScalarType.BOOL
        ? { kind: "boolean", value: reader.varint() !== 0n }
        : { kind: "number", value: integer(reader.varint(), type) };
  }
}

/** Reads the value of an enum. */
export function readEnum(reader: WireReader, desc: DescEnum): AnnotatedScalar {
  const value = Number(BigInt.asIntN(32, reader.varint()));
  const name = desc.value[value]?.name;
  return { kind: "enum", desc, value, ...(name !== undefined && { name }) };
}

/**
 * Returns the text of a string field.
 *
 * @param whole Whether the string is complete; if not, it may end within a character.
 * @throws {WireError} if it is not UTF-8.
 */
export function decodeText(bytes: Uint8Array, start: number, whole: boolean): string {
  try {
    // A byte order mark is an ordinary character here.
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return decoder.decode(bytes, { stream: !whole });
  } catch (cause) {
    const error = new WireError(start, "a string that is not UTF-8");
    error.cause = cause;
    throw error;
  }
}

function integer(raw: bigint, type: ScalarType): number | bigint {
  switch (type) {
    case ScalarType.INT32:
      return Number(BigInt.asIntN(32, raw));
    case ScalarType.UINT32:
      return Number(BigInt.asUintN(32, raw));
    case ScalarType.SINT32:
      return Number(zigzag(BigInt.asUintN(32, raw)));
    case ScalarType.SINT64:
      return zigzag(raw);
    case ScalarType.INT64:
      return BigInt.asIntN(64, raw);
    default:
      return raw;
  }
}

function zigzag(raw: bigint): bigint {
  return (raw >> 1n) ^ -(raw & 1n);
}

function fixed64(view: DataView, type: ScalarType): number | bigint {
  switch (type) {
    case ScalarType.DOUBLE:
      return view.getFloat64(0, true);
    case ScalarType.SFIXED64:
      return view.getBigInt64(0, true);
    default:
      return view.getBigUint64(0, true);
  }
}

function fixed32(view: DataView, type: ScalarType): number {
  switch (type) {
    case ScalarType.FLOAT:
      return view.getFloat32(0, true);
    case ScalarType.SFIXED32:
      return view.getInt32(0, true);
    default:
      return view.getUint32(0, true);
  }
}
