import {
  LOCK_VERSION,
  type Lock,
  type LockedEnum,
  type LockedMessage,
  type LockedName,
} from "./lock.js";

/**
 * Returns a lock as the text of its file: JSON with a line for each field, so that a change of one
 * field changes one line. Messages and enums are sorted by name, fields and values by number.
 */
export function writeLock({ messages, enums }: Lock): string {
  return [
    "{",
    `  "version": ${LOCK_VERSION},`,
    `  "messages": ${entries(messages, (message) => messageLines(message))},`,
    `  "enums": ${entries(enums, (locked) => enumText(locked))}`,
    "}",
    "",
  ].join("\n");
}

function entries<Locked>(
  declarations: ReadonlyMap<string, Locked>,
  text: (locked: Locked) => string,
): string {
  const sorted = [...declarations].sort(([one], [other]) => (one < other ? -1 : 1));
  const lines = sorted.map(([name, locked]) => `    ${JSON.stringify(name)}: ${text(locked)}`);
  return block(lines, "  ");
}

function messageLines({ source, fields, reserved }: LockedMessage): string {
  return declarationText(
    source,
    "fields",
    fields,
    reserved,
    (key, { number, name, type, oneof }) => ({
      number,
      ...(name !== key && { name }),
      type,
      ...(oneof !== undefined && { oneof }),
    }),
  );
}

function enumText({ source, values, reserved }: LockedEnum): string {
  return declarationText(source, "values", values, reserved, (_, { number, name }) => ({
    number,
    name,
  }));
}

function declarationText<Locked extends LockedName>(
  source: string,
  part: string,
  numbered: ReadonlyMap<string, Locked>,
  reserved: readonly LockedName[],
  members: (key: string, locked: Locked) => Readonly<Record<string, string | number>>,
): string {
  const lines = [...numbered]
    .sort(([, one], [, other]) => one.number - other.number)
    .map(([key, locked]) => `        ${JSON.stringify(key)}: ${lineOf(members(key, locked))}`);
  const reservedLines = reserved
    .toSorted((one, other) => one.number - other.number)
    .map(({ number, name }) => `        ${JSON.stringify(name)}: ${number}`);
  return block(
    [
      `      "source": ${JSON.stringify(source)}`,
      `      "${part}": ${block(lines, "      ")}`,
      ...(reserved.length === 0 ? [] : [`      "reserved": ${block(reservedLines, "      ")}`]),
    ],
    "    ",
  );
}

function block(lines: readonly string[], indentation: string): string {
  return lines.length === 0 ? "{}" : `{\n${lines.join(",\n")}\n${indentation}}`;
}

function lineOf(members: Readonly<Record<string, string | number>>): string {
  const texts = Object.entries(members).map(
    ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  return `{ ${texts.join(", ")} }`;
}
