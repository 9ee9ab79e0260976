import {
  type DescMessage,
  fromBinary,
  fromJson,
  type JsonValue,
  type JsonWriteOptions,
  type Message,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import type { Way, Ways } from "./converter.js";

/**
 * Returns the ways of ProtoJSON, as protobuf-es reads and writes it: one for each choice of options
 * of the writer. The reader ignores unknown members and enum values if it has to.
 */
export function protoJsonWays(schema: DescMessage): Ways {
  const way =
    (writer: Partial<JsonWriteOptions>): Way =>
    (json) => {
      const { message, ignoring } = read(schema, parse(json));
      const copy = fromBinary(schema, toBinary(schema, message));
      return { json: JSON.stringify(toJson(schema, copy, writer)), ignoring };
    };
  return [
    way({}),
    way({ useProtoFieldName: true }),
    way({ alwaysEmitImplicit: true }),
    way({ useProtoFieldName: true, alwaysEmitImplicit: true }),
  ];
}

function read(schema: DescMessage, value: JsonValue): { message: Message; ignoring: boolean } {
  try {
    return { message: fromJson(schema, value), ignoring: false };
  } catch {
    const message = fromJson(schema, value, { ignoreUnknownFields: true });
    return { message, ignoring: true };
  }
}

/** Parses integers beyond 2^53 as strings, which ProtoJSON accepts for 64-bit fields. */
function parse(json: string): JsonValue {
  const quoted = json.replace(/(?<=[:[,])-?\d{16,}(?=[,\]}])/g, '"$&"');
  const value: JsonValue = JSON.parse(quoted);
  return value;
}
