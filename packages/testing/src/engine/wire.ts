import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** A piece of a binary message. */
export type WireRecord =
  | { readonly field: number; readonly varint: number | bigint }
  | { readonly field: number; readonly text: string }
  | { readonly field: number; readonly bytes: readonly number[] }
  | { readonly field: number; readonly message: readonly WireRecord[] }
  | { readonly field: number; readonly packed: readonly (number | bigint)[] }
  | { readonly field: number; readonly packedDoubles: readonly number[] }
  | { readonly field: number; readonly double: number }
  | { readonly field: number; readonly fixed32: number }
  | { readonly field: number; readonly fixed64: bigint }
  /** Raw bytes, which need not be a valid record. */
  | { readonly raw: readonly number[] };

/** Returns a residue with one member, to add to a message. */
export function residueMember(name: string, text: string): WireRecord {
  return {
    field: 2047,
    message: [
      {
        field: 1,
        message: [
          { field: 1, text: name },
          { field: 2, text },
        ],
      },
    ],
  };
}

/** Returns the bytes of a message from its pieces, which may be invalid. */
export function writeWire(records: readonly WireRecord[]): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  for (const record of records) {
    writeRecord(writer, record);
  }
  return writer.finish();
}

function writeRecord(writer: BinaryWriter, record: WireRecord): void {
  if ("raw" in record) {
    writer.raw(Uint8Array.from(record.raw));
  } else if ("varint" in record) {
    writer.tag(record.field, WireType.Varint).uint64(record.varint);
  } else if ("text" in record) {
    writer.tag(record.field, WireType.LengthDelimited).string(record.text);
  } else if ("bytes" in record) {
    writer.tag(record.field, WireType.LengthDelimited).bytes(Uint8Array.from(record.bytes));
  } else if ("message" in record) {
    writer.tag(record.field, WireType.LengthDelimited).bytes(writeWire(record.message));
  } else if ("packed" in record) {
    writer.tag(record.field, WireType.LengthDelimited).fork();
    for (const varint of record.packed) {
      writer.uint64(varint);
    }
    writer.join();
  } else if ("packedDoubles" in record) {
    writer.tag(record.field, WireType.LengthDelimited).fork();
    for (const double of record.packedDoubles) {
      writer.double(double);
    }
    writer.join();
  } else if ("double" in record) {
    writer.tag(record.field, WireType.Bit64).double(record.double);
  } else if ("fixed32" in record) {
    writer.tag(record.field, WireType.Bit32).fixed32(record.fixed32);
  } else {
    writer.tag(record.field, WireType.Bit64).fixed64(record.fixed64);
  }
}
