import { describe, expect, it } from "vitest";
import { stepwire } from "../support/stepwire.js";

const commands = ["encode", "decode", "pack", "unpack", "roundtrip", "inspect", "table"];

describe("the command line", () => {
  it.each(commands)("has help with examples for %s", async (command) => {
    const { exitCode, stdout } = await stepwire([command, "--help"]);
    expect(exitCode).toBe(0);
    expect(stdout.toString()).toContain(`Usage: stepwire ${command} [options]`);
    expect(stdout.toString()).toMatch(/Examples:\n {2}\$ /);
    expect(
      stdout
        .toString()
        .split("\n")
        .filter((line) => line.length > 80),
    ).toEqual([]);
  });

  it("has help with all commands", async () => {
    const { exitCode, stdout } = await stepwire(["--help"]);
    expect(exitCode).toBe(0);
    for (const command of commands) {
      expect(stdout.toString()).toContain(`\n  ${command} [options]`);
    }
  });

  it.each([...commands, "completion"])(
    "has the same usage of %s in both helps",
    async (command) => {
      const [program, own] = await Promise.all([
        stepwire(["--help"]),
        stepwire([command, "--help"]),
      ]);
      const [, usage = "?"] = /^Usage: stepwire (.*)\n/.exec(own.stdout.toString()) ?? [];
      expect(program.stdout.toString()).toContain(`\n  ${usage}  `);
    },
  );

  it("suggests a similar command", async () => {
    const { exitCode, stderr } = await stepwire(["unpac"]);
    expect(exitCode).toBe(2);
    expect(stderr.toString()).toContain("Did you mean unpack?");
  });

  it("has a version", async () => {
    const { exitCode, stdout } = await stepwire(["--version"]);
    expect(exitCode).toBe(0);
    expect(stdout.toString()).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  const wrong: readonly (readonly [string[], string])[] = [
    [["encoed"], "unknown command 'encoed'"],
    [["encoed"], "(Did you mean encode?)"],
    [["encode", "--tipe", "auto"], "(Did you mean --type?)"],
    [["encode", "--type", "letter"], "Allowed choices are auto, run-step"],
    [["encode", "--mode", "loose"], "Allowed choices are strict, preserve, archive"],
    [["encode", "a.json", "b.json"], "too many arguments"],
    [["encode", "-o"], "argument missing"],
    [["encode", "--max-bytes", "many"], "a number of bytes"],
    [["encode", "--max-bytes", "0"], "a number of bytes"],
    [["encode", "--max-bytes", "2G"], "a number of bytes"],
    [["encode", "--max-depth", "1001"], "from 1 to 1000"],
    [["decode"], "required option '--type <type>' not specified"],
    [["decode", "--type", "auto"], "Allowed choices are run-step"],
    [["pack", "--on-error", "ignore"], "Allowed choices are stop, skip"],
    [["inspect"], "required option '--type <type>' not specified"],
  ];

  it.each(wrong)("refuses %j with exit code 2: %s", async (parameters, message) => {
    const { exitCode, stdout, stderr } = await stepwire(parameters);
    expect(exitCode).toBe(2);
    expect(stdout).toHaveLength(0);
    expect(stderr).toMatch(/^stepwire: /);
    expect(stderr).toContain(message);
  });

  it("shows help, as wrong usage, if nothing is asked for", async () => {
    const { exitCode, stdout, stderr } = await stepwire([]);
    expect(exitCode).toBe(2);
    expect(stdout).toHaveLength(0);
    expect(stderr).toContain("Usage: stepwire");
  });

  it.each([
    ["500", 500],
    ["1K", 1024],
    ["1KiB", 1024],
    ["1kb", 1024],
    ["1M", 1024 ** 2],
  ])("takes the size %s", async (size, bytes) => {
    const stdin = Buffer.alloc(bytes + 1, " ");
    const beyond = await stepwire(["encode", "--max-bytes", size], { stdin });
    const within = await stepwire(["encode", "--max-bytes", size], { stdin: stdin.subarray(1) });
    expect(beyond.stderr).toContain("too_large");
    expect(within.stderr).toContain("not_json");
  });
});
