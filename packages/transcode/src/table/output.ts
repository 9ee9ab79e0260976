import type { MemberMapping, ValueMapping } from "@stepwire/mapping";
import type { TableBuilder } from "./builder.js";
import { DELIMITED, textBytes } from "./field.js";

/** What a member may take beside its texts: a number, or a short string full of escapes. */
const OUTPUT_ROOM = 320;
const OUTPUT = {
  other: 0,
  string: 1,
  integer: 2,
  text: 3,
  record: 4,
  constant: 5,
  tag: 6,
  payload: 7,
} as const;
/** In the second byte of a tag, says that it is not the whole tag. */
const LONG_TAG = 1;
/** Numbers of enums below this have the text of the whole member in the table. */
const TEXT_LIMIT = 64;

/** Writes what the kernel needs to write a member without a look at its field. */
export function writeOutput(table: TableBuilder, place: number, member: MemberMapping): void {
  const lengths = [table.getU32(place + 16), table.getU32(place + 28)];
  if (member.kind === "field") {
    const field = table.getU32(place + 4);
    const output = fieldOutput(table, field, member.value);
    table.setU8(place + 3, output);
    table.setU8(place + 40, table.getU8(field + 2) & 1);
    table.setU8(place + 41, table.getU8(field + 3));
    const isShort = table.getU32(field + 4) === 1;
    table.setU8(place + 42, isShort ? table.getU8(field + 8) : 0);
    table.setU8(place + 43, isShort ? 0 : LONG_TAG);
    if (output === OUTPUT.text) {
      lengths.push(...writeTexts(table, place, member.name, member.value));
    }
  } else {
    table.setU8(place + 3, OUTPUT[member.kind]);
  }
  table.setU32(place + 44, Math.max(...lengths) + OUTPUT_ROOM);
}

function fieldOutput(table: TableBuilder, field: number, value: ValueMapping): number {
  switch (value.kind) {
    case "string":
      return OUTPUT.string;
    case "integer":
      return (table.getU8(field + 3) & 3) === 0 ? OUTPUT.integer : OUTPUT.record;
    case "enum":
    case "boolean":
      return OUTPUT.text;
    case "list":
      // The elements of other lists may stand in one record.
      return table.getU8(field + 29) === DELIMITED ? OUTPUT.record : OUTPUT.other;
    default:
      return OUTPUT.record;
  }
}

/** Writes the text of a member for each of its values. Gives the lengths. */
function writeTexts(
  table: TableBuilder,
  place: number,
  name: string,
  value: ValueMapping,
): readonly number[] {
  const strings =
    value.kind === "enum"
      ? new Map([...value.stringByNumber].map(([number, text]) => [number, JSON.stringify(text)]))
      : new Map([
          [0, "false"],
          [1, "true"],
        ]);
  const known = [...strings.keys()].filter((number) => number >= 0 && number < TEXT_LIMIT);
  const count = Math.max(-1, ...known) + 1;
  const texts = table.allocate(Math.max(1, count) * 8);
  table.setU32(place + 20, texts);
  table.setU32(place + 32, count);
  return known.map((number) => {
    const text = textBytes(`,${JSON.stringify(name)}:${strings.get(number)}`);
    table.setU32(texts + number * 8, table.addBytes(text));
    table.setU32(texts + number * 8 + 4, text.length);
    return text.length;
  });
}
