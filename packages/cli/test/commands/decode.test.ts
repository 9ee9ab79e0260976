import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createFolder } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { runStep, sample, samples } from "../support/documents.js";
import { stepwire } from "../support/stepwire.js";

async function encode(json: string, ...parameters: string[]): Promise<Buffer> {
  const { exitCode, stdout, stderr } = await stepwire(["encode", ...parameters], { stdin: json });
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  return stdout;
}

describe("stepwire decode", () => {
  it("gives back the document, in one line", async () => {
    const stdin = await encode(sample("foreign-tool.json"));
    const { stdout } = await stepwire(["decode", "--type", "run-step"], { stdin });
    const text = stdout.toString();
    expect(JSON.parse(text)).toEqual(JSON.parse(sample("foreign-tool.json")));
    expect(text).toContain('"serial":90071992547409931234');
    expect(text).toContain('"grams":1.2505e3');
    expect(text.trimEnd()).not.toContain("\n");
    expect(text.endsWith("}\n")).toBe(true);
  });

  it("indents with --pretty", async () => {
    const stdin = await encode(sample("message.json"));
    const { stdout } = await stepwire(["decode", "--type", "run-step", "--pretty"], { stdin });
    expect(stdout.toString()).toBe(sample("message.json"));
  });

  it("keeps the order of members with --pretty", async () => {
    const stdin = await encode(
      runStep({ metadata: { b: "x", 1: "y" } }).replace('"1":"y","b":"x"', '"b":"x","1":"y"'),
    );
    const { stdout } = await stepwire(["decode", "--type", "run-step", "--pretty"], { stdin });
    expect(stdout.toString()).toContain('"b": "x",\n    "1": "y"');
  });

  it("writes a file with -o", async () => {
    const directory = createFolder({ "step.bin": await encode(runStep()) });
    const parameters = ["decode", "step.bin", "--type", "run-step", "-o", "step.json"];
    const { stdout } = await stepwire(parameters, { directory });
    expect(stdout).toHaveLength(0);
    expect(JSON.parse(readFileSync(join(directory, "step.json"), "utf8"))).toEqual(
      JSON.parse(runStep()),
    );
  });

  it("reads a Document too", async () => {
    const stdin = await encode('{"object":"anything","n":1.0}', "--type", "document");
    const { stdout } = await stepwire(["decode", "--type", "document"], { stdin });
    expect(stdout.toString()).toBe('{"object":"anything","n":1.0}\n');
  });

  it("takes no bytes at all for the empty list that they are", async () => {
    const { stdout } = await stepwire(["decode", "--type", "run-step-list"]);
    expect(JSON.parse(stdout.toString())).toEqual({
      object: "list",
      data: [],
      first_id: null,
      last_id: null,
      has_more: false,
    });
  });

  it("tells of fields that are not in the output, because the type lacks them", async () => {
    const stdin = await encode(sample("message.json"));
    const { exitCode, stdout, stderr } = await stepwire(["decode", "--type", "thread-deleted"], {
      stdin,
    });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout.toString())).toHaveProperty("deleted", true);
    expect(stderr).toMatch(
      /^stepwire: standard input: 9 fields of the message are not in \S+, and not in the output\n/,
    );
    expect(stderr).toContain("\nstepwire: try: stepwire decode --type run-step\n");
  });

  it("needs to know the type", async () => {
    const { exitCode, stderr } = await stepwire(["decode"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--type");
  });
});

describe("stepwire decode of bytes that are no such message", () => {
  const bad: readonly (readonly [string, Uint8Array, RegExp])[] = [
    [
      "a varint of 11 bytes",
      Buffer.from("10808080808080808080808001", "hex"),
      /offset 1 \(0x1\), created_at: .*varint/,
    ],
    ["invalid UTF-8", Buffer.from("0a02fffe", "hex"), /offset 2 \(0x2\), id: .*not UTF-8/],
    [
      "a string that is cut off",
      Buffer.from("0a1441", "hex"),
      /offset 1 \(0x1\), id: a length of 20 where 1 bytes/,
    ],
    ["a tag of no field", Buffer.from("0001", "hex"), /offset 0 \(0x0\): .*field number 0/],
    [
      "a wire type that does not exist",
      Buffer.from("0f", "hex"),
      /offset 0 \(0x0\): .*wire type 7/,
    ],
    [
      "a number where a string is expected",
      Buffer.from("0805", "hex"),
      /offset 0 \(0x0\), id: wire type VARINT where LEN/,
    ],
    [
      "the end of a group that is not open",
      Buffer.from("0c", "hex"),
      /offset 0 \(0x0\), id: .*group/,
    ],
  ];

  it.each(bad)("says what is wrong with %s, and where", async (_, bytes, message) => {
    const directory = createFolder({ "bad.bin": bytes });
    const parameters = ["decode", "bad.bin", "--type", "run-step", "-o", "out.json"];
    const { exitCode, stdout, stderr } = await stepwire(parameters, { directory });
    expect(exitCode).toBe(1);
    expect(stdout).toHaveLength(0);
    expect(stderr).toMatch(/^stepwire: bad\.bin: malformed_binary: /);
    expect(stderr).toMatch(message);
    expect(readdirSync(directory)).toEqual(["bad.bin"]);
  });

  it("names the type that the bytes are of", async () => {
    const list = await stepwire(["encode", join(samples, "list.json")]);
    const { exitCode, stderr } = await stepwire(["decode", "--type", "run-step"], {
      stdin: list.stdout,
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      "stepwire: standard input: the bytes can be read with --type run-step-list\nstepwire: try: stepwire decode --type run-step-list\n",
    );
  });

  it("recognizes an archive", async () => {
    const archive = await stepwire(["pack", join(samples, "stream.sse")]);
    const { stderr } = await stepwire(["decode", "--type", "run-step"], { stdin: archive.stdout });
    expect(stderr).toContain(
      "stepwire: standard input: is an archive of stepwire pack\nstepwire: try: stepwire unpack\n",
    );
  });

  it("recognizes size-delimited documents, as inspect does", async () => {
    const archive = await stepwire(["pack", "--to=delimited", join(samples, "stream.sse")]);
    const hint =
      "stepwire: standard input: is an archive of stepwire pack\nstepwire: try: stepwire unpack\n";
    for (const command of ["decode", "inspect"]) {
      const options = { stdin: archive.stdout };
      const { exitCode, stderr } = await stepwire([command, "--type", "run-step"], options);
      expect(exitCode).toBe(1);
      expect(stderr).toContain(hint);
    }
    const cut = { stdin: archive.stdout.subarray(0, -1) };
    expect((await stepwire(["decode", "--type", "run-step"], cut)).stderr).not.toContain("archive");
  });

  it("names the field that nothing can be written without", async () => {
    const { exitCode, stderr } = await stepwire(["decode", "--type", "run-step"], {
      stdin: Buffer.from("0a0141", "hex"),
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("standard input: /step_details: missing_member");
  });

  it("never crashes, wherever a message is cut off", async () => {
    const whole = await encode(sample("all-tools.json"));
    for (let length = 0; length < whole.length; length += 3) {
      const { exitCode, stdout, stderr } = await stepwire(["decode", "--type", "run-step"], {
        stdin: whole.subarray(0, length),
      });
      // Protobuf cannot tell that fields are missing at the end.
      if (exitCode === 0) {
        expect(JSON.parse(stdout.toString())).toHaveProperty("id", "step_sample_tools");
      } else {
        expect(stderr).toMatch(
          /^stepwire: standard input: .*(malformed_binary|missing_member|unknown_value)/,
        );
      }
    }
  });
});
