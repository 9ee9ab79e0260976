import {
  type DescEnumValue,
  type DescField,
  type DescMessage,
  type DescOneof,
  getOption,
} from "@bufbuild/protobuf";
import {
  enum_value as enumValueOption,
  type FieldForm,
  field as fieldOption,
  type MessageForm,
  message as messageOption,
  type OneofForm,
  oneof as oneofOption,
} from "./gen/stepwire/json/v1/json_pb.js";

/** Returns the mapping options of a message; all are unset if it has none. */
export function messageOptions(desc: DescMessage): MessageForm {
  return getOption(desc, messageOption);
}

/** Returns the mapping options of a field; all are unset if it has none. */
export function fieldOptions(field: DescField): FieldForm {
  return getOption(field, fieldOption);
}

/** Returns the JSON shape of a oneof; its case is undefined if it has none. */
export function oneofShape(oneof: DescOneof): OneofForm["shape"] {
  return getOption(oneof, oneofOption).shape;
}

/** Returns the string of an enum value; empty if it has none. */
export function enumValueString(value: DescEnumValue): string {
  return getOption(value, enumValueOption).value;
}
