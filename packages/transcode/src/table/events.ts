import type { DescMessage } from "@bufbuild/protobuf";
import { type EventMapping, getEventMapping, isEventMessage } from "@stepwire/mapping/internal";
import {
  ARM_LINE,
  ARM_LINE_LENGTH,
  ARM_NUMBER,
  ARM_SIZE,
  END_JSON,
  END_JSON_LENGTH,
  END_NAME,
  END_NAME_LENGTH,
  END_NUMBER,
  END_SIZE,
  END_TEXT,
  END_TEXT_LENGTH,
  END_UNNAMED,
  EVENT_ARM_COUNT,
  EVENT_ARMS,
  EVENT_CONTENT,
  EVENT_END_COUNT,
  EVENT_ENDS,
  EVENT_FLAG,
  EVENT_ID,
  EVENT_KEY,
  EVENT_KEY_LENGTH,
  EVENT_MESSAGE,
  EVENT_NAME,
  EVENT_SIZE,
  EVENT_TEXT,
  EVENT_UNNAMED_ARM,
  PART_KEY,
  PART_KEY_LENGTH,
  PART_NUMBER,
  PART_POINTER,
  PART_POINTER_LENGTH,
  TABLE_EVENT_COUNT,
  TABLE_EVENTS,
} from "../built/layout.js";
import type { TableBuilder } from "./builder.js";

/** A message type in the table. */
interface MessagePlace {
  readonly desc: DescMessage;
  readonly place: number;
}

/** Writes how those messages that are server-sent events are read and written as such. */
export function writeEvents(table: TableBuilder, messages: readonly MessagePlace[]): void {
  const events = messages.filter(({ desc }) => isEventMessage(desc));
  const records = table.allocate(events.length * EVENT_SIZE);
  for (const [index, { desc, place }] of events.entries()) {
    writeEvent(table, records + index * EVENT_SIZE, place, getEventMapping(desc));
  }
  table.setU32(TABLE_EVENTS, records);
  table.setU32(TABLE_EVENT_COUNT, events.length);
}

function writeEvent(table: TableBuilder, at: number, place: number, mapping: EventMapping): void {
  const { union, arms, ends, id, text, payloadName } = mapping;
  table.setU32(at + EVENT_MESSAGE, place);
  const unnamed = arms.find(({ tagValue }) => tagValue === "");
  table.setU32(at + EVENT_UNNAMED_ARM, unnamed?.field.number ?? 0);
  writePart(table, at + EVENT_NAME, union.tag, 0);
  writePart(table, at + EVENT_CONTENT, union.content, 0);
  writePart(table, at + EVENT_ID, id?.name, id?.field.number ?? 0);
  writePart(table, at + EVENT_TEXT, text?.name, text?.field.number ?? 0);
  const flag = payloadName?.member;
  writePart(table, at + EVENT_FLAG, flag?.name, flag?.field.number ?? 0);
  if (payloadName !== undefined) {
    writeText(table, at + EVENT_KEY, at + EVENT_KEY_LENGTH, payloadName.key);
  }
  const endRecords = table.allocate(ends.length * END_SIZE);
  table.setU32(at + EVENT_ENDS, endRecords);
  table.setU32(at + EVENT_END_COUNT, ends.length);
  for (const [index, end] of ends.entries()) {
    const record = endRecords + index * END_SIZE;
    writeText(table, record + END_NAME, record + END_NAME_LENGTH, end.arm.tagValue);
    writeText(table, record + END_TEXT, record + END_TEXT_LENGTH, end.text);
    writeText(table, record + END_JSON, record + END_JSON_LENGTH, JSON.stringify(end.text));
    table.setU32(record + END_UNNAMED, end.isUnnamed ? 1 : 0);
    table.setU32(record + END_NUMBER, end.arm.field.number);
  }
  const armRecords = table.allocate(arms.length * ARM_SIZE);
  table.setU32(at + EVENT_ARMS, armRecords);
  table.setU32(at + EVENT_ARM_COUNT, arms.length);
  const sorted = [...arms].sort((a, b) => a.field.number - b.field.number);
  for (const [index, { field, tagValue: name }] of sorted.entries()) {
    const record = armRecords + index * ARM_SIZE;
    table.setU32(record + ARM_NUMBER, field.number);
    if (!/[\r\n]/.test(name)) {
      const line = name === "" ? "" : `event: ${name}\n`;
      writeText(table, record + ARM_LINE, record + ARM_LINE_LENGTH, line);
    }
  }
}

/** Writes a member of the document; nothing if there is none. */
function writePart(
  table: TableBuilder,
  at: number,
  name: string | undefined,
  number: number,
): void {
  if (name !== undefined) {
    const pointer = `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    writeText(table, at + PART_KEY, at + PART_KEY_LENGTH, `${JSON.stringify(name)}:`);
    writeText(table, at + PART_POINTER, at + PART_POINTER_LENGTH, pointer);
    table.setU32(at + PART_NUMBER, number);
  }
}

/** Writes the place and the length of a text. */
function writeText(table: TableBuilder, place: number, length: number, text: string): void {
  const added = table.addText(text);
  table.setU32(place, added.place);
  table.setU32(length, added.length);
}
