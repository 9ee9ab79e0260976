import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createFolder } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { runStep, sample } from "../support/documents.js";
import { stepwire } from "../support/stepwire.js";

async function pack(stdin: string): Promise<Buffer> {
  const { exitCode, stdout } = await stepwire(["pack", "--to=delimited"], { stdin });
  expect(exitCode).toBe(0);
  return stdout;
}

/** Bytes in pieces, as pipes hand them over. */
function* pieces(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) {
    yield bytes.subarray(start, start + size);
  }
}

describe("stepwire unpack", () => {
  const lines = [
    runStep({ id: "a" }),
    '{"object":"anything","n":1.50}',
    ...sample("deltas.jsonl").trimEnd().split("\n"),
    runStep({ id: "b", extra: 1 }),
  ];

  it("gives back line for line, in order", async () => {
    const { exitCode, stdout } = await stepwire(["unpack"], {
      stdin: await pack(lines.join("\n")),
    });
    expect(exitCode).toBe(0);
    expect(stdout.toString()).toBe(`${lines.join("\n")}\n`);
  });

  it.each([1, 2, 3, 7, 100])("reads pieces of %i bytes", async (size) => {
    const archive = await pack(lines.join("\n"));
    const { stdout } = await stepwire(["unpack"], { stdin: pieces(archive, size) });
    expect(stdout.toString()).toBe(`${lines.join("\n")}\n`);
  });

  it("makes nothing of an empty archive", async () => {
    const { exitCode, stdout } = await stepwire(["unpack"]);
    expect(exitCode).toBe(0);
    expect(stdout).toHaveLength(0);
  });

  it("gives back every whole document of an archive that is cut off anywhere", async () => {
    const short = ['{"n":1}', runStep({ id: "a" }), '{"n":3}'];
    const ends: number[] = [];
    let archive = Buffer.alloc(0);
    for (const line of short) {
      archive = Buffer.concat([archive, await pack(line)]);
      ends.push(archive.length);
    }
    for (let length = 0; length <= archive.length; length++) {
      const whole = ends.filter((end) => end <= length).length;
      const directory = createFolder({ "a.pb": archive.subarray(0, length) });
      const { exitCode, stderr } = await stepwire(["unpack", "a.pb", "-o", "out.jsonl"], {
        directory,
      });
      const written = join(directory, "out.jsonl");
      const isWhole = length === 0 || ends.includes(length);
      expect(exitCode).toBe(isWhole ? 0 : 1);
      expect(existsSync(written)).toBe(isWhole || whole > 0);
      if (existsSync(written)) {
        expect(readFileSync(written, "utf8")).toBe(
          short
            .slice(0, whole)
            .map((line) => `${line}\n`)
            .join(""),
        );
      }
      if (!isWhole) {
        expect(stderr).toMatch(
          /^stepwire: a\.pb: offset \d+ \(0x[0-9a-f]+\), document \d: the archive ends within/,
        );
        expect(stderr.includes("kept in out.jsonl")).toBe(whole > 0);
      }
      expect(readdirSync(directory).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    }
  });

  it("says where the break is, and what became of the rest", async () => {
    const archive = Buffer.concat([await pack('{"n":1}'), Buffer.from("ff01414243", "hex")]);
    const { exitCode, stdout, stderr } = await stepwire(["unpack"], { stdin: archive });
    expect(exitCode).toBe(1);
    expect(stdout.toString()).toBe('{"n":1}\n');
    expect(stderr).toBe(
      [
        "stepwire: standard input: offset 10 (0xa), document 2: the archive ends within a document: 3 of 255 bytes",
        "stepwire: 1 whole document before that is written",
        "",
      ].join("\n"),
    );
  });

  it("does not believe a size beyond --max-bytes", async () => {
    const archive = await pack(`{"long":"${"x".repeat(2000)}"}`);
    const { exitCode, stdout, stderr } = await stepwire(["unpack", "--max-bytes", "1K"], {
      stdin: archive,
    });
    expect(exitCode).toBe(1);
    expect(stdout).toHaveLength(0);
    expect(stderr).toContain("offset 0 (0x0), document 1: a document of more than 1024 bytes");
  });

  it("does not believe a size of 11 bytes", async () => {
    const { exitCode, stderr } = await stepwire(["unpack"], {
      stdin: Buffer.from("8080808080808080808001", "hex"),
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("offset 0 (0x0), document 1: a size of more than 10 bytes");
  });

  describe("of an archive with a document that is no message", () => {
    async function damaged(): Promise<Buffer> {
      const bad = Buffer.from("030a2012", "hex");
      return Buffer.concat([await pack('{"n":1}'), bad, await pack('{"n":3}')]);
    }

    it("stops there and keeps what was before", async () => {
      const directory = createFolder({ "a.pb": await damaged() });
      const { exitCode, stderr } = await stepwire(["unpack", "a.pb", "-o", "out.jsonl"], {
        directory,
      });
      expect(exitCode).toBe(1);
      expect(stderr).toContain(
        "a.pb: document 2 at offset 11: malformed_binary: offset 3 (0x3), run_step.created_at: the bytes end within a varint",
      );
      expect(readFileSync(join(directory, "out.jsonl"), "utf8")).toBe('{"n":1}\n');
    });

    it("goes on behind it with --on-error skip", async () => {
      const { exitCode, stdout, stderr } = await stepwire(["unpack", "--on-error", "skip"], {
        stdin: await damaged(),
      });
      expect(exitCode).toBe(1);
      expect(stdout.toString()).toBe('{"n":1}\n{"n":3}\n');
      expect(stderr).toContain("document 2 at offset 11");
      expect(stderr).toContain("stepwire: 1 document skipped, 2 documents written");
    });
  });

  it("takes a document without content for damage", async () => {
    const { exitCode, stderr } = await stepwire(["unpack"], { stdin: Buffer.from([0]) });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("document 1 at offset 1: the document: missing_member");
  });

  it("shows JSON on a terminal", async () => {
    const { exitCode, stdout } = await stepwire(["unpack"], {
      stdin: await pack("{}"),
      columns: 80,
    });
    expect(exitCode).toBe(0);
    expect(stdout.toString()).toBe("{}\n");
  });
});
