import {
  LOCK_VERSION,
  type Lock,
  type LockedEnum,
  type LockedMessage,
  type LockedName,
} from "./lock.js";

/** What a line of the file says about a field, a value or a constant. */
type Line = Readonly<Record<string, string | number | undefined>>;

/**
 * Returns a lock as the text of its file: JSON with a line for each field, so that a change of one
 * field changes one line. Messages and enums are sorted by name, fields and values as in the
 * `.proto` files.
 */
export function writeLock({ order, messages, enums }: Lock): string {
  return [
    "{",
    `  "version": ${LOCK_VERSION},`,
    `  "order": ${list(
      order.map((name) => JSON.stringify(name)),
      "  ",
    )},`,
    `  "messages": ${entries(messages, messageLines)},`,
    `  "enums": ${entries(enums, enumText)}`,
    "}",
    "",
  ].join("\n");
}

function entries<Locked>(
  declarations: ReadonlyMap<string, Locked>,
  text: (locked: Locked) => string,
): string {
  const sorted = [...declarations].sort(([one], [other]) => (one < other ? -1 : 1));
  const lines = sorted.map(([name, locked]) => `${JSON.stringify(name)}: ${text(locked)}`);
  return block("{", lines, "}", "  ");
}

function messageLines({ source, constants, fields, reserved }: LockedMessage): string {
  const constantLines = [...constants].map(([name, constant]) => ({ name, ...constant }));
  const fieldLines = [...fields].map(([key, { number, name, type, presence, oneof }]) => ({
    number,
    key,
    name: name === key ? undefined : name,
    type,
    presence: presence === "optional" ? undefined : presence,
    oneof,
  }));
  return declarationText(source, {
    constants: constantLines,
    fields: fieldLines,
    ...linesOf(reserved),
  });
}

function enumText({ source, values, reserved }: LockedEnum): string {
  const valueLines = [...values].map(([value, { number, name }]) => ({ number, value, name }));
  return declarationText(source, { values: valueLines, ...linesOf(reserved) });
}

function linesOf(reserved: readonly LockedName[]): Readonly<Record<string, readonly Line[]>> {
  return { reserved: reserved.map(({ number, name }) => ({ number, name })) };
}

function declarationText(source: string, parts: Readonly<Record<string, readonly Line[]>>): string {
  const texts = Object.entries(parts).flatMap(([name, lines]) =>
    lines.length === 0 ? [] : [`"${name}": ${list(lines.map(lineText), "      ")}`],
  );
  return block("{", [`"source": ${JSON.stringify(source)}`, ...texts], "}", "    ");
}

function lineText(line: Line): string {
  const members = Object.entries(line).flatMap(([name, value]) =>
    value === undefined ? [] : [`${JSON.stringify(name)}: ${JSON.stringify(value)}`],
  );
  return `{ ${members.join(", ")} }`;
}

function list(lines: readonly string[], indentation: string): string {
  return block("[", lines, "]", indentation);
}

function block(open: string, lines: readonly string[], close: string, indentation: string): string {
  const inner = lines.map((line) => `${indentation}  ${line}`).join(",\n");
  return lines.length === 0 ? open + close : `${open}\n${inner}\n${indentation}${close}`;
}
