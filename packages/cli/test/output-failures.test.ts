import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Readable, Writable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { createFolder } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { run } from "../src/run.js";
import { runStep } from "./support/documents.js";
import { ended, nodeParameters, startStepwire } from "./support/process.js";
import { stepwire } from "./support/stepwire.js";

const lines = `${runStep()}\n`.repeat(20);
const binary = (await stepwire(["encode"], { stdin: runStep() })).stdout;
const archive = (await stepwire(["pack"], { stdin: lines })).stdout;
const folder = {
  "step.json": runStep(),
  "steps.jsonl": lines,
  "step.bin": binary,
  "a.pb": archive,
};

/** Every command that writes, with the option for a file if it has one. */
const commands = [
  ["encode", "step.json"],
  ["decode", "step.bin", "--type=run-step"],
  ["decode", "step.bin", "--type=run-step", "--pretty"],
  ["inspect", "step.bin", "--type=run-step"],
  ["roundtrip", "steps.jsonl"],
  ["roundtrip", "steps.jsonl", "--json"],
  ["pack", "steps.jsonl"],
  ["unpack", "a.pb"],
  ["--help"],
  ["pack", "--help"],
  ["--version"],
];
const withFile = commands.filter(
  ([name, second]) => /^(encode|decode|pack|unpack)$/.test(name ?? "") && second !== "--help",
);

/** A stream that refuses what it is given, as the operating system does. */
function failing(code: string): Writable {
  return new Writable({
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error(`${code}: it does not work, write`), { code }));
    },
  });
}

interface Ended {
  readonly exitCode: number;
  readonly stderr: string;
}

async function runInto(
  parameters: readonly string[],
  streams: { stdout?: Writable; stderr?: Writable },
): Promise<Ended> {
  const told = new PassThrough();
  const exitCode = await run(parameters, {
    stdin: Readable.from([]),
    stdout: streams.stdout ?? new PassThrough().resume(),
    stderr: streams.stderr ?? told,
    environment: {},
    directory: createFolder(folder),
    signal: new AbortController().signal,
  });
  told.end();
  return { exitCode, stderr: Buffer.concat(await told.toArray()).toString("utf8") };
}

describe("standard output that takes nothing", () => {
  const cases = commands.flatMap((command) =>
    [
      ["ENOSPC", /no space left on the device; free some, or write to another place/],
      ["EIO", /input\/output error/],
      ["EACCES", /permission denied/],
      ["EDQUOT", /quota/],
      ["EFBIG", /ulimit/],
      ["EXYZ", /it does not work/],
    ].map(([code, words]) => [command.join(" "), String(code), new RegExp(words ?? "")] as const),
  );

  it.each(cases)("issue 11.13: %s, %s: an error in one line", async (command, code, words) => {
    const { exitCode, stderr } = await runInto(command.split(" "), { stdout: failing(code) });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^stepwire: standard output: [^\n]+\n$/);
    expect(stderr).toMatch(words);
  });

  it.each(commands.map((command) => command.join(" ")))(
    "issue 11.13: %s ends quietly when nobody reads on",
    async (command) => {
      const { exitCode, stderr } = await runInto(command.split(" "), { stdout: failing("EPIPE") });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    },
  );
});

describe("standard error that takes nothing", () => {
  it.each(["ENOSPC", "EPIPE", "EIO"])("issue 11.13: %s changes no exit code", async (code) => {
    const parameters = [
      ["encode", "missing.json"],
      ["encode", "--what"],
      ["encode", "step.json"],
      ["decode", "step.json", "--type=run-step"],
      ["inspect", "step.json", "--type=run-step"],
      ["roundtrip", "missing.json"],
      ["pack", "step.bin", "--on-error=skip"],
      ["unpack", "step.json"],
    ];
    const codes: number[] = [];
    for (const each of parameters) {
      codes.push((await runInto(each, { stderr: failing(code) })).exitCode);
    }
    expect(codes).toEqual([1, 2, 0, 1, 1, 1, 1, 1]);
  });
});

const hasFullDevice = existsSync("/dev/full");

