import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createFolder } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { type CommandResult, type CommandSetting, stepwire } from "../support/stepwire.js";

const parse =
  "process.stdin.toArray().then((all) => process.stdout.write(rewrite(Buffer.concat(all).toString())));";
const jsonParse = `const rewrite = (text) => JSON.stringify(JSON.parse(text)); ${parse}`;

function run(parameters: readonly string[], setting: CommandSetting = {}): Promise<CommandResult> {
  return stepwire(["doctor", ...parameters], setting);
}

/** Examines a program in JavaScript. */
function examine(code: string, ...options: readonly string[]): Promise<CommandResult> {
  return run([...options, "--", process.execPath, "-e", code]);
}

describe("stepwire doctor", () => {
  it("shows what a program changes as a table, without values", async () => {
    const only = "chat/document/nulls,chat/document/numbers";
    const { exitCode, stdout, stderr } = await examine(jsonParse, "--only", only);
    expect(exitCode).toBe(1);
    expect(stdout.toString()).toBe(
      [
        "PROBE                  FINDING  WHERE       WHAT",
        "chat/document/numbers  changed  /x_probe/1  an integer became another number",
        "chat/document/numbers  changed  /x_probe/2  a number became null",
        "chat/document/numbers  changed  /x_probe/3  a number became another",
        "chat/document/numbers  changed  /x_probe/4  a number became another",
        "chat/document/numbers  changed  /x_probe/6  a number became another",
        "",
        "1 of 2 probes came through; 5 changed",
        "",
      ].join("\n"),
    );
    expect(stderr).toBe("stepwire: 1 of 2 probes did not come through\n");
  });

  it("shows values, and fewer rows, if that is wanted", async () => {
    const options = ["--only", "chat/document/numbers", "--show-values", "--max-findings", "2"];
    const { stdout } = await examine(jsonParse, ...options);
    expect(stdout.toString()).toContain("a number became null              1e400  null\n");
    expect(stdout.toString()).toContain("\n3 findings not shown: see --max-findings, or --json\n");
  });

  it("writes JSON for programs, and fails only for some findings", async () => {
    const options = ["--only", "chat/document/numbers", "--json", "--fail-on", "lost,refused"];
    const { exitCode, stdout, stderr } = await examine(jsonParse, ...options);
    expect([exitCode, stderr]).toEqual([0, ""]);
    const { probes, summary } = JSON.parse(stdout.toString());
    expect(summary).toEqual({ sent: 1, intact: 0, skipped: 0, findings: { changed: 5 } });
    expect(probes[0].findings[1]).toEqual({
      kind: "changed",
      side: "response",
      pointer: "/x_probe/2",
      what: "a number became null",
    });
  });

  it("does not repeat what the plain probe has too", async () => {
    const code = `const rewrite = (text) => text.replace('"service_tier":"default",', ""); ${parse}`;
    const only = "chat/document/plain,chat/document/empty";
    const { stdout } = await examine(code, "--only", only);
    expect(stdout.toString()).toContain("chat/document/plain  lost     /service_tier  a string");
    expect(stdout.toString()).toContain("1 finding not shown: the plain probe has the same");
  });

  it("compares recordings, lines and folders", async () => {
    const token = (text: string): string => `data: {"text":"${text}"}\n\n`;
    const directory = createFolder({
      "sent.sse": token("a") + token("b") + token("c"),
      "received.sse": token("a") + token("c"),
      "sent.jsonl": '{"n":1}\n{"n":2}\n',
      "received.jsonl": '{"n":1}\n{"n":3}\n',
    });
    const streams = await run(["--before", "sent.sse", "--after", "received.sse"], { directory });
    expect(streams.exitCode).toBe(1);
    expect(streams.stdout.toString()).toContain("lost     event 1  an event");
    const rows = await run(["--before", "sent.jsonl", "--after", "received.jsonl"], { directory });
    expect(rows.stdout.toString()).toContain(
      "changed  event 1 /n  an integer became another number",
    );
    const before = createFolder({ "a.json": '{"a":null}', "b.json": "{}" });
    const after = createFolder({ "a.json": "{}", "b.json": "{}" });
    const folders = await run(["--before", before, "--after", after]);
    expect(folders.stdout.toString()).toContain("lost     /a     null");
    expect(folders.stdout.toString()).toContain("1 of 2 probes came through; 1 lost");
  });

  it("says which files only one folder has", async () => {
    const before = createFolder({ "a.json": "{}", "b.json": "{}" });
    const after = createFolder({ "b.json": "{}", "c.json": "{}" });
    const { exitCode, stdout } = await run(["--before", before, "--after", after]);
    expect(exitCode).toBe(1);
    expect(stdout.toString()).toMatch(/a\.json +lost +the document +the whole file/);
    expect(stdout.toString()).toMatch(/c\.json +added +the document +the whole file/);
    expect(stdout.toString()).toContain("1 of 3 probes came through; 1 lost, 1 added");
  });

  it("fails if nothing was sent", async () => {
    const { exitCode, stdout, stderr } = await run(["--only", "chat/request/*", "--", "cat"]);
    expect(exitCode).toBe(1);
    expect(stdout.toString()).toContain("0 of 0 probes came through");
    expect(stderr).toBe("stepwire: no probe was sent, and so nothing is known\n");
  });

  it("says that a command which refuses everything passes nothing, and why", async () => {
    const code = "process.stderr.write('no oven'); process.exit(3)";
    const only = ["--only", "chat/document/duplicates,chat/stream/early-end"];
    const { exitCode, stdout } = await examine(code, ...only);
    expect(exitCode).toBe(1);
    expect(stdout.toString()).toContain("0 of 2 probes came through; 2 lost, 1 refused");
    expect(stdout.toString()).not.toContain("oven");
    const shown = await examine(code, ...only, "--show-values");
    expect(shown.stdout.toString()).toContain("no oven");
  });

  it.each([
    ["--url", "http://bob:pa55@localhost/v1"],
    ["--url", "ftp://localhost/pa55"],
    ["--header", "authorization=Bearer pa55"],
  ])("shows no credentials of %s %s", async (...parameters) => {
    const { exitCode, stderr } = await run(["--url", "http://localhost", ...parameters]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^stepwire: --(url|header): Expected a /);
    expect(stderr).not.toContain("pa55");
  });

  it("sends files of the user", async () => {
    const directory = createFolder({ "big.json": '{"id":12345678901234567890}' });
    const { exitCode, stdout } = await run(
      ["--probe", "big.json", "--no-suite", "--", process.execPath, "-e", jsonParse],
      { directory },
    );
    expect(exitCode).toBe(1);
    expect(stdout.toString()).toContain("files/document/big.json  changed  /id    an integer");
  });

  it("lists the probes", async () => {
    const { exitCode, stdout } = await run(["--list", "--family", "chat"]);
    expect(exitCode).toBe(0);
    expect(stdout.toString()).toMatch(/^chat\/stream\/cut-characters +Chunks end anywhere/m);
    expect(stdout.toString()).not.toContain("responses/");
  });

  it.each<[string, readonly string[], RegExp]>([
    ["nothing to examine", [], /give a command after --, or --url, or --before and --after/],
    [
      "two things",
      ["--url", "http://localhost/v1", "--", "cat"],
      /one thing is examined at a time/,
    ],
    ["half a comparison", ["--before", "a.json"], /--before and --after belong together/],
    ["an unknown probe", ["--only", "nuls", "--", "cat"], /no probe is named nuls/],
    [
      "a file for a server of any API",
      ["--no-suite", "--probe", "a.json", "--url", "http://localhost"],
      /give one with --family/,
    ],
    ["no probe at all", ["--no-suite", "--", "cat"], /--no-suite needs --probe/],
    ["an unknown kind", ["--fail-on", "gone", "--", "cat"], /Allowed choices are lost, changed/],
    ["a wrong URL", ["--url", "localhost:4000"], /Expected a URL/],
    ["a wrong header", ["--url", "http://localhost", "--header", "x"], /Expected a header/],
    ["a wrong address", ["--url", "http://localhost", "--listen", "99999"], /Expected a port/],
  ])("refuses a command line with %s", async (_name, parameters, message) => {
    const { exitCode, stderr } = await run(parameters);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
  });

  it("says that a program, a server or a file is missing", async () => {
    const program = await run(["--", "stepwire-no-such-program"]);
    expect(program.exitCode).toBe(1);
    expect(program.stderr).toContain("stepwire-no-such-program: ");
    const server = await run(["--url", "http://127.0.0.1:59999/v1?key=SECRET", "--listen", "0"]);
    expect(server.stderr).toBe(
      "stepwire: http://127.0.0.1:59999/v1: no server answers (ECONNREFUSED)\n",
    );
    const directory = createFolder({ "a.json": "{}" });
    const file = await run(["--before", "a.json", "--after", "b.json"], { directory });
    expect(file.stderr).toMatch(/b\.json: no such file or directory/);
    writeFileSync(join(directory, "c.json"), readFileSync(join(directory, "a.json")));
    const equal = await run(["--before", "a.json", "--after", "c.json"], { directory });
    expect(equal.stdout.toString()).toBe(
      "1 of 1 probes came through; nothing was lost or changed\n",
    );
  });
});
