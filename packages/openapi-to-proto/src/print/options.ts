import type { FieldOptions, MessageOptions, OneofShape } from "../proto/model.js";
import {
  formatOptionValue,
  type OptionField,
  type OptionValue,
  parseOptionValue,
  stringLiteral,
  TextFormatError,
} from "./text-format.js";

/** An option with its value. The name is that of an extension in parentheses, or a built-in one. */
export interface PrintedOption {
  /** Such as `(stepwire.json.v1.field)`, or `deprecated`. */
  readonly name: string;
  readonly value: OptionValue;
}

const JSON_OPTIONS = "stepwire/json/v1/json.proto";
const STREAM_OPTIONS = "stepwire/json/v1/stream.proto";
const COLUMN_OPTIONS = "stepwire/json/v1/column.proto";
const SSE_OPTIONS = "stepwire/json/v1/sse.proto";

/** The files that declare the options, by the name of the option in `stepwire.json.v1`. */
const optionFiles: ReadonlyMap<string, string> = new Map([
  ["message", JSON_OPTIONS],
  ["field", JSON_OPTIONS],
  ["oneof", JSON_OPTIONS],
  ["enum_value", JSON_OPTIONS],
  ["merge", STREAM_OPTIONS],
  ["event", STREAM_OPTIONS],
  ["merge_into", STREAM_OPTIONS],
  ["identity", STREAM_OPTIONS],
  ["repeats_fields", STREAM_OPTIONS],
  ["sse", SSE_OPTIONS],
  ["column", COLUMN_OPTIONS],
  ["arm_column", COLUMN_OPTIONS],
]);

const OPTION_PACKAGE = "stepwire.json.v1.";

/** Returns the file that declares an option, as `import` names it; none for a built-in option. */
export function optionFile({ name }: PrintedOption): string | undefined {
  const extension = /^\((.*)\)$/.exec(name)?.[1];
  return extension?.startsWith(OPTION_PACKAGE)
    ? optionFiles.get(extension.slice(OPTION_PACKAGE.length))
    : undefined;
}

/** Why the options of a config cannot be used: the option, what is expected, and what was found. */
export interface OptionMistake {
  readonly option: string;
  readonly expected: string;
  readonly found: string;
}

/** Checks options by their full names, with values in the text format. */
export function checkOptions(options: ReadonlyMap<string, string>): OptionMistake[] {
  return [...options].flatMap(([option, text]): OptionMistake[] => {
    if (option.includes(".") && optionFile({ name: `(${option})`, value: EMPTY }) === undefined) {
      const known = [...optionFiles.keys()].map((name) => OPTION_PACKAGE + name).join(", ");
      return [{ option, expected: `one of ${known}`, found: option }];
    }
    try {
      parseOptionValue(text);
      return [];
    } catch (error) {
      if (!(error instanceof TextFormatError)) {
        throw error;
      }
      return [{ option, expected: "a value in the text format", found: error.message }];
    }
  });
}

const EMPTY: OptionValue = { kind: "message", fields: [] };

/** Returns the options of a message. */
export function messageOptions(options: MessageOptions): PrintedOption[] {
  const { constants = [], array, schemaName, identity = [], repeatsFields, further } = options;
  const form: OptionField[] = [];
  addString(form, "schema_name", schemaName);
  for (const { name, value, after, presence } of constants) {
    const fields: OptionField[] = [];
    addString(fields, "name", name);
    addString(fields, "value", value);
    addString(fields, "after", after);
    addPresence(fields, presence);
    form.push({ name: "constants", value: { kind: "message", fields } });
  }
  addFlag(form, "array", array);
  return merged(
    [
      { name: "message", value: { kind: "message", fields: form } },
      ...identity.map((name) => ({ name: "identity", value: stringValue(name) })),
      ...(repeatsFields === true ? [{ name: "repeats_fields", value: word("true") }] : []),
    ],
    further,
  );
}

