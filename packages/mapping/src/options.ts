import {
  create,
  type DescEnumValue,
  type DescExtension,
  type DescField,
  type DescMessage,
  type DescOneof,
  fromBinary,
  getOption,
  type Message,
  mergeFromBinary,
} from "@bufbuild/protobuf";
import type { GenMessage } from "@bufbuild/protobuf/codegenv2";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import {
  arm_column as armColumnOption,
  type Column,
  ColumnSchema,
  column as columnOption,
} from "./gen/stepwire/json/v1/column_pb.js";
import {
  EnumValueFormSchema,
  enum_value as enumValueOption,
  type FieldForm,
  FieldFormSchema,
  field as fieldOption,
  type MessageForm,
  MessageFormSchema,
  message as messageOption,
  type OneofForm,
  OneofFormSchema,
  oneof as oneofOption,
} from "./gen/stepwire/json/v1/json_pb.js";

/** Returns the mapping options of a message; all are unset if it has none. */
export function messageOptions(desc: DescMessage): MessageForm {
  return readOption(desc, messageOption, MessageFormSchema);
}

const fields = new WeakMap<DescField, FieldForm>();

/** Returns the mapping options of a field; all are unset if it has none. */
export function fieldOptions(field: DescField): FieldForm {
  let options = fields.get(field);
  if (options === undefined) {
    options = readOption(field, fieldOption, FieldFormSchema);
    fields.set(field, options);
  }
  return options;
}

/** Returns the JSON shape of a oneof; its case is undefined if it has none. */
export function oneofShape(oneof: DescOneof): OneofForm["shape"] {
  return readOption(oneof, oneofOption, OneofFormSchema).shape;
}

/** Returns the string of an enum value; empty if it has none. */
export function enumValueString(value: DescEnumValue): string {
  return readOption(value, enumValueOption, EnumValueFormSchema).value;
}

/** Returns the columns that are filled from a field. */
export function columnOptions({ proto }: DescField): Column[] {
  return (proto.options?.$unknown ?? []).flatMap(({ no, wireType, data }) =>
    no === columnOption.number && wireType === WireType.LengthDelimited
      ? [fromBinary(ColumnSchema, new BinaryReader(data).bytes())]
      : [],
  );
}

/** Returns the name of the column for the arm of a message's union; empty if it has none. */
export function armColumn(desc: DescMessage): string {
  return getOption(desc, armColumnOption);
}

/**
 * Returns an option that is a message. `getOption` of protobuf-es does the same, but creates a
 * descriptor for each call, which took most of the time of compiling a mapping.
 */
function readOption<Form extends Message>(
  { proto }: { readonly proto: { readonly options?: Message | undefined } },
  { number }: DescExtension,
  schema: GenMessage<Form>,
): Form {
  const form = create(schema);
  for (const { no, wireType, data } of proto.options?.$unknown ?? []) {
    if (no === number && wireType === WireType.LengthDelimited) {
      mergeFromBinary(schema, form, new BinaryReader(data).bytes());
    }
  }
  return form;
}