describe.runIf(hasFullDevice)("a full device", { timeout: 60_000 }, () => {
  it.each(commands.map((command) => command.join(" ")))(
    "issue 11.13: %s > /dev/full: an error in one line",
    (command) => {
      const stdout = openSync("/dev/full", "w");
      const { status, stderr } = spawnSync(
        process.execPath,
        [...nodeParameters, ...command.split(" ")],
        { cwd: createFolder(folder), stdio: ["ignore", stdout, "pipe"], encoding: "utf8" },
      );
      closeSync(stdout);
      expect(status).toBe(1);
      expect(stderr).toBe(
        "stepwire: standard output: no space left on the device; free some, or write to another place\n",
      );
    },
  );

  it.each(withFile.map((command) => command.join(" ")))(
    "issue 11.13: %s -o /dev/full: an error in one line",
    async (command) => {
      const { exitCode, stderr } = await runInto([...command.split(" "), "-o", "/dev/full"], {});
      expect(exitCode).toBe(1);
      expect(stderr).toBe(
        "stepwire: /dev/full: no space left on the device; free some, or write to another place\n",
      );
      expect(statSync("/dev/full").isCharacterDevice()).toBe(true);
    },
  );
});

const posix = process.platform !== "win32";

/** Runs a command line of a shell in which `$STEPWIRE` is the command. */
function shell(script: string, directory: string): Ended {
  const command = [process.execPath, ...nodeParameters].map((word) => `'${word}'`).join(" ");
  const { status, stderr } = spawnSync(
    "/bin/sh",
    ["-c", `stepwire() { ${command} "$@"; }\n${script}`],
    {
      cwd: directory,
      encoding: "utf8",
    },
  );
  return { exitCode: status ?? -1, stderr };
}

describe.runIf(posix)("a file that may not grow", { timeout: 60_000 }, () => {
  it("issue 11.13: an output that was cut is never a success", () => {
    const directory = createFolder(folder);
    // A part of the output fits; the last write takes that part and says no more.
    const { exitCode, stderr } = shell("ulimit -f 1; stepwire unpack a.pb > out.jsonl", directory);
    expect(stderr).toMatch(/^stepwire: standard output: larger than a file may be here/);
    expect(exitCode).toBe(1);
    expect(statSync(join(directory, "out.jsonl")).size).toBeGreaterThan(0);
  });

  it("issue 11.13: -o leaves nothing of it", () => {
    const directory = createFolder(folder);
    const { exitCode, stderr } = shell("ulimit -f 1; stepwire unpack a.pb -o out.jsonl", directory);
    expect(stderr).toMatch(/^stepwire: out\.jsonl: larger than a file may be here/);
    expect(exitCode).toBe(1);
    expect(readdirSync(directory).sort()).toEqual(Object.keys(folder).sort());
  });

  it("goes on at the end of a file that is appended to", () => {
    const directory = createFolder({ ...folder, "out.jsonl": "before\n" });
    expect(shell("stepwire unpack a.pb >> out.jsonl", directory).exitCode).toBe(0);
    const text = readFileSync(join(directory, "out.jsonl"), "utf8");
    expect(text.startsWith(`before\n{`)).toBe(true);
    expect(text.split("\n")).toHaveLength(22);
  });
});

describe.runIf(posix)("a named pipe that nobody opens", { timeout: 60_000 }, () => {
  it.each([
    ["is read", ["encode", "pipe", "-o", "out.bin"]],
    ["is written", ["encode", "step.json", "-o", "pipe"]],
  ])("issue 11.13: a signal ends the command although it %s", async (_name, parameters) => {
    const directory = createFolder(folder);
    expect(shell("mkfifo pipe", directory).exitCode).toBe(0);
    const child = startStepwire(parameters, { directory });
    const end = ended(child);
    // Until it waits for the pipe.
    await setTimeout(1500);
    child.kill("SIGTERM");
    expect(await end).toMatchObject({ exitCode: null, signal: "SIGTERM" });
    expect(readdirSync(directory)).toHaveLength(Object.keys(folder).length + 1);
  });
});

it("issue 11.13: writes a file whose name is as long as names may be", async () => {
  const name = `${"n".repeat(250)}.bin`;
  const directory = createFolder(folder);
  const { exitCode, stderr } = await stepwire(["encode", "step.json", "-o", name], { directory });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(readFileSync(join(directory, name)).equals(binary)).toBe(true);
});
