import { readdirSync } from "node:fs";
import { createFolder } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { badJson } from "../support/bad-json.js";
import { stepwire } from "../support/stepwire.js";

const modes = ["strict", "preserve", "archive"];

describe.each(badJson)("$name", ({ json, message }) => {
  it.each(modes)("is refused by encode in mode %s, and no file is left", async (mode) => {
    const directory = createFolder({ "bad.json": json });
    const { exitCode, stdout, stderr } = await stepwire(
      ["encode", "bad.json", "--mode", mode, "-o", "out.bin"],
      { directory },
    );
    expect(exitCode).toBe(1);
    expect(stdout).toHaveLength(0);
    expect(stderr).toMatch(/^stepwire: bad\.json:/);
    expect(stderr).toMatch(message);
    expect(readdirSync(directory)).toEqual(["bad.json"]);
  });

  it("is refused by encode with a type", async () => {
    const { exitCode, stderr } = await stepwire(["encode", "--type", "run-step"], { stdin: json });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^stepwire: standard input:/);
    expect(stderr).toMatch(message);
  });

  it("is a refused row of roundtrip", async () => {
    const directory = createFolder({ "bad.json": json });
    const { exitCode, stdout } = await stepwire(["roundtrip", "bad.json"], { directory });
    expect(exitCode).toBe(1);
    expect(stdout.toString()).toContain("refused");
    expect(stdout.toString()).toMatch(message);
  });
});

describe.each(badJson.filter(({ json }) => json.length > 0))("$name in a line", ({ json }) => {
  it("stops pack with the number of the line, and no file is left", async () => {
    const line = typeof json === "string" ? Buffer.from(json) : json;
    const lines = Buffer.concat([Buffer.from("{}\n"), line, Buffer.from("\n{}\n")]);
    const directory = createFolder({ "bad.jsonl": lines });
    const { exitCode, stderr } = await stepwire(["pack", "bad.jsonl", "-o", "out.pb"], {
      directory,
    });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^stepwire: bad\.jsonl:2(:\d+)?: /);
    expect(readdirSync(directory)).toEqual(["bad.jsonl"]);
  });
});