/** Returns the option of a oneof. */
export function oneofOptions(shape: OneofShape): PrintedOption[] {
  const fields: OptionField[] = [];
  addString(fields, "tag", shape.tag);
  addString(fields, "content", shape.case === "adjacent" ? shape.content : undefined);
  if (shape.case === "tagged" && shape.tagPresence !== undefined) {
    fields.push({ name: "tag_presence", value: presenceValue(shape.tagPresence) });
  }
  const form: OptionField = { name: shape.case, value: { kind: "message", fields } };
  return merged([{ name: "oneof", value: { kind: "message", fields: [form] } }]);
}

/** Returns the option of an enum value. */
export function enumValueOptions(value: string): PrintedOption[] {
  const fields: OptionField[] = [];
  addString(fields, "value", value);
  return merged([{ name: "enum_value", value: { kind: "message", fields } }]);
}

/** Returns the options of a field, or of an arm of a oneof. */
export function fieldOptions(options: FieldOptions): PrintedOption[] {
  const form: OptionField[] = [];
  addString(form, "name", options.name);
  addString(form, "tag_value", options.tagValue);
  addFlag(form, "empty_tag", options.emptyTag);
  addPresence(form, options.presence);
  addFlag(form, "verbatim", options.verbatim);
  addFlag(form, "any_other", options.anyOther);
  addFlag(form, "without_tag", options.withoutTag);
  addString(form, "schema_name", options.schemaName);
  return merged([{ name: "field", value: { kind: "message", fields: form } }], options.further);
}

/** Adds the options of the config to those of the generator. */
function merged(
  own: readonly PrintedOption[],
  further: FieldOptions["further"] = new Map(),
): PrintedOption[] {
  const options = own.map(({ name, value }) => ({ name: `(${OPTION_PACKAGE}${name})`, value }));
  for (const [fullName, text] of further) {
    const name = fullName.includes(".") ? `(${fullName})` : fullName;
    const value = parseOptionValue(text);
    const before = options.find((option) => option.name === name);
    if (before?.value.kind === "message" && value.kind === "message") {
      before.value = { kind: "message", fields: [...before.value.fields, ...value.fields] };
    } else if (value.kind === "list") {
      options.push(...value.values.map((each) => ({ name, value: each })));
    } else {
      options.push({ name, value });
    }
  }
  return options.filter(({ value }) => value.kind !== "message" || value.fields.length > 0);
}

/** The repeated messages in the options, and as options: a path cannot step into them. */
const repeatedFields: ReadonlySet<string> = new Set([
  "constants",
  "path",
  `(${OPTION_PACKAGE}column)`,
]);

/**
 * Returns an option in its short form: `(field).name = "x"` instead of `(field) = {name: "x"}`, as
 * far as each message has one field.
 */
export function formatOption({ name, value }: PrintedOption, indentation: string): string {
  let path = name;
  let inner = value;
  let isRepeated = repeatedFields.has(name);
  while (inner.kind === "message" && inner.fields.length === 1 && !isRepeated) {
    const [field] = inner.fields;
    // A path cannot end in a list, and a step to an extension has another spelling.
    if (field === undefined || field.value.kind === "list" || field.name.startsWith("[")) {
      break;
    }
    path += `.${field.name}`;
    inner = field.value;
    isRepeated = repeatedFields.has(field.name);
  }
  return `${path} = ${formatOptionValue(inner, indentation)}`;
}

function addString(fields: OptionField[], name: string, text: string | undefined): void {
  if (text !== undefined && text !== "") {
    fields.push({ name, value: stringValue(text) });
  }
}

function addFlag(fields: OptionField[], name: string, isSet: boolean | undefined): void {
  if (isSet === true) {
    fields.push({ name, value: word("true") });
  }
}

function addPresence(fields: OptionField[], presence: FieldOptions["presence"]): void {
  if (presence !== undefined) {
    fields.push({ name: "presence", value: presenceValue(presence) });
  }
}

function presenceValue(presence: NonNullable<FieldOptions["presence"]>): OptionValue {
  return word(`PRESENCE_${presence.toUpperCase()}`);
}

function stringValue(text: string): OptionValue {
  return word(stringLiteral(text));
}

function word(text: string): OptionValue {
  return { kind: "scalar", text };
}
