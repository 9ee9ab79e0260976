import { createFolder } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { runStep } from "../support/documents.js";
import { stepwire } from "../support/stepwire.js";

/** Control characters for a terminal: in a typed string, in an unknown member and in its name. */
const characters = [
  0x7f, 0x80, 0x85, 0x9b, 0x9d, 0x9f, 0x061c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e,
  0x2066, 0x2069, 0x206a, 0x206f,
].map((code) => String.fromCharCode(code));
const hostile = `a${characters.join("b")}\u001b[2J\r\n\t"\\ é 😀`;
const document = runStep({ thread_id: hostile, [hostile]: { [hostile]: [hostile] } });
const raw = new RegExp(`[${characters.join("")}\u001b\r]`, "u");

const binary = (await stepwire(["encode"], { stdin: document })).stdout;
const archive = (
  await stepwire(["pack", "--to=delimited"], { stdin: `${document}\n${document}\n` })
).stdout;

const commands = [
  { parameters: ["decode", "--type=run-step"], stdin: binary },
  { parameters: ["decode", "--type=run-step", "--pretty"], stdin: binary },
  { parameters: ["decode", "--type=run-step", "-o", "-"], stdin: binary },
  { parameters: ["unpack"], stdin: archive },
  { parameters: ["unpack", "--on-error=skip"], stdin: Buffer.concat([archive, archive]) },
];

/** The values of a text: of the whole, or of each line. */
function values(text: string): unknown[] {
  const isLines = text
    .trimEnd()
    .split("\n")
    .every((line) => line.startsWith('{"'));
  const parts = isLines ? text.trimEnd().split("\n") : [text];
  return parts.map((part): unknown => JSON.parse(part));
}

describe("JSON on a terminal", () => {
  it.each(commands)("issue 11.31: $parameters is escaped, with equal values", async (command) => {
    const { parameters, stdin } = command;
    const shown = (await stepwire(parameters, { stdin, columns: 80 })).stdout.toString("utf8");
    const piped = (await stepwire(parameters, { stdin })).stdout.toString("utf8");
    expect(shown).not.toMatch(raw);
    expect(piped).toMatch(raw);
    expect(values(shown)).toEqual(values(piped));
    expect(values(shown)[0]).toEqual(JSON.parse(document));
  });

  it("issue 11.31: roundtrip --json is escaped, with equal values", async () => {
    const name = `${characters.join("b")}.json`;
    const directory = createFolder({ [name]: runStep({ [hostile]: 1, id: 7 }) });
    const parameters = ["roundtrip", "--json", name];
    const shown = (await stepwire(parameters, { directory, columns: 80 })).stdout.toString("utf8");
    const piped = (await stepwire(parameters, { directory })).stdout.toString("utf8");
    expect(shown).not.toMatch(raw);
    expect(piped).toMatch(raw);
    expect(JSON.parse(shown)).toEqual(JSON.parse(piped));
    expect(JSON.parse(shown)).toMatchObject({ documents: [{ document: name }] });
  });

  it("issue 11.31: a file gets the same bytes, whatever standard output is", async () => {
    const directory = createFolder();
    const parameters = ["unpack", "-o", "out.jsonl"];
    await stepwire(parameters, { directory, stdin: archive, columns: 80 });
    const again = await stepwire(["roundtrip", "out.jsonl"], { directory });
    expect(again.exitCode).toBe(0);
    const { stdout } = await stepwire(["pack", "--to=delimited", "out.jsonl"], { directory });
    expect(stdout.equals(archive)).toBe(true);
  });

  it.each([
    ["roundtrip", "table"],
    ["inspect", "listing"],
    ["inspect --paths", "listing of paths"],
  ])("issue 11.31: %s, a %s, is escaped as before", async (command) => {
    const directory = createFolder({ "a.jsonl": document, "a.bin": binary });
    const isInspect = command.startsWith("inspect");
    const rest = isInspect ? ["a.bin", "--type=run-step"] : ["a.jsonl"];
    const { stdout } = await stepwire([...command.split(" "), ...rest], {
      directory,
      columns: 500,
      environment: { NO_COLOR: "1" },
    });
    expect(stdout.toString("utf8")).not.toMatch(raw);
  });
});
