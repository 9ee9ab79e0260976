import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { createFolder } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { runStep } from "../support/documents.js";
import { stepwire } from "../support/stepwire.js";

const posix = process.platform !== "win32";

describe("a file that is written", () => {
  it("takes the place of an older one and keeps its permissions", async () => {
    const directory = createFolder({ "out.bin": "older" });
    chmodSync(join(directory, "out.bin"), 0o640);
    await stepwire(["encode", "-o", "out.bin"], { directory, stdin: runStep() });
    expect(statSync(join(directory, "out.bin")).size).toBeGreaterThan(10);
    if (posix) {
      expect(statSync(join(directory, "out.bin")).mode & 0o777).toBe(0o640);
    }
    expect(readdirSync(directory)).toEqual(["out.bin"]);
  });

  it.runIf(posix)("is the one that a link leads to", async () => {
    const directory = createFolder({ "real.bin": "older" });
    symlinkSync("real.bin", join(directory, "link.bin"));
    const { stdout } = await stepwire(["encode"], { stdin: runStep() });
    await stepwire(["encode", "-o", "link.bin"], { directory, stdin: runStep() });
    expect(lstatSync(join(directory, "link.bin")).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(directory, "real.bin"))).toEqual(stdout);
  });

  it.runIf(posix)("is never a device that is replaced", async () => {
    const { exitCode } = await stepwire(["encode", "-o", "/dev/null"], { stdin: runStep() });
    expect(exitCode).toBe(0);
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  it("cannot be a folder", async () => {
    const directory = createFolder();
    const { exitCode, stderr } = await stepwire(["encode", "-o", "."], {
      directory,
      stdin: runStep(),
    });
    expect(exitCode).toBe(1);
    expect(stderr).toBe("stepwire: .: is a directory; name a file in it, such as -o out\n");
  });

  it("is not there while it is not whole", async () => {
    const directory = createFolder();
    const seen: string[][] = [];
    function* lines(): Generator<Uint8Array> {
      for (let count = 0; count < 5; count++) {
        seen.push(readdirSync(directory));
        yield Buffer.from("{}\n");
      }
    }
    writeFileSync(join(directory, "out.pb"), "older");
    await stepwire(["pack", "-o", "out.pb"], { directory, stdin: lines() });
    expect(seen.at(-1)).toHaveLength(2);
    expect(seen.at(-1)).toContainEqual(expect.stringMatching(/^\.out\.pb\..*\.tmp$/));
    expect(readdirSync(directory)).toEqual(["out.pb"]);
    expect(readFileSync(join(directory, "out.pb"))).not.toEqual(Buffer.from("older"));
  });
});
