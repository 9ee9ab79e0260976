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
    `  "messages": ${entries(messages, (message) => messageText(message))},`,
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

function messageText({ source, constants, fields, reserved }: LockedMessage): string {
  const before = constants.size === 0 ? {} : { constants: Object.fromEntries(constants) };
  return declarationText({ source, ...before }, "fields", fields, reserved, (key, field) => {
    const { number, name, type, presence, oneof } = field;
    return {
      number,
      ...(name !== key && { name }),
      type,
      ...(presence !== undefined && presence !== "optional" && { presence }),
      ...(oneof !== undefined && { oneof }),
    };
  });
}

function enumText({ source, values, reserved }: LockedEnum): string {
  return declarationText({ source }, "values", values, reserved, (_, { number, name }) => ({
    number,
    name,
  }));
}

function declarationText<Locked extends LockedName>(
  start: Readonly<Record<string, string | Readonly<Record<string, string>>>>,
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
      ...Object.entries(start).map(
        ([name, value]) => `      ${JSON.stringify(name)}: ${textOf(value)}`,
      ),
      `      "${part}": ${block(lines, "      ")}`,
      ...(reserved.length === 0 ? [] : [`      "reserved": ${block(reservedLines, "      ")}`]),
    ],
    "    ",
  );
}

function block(lines: readonly string[], indentation: string): string {
  return lines.length === 0 ? "{}" : `{\n${lines.join(",\n")}\n${indentation}}`;
}

function textOf(value: string | Readonly<Record<string, string>>): string {
  return typeof value === "string" ? JSON.stringify(value) : lineOf(value);
}

function lineOf(members: Readonly<Record<string, string | number>>): string {
  const texts = Object.entries(members).map(
    ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  return `{ ${texts.join(", ")} }`;
}
