import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runStep, samples } from "../support/documents.js";
import { stepwire } from "../support/stepwire.js";

async function inspect(stdin: Uint8Array, ...parameters: string[]): Promise<string[]> {
  const { stdout } = await stepwire(["inspect", "--type", "run-step", ...parameters], { stdin });
  return stdout.toString().trimEnd().split("\n");
}

async function encodeSample(name: string): Promise<Buffer> {
  return (await stepwire(["encode", join(samples, name)])).stdout;
}

describe("stepwire inspect", () => {
  it("explains every field of a message", async () => {
    expect(await inspect(await encodeSample("message.json"))).toMatchInlineSnapshot(`
      [
        "offset  tag  field      length  path and value",
        "  0000  0a   1 LEN          19  id = "step_sample_message"",
        "  0015  10   2 VARINT           created_at = 1788300000",
        "  001b  1a   3 LEN          12  run_id = "run_sample_1"",
        "  0029  22   4 LEN          18  assistant_id = "asst_sample_bakery"",
        "  003d  2a   5 LEN          15  thread_id = "thread_sample_1"",
        "  004e  30   6 VARINT           type = RUN_STEP_TYPE_MESSAGE_CREATION (1)",
        "  0050  38   7 VARINT           status = RUN_STATUS_COMPLETED (7)",
        "  0052  48   9 VARINT           completed_at = 1788300004",
        "  0058  50   10 VARINT          expires_at = 1788300600",
        "  005e  6a   13 LEN         16  step_details  StepDetails",
        "  0060  0a   1 LEN          14    step_details.message_creation  MessageCreation",
        "  0062  0a   1 LEN          12      .message_id = "msg_sample_1"",
        "  0070  72   14 LEN          8  usage  RunStepUsage",
        "  0072  08   1 VARINT             .prompt_tokens = 412",
        "  0075  10   2 VARINT             .completion_tokens = 57",
        "  0077  18   3 VARINT             .total_tokens = 469",
        "122 bytes, 16 fields",
      ]
    `);
  });

  it("writes whole paths for other programs with --paths", async () => {
    const lines = await inspect(await encodeSample("all-tools.json"), "--paths");
    expect(lines).toContainEqual(
      expect.stringMatching(/step_details\.tool_calls\[2\]\.function\.name = "order_flour"$/),
    );
    expect(lines).toContainEqual(
      expect.stringMatching(/attributes\["season"\]\.value\.string_value = "winter"$/),
    );
  });

  it("shows an unknown field as such", async () => {
    const stdin = Buffer.concat([
      await encodeSample("message.json"),
      Buffer.from("a20601ff", "hex"),
    ]);
    expect((await inspect(stdin)).at(-2)).toMatch(/100 LEN +1 +100 {2}unknown field: ff$/);
  });

  it("cuts and escapes values", async () => {
    const step = runStep({ id: `\u001b[31m${"long ".repeat(50)}` });
    const { stdout } = await stepwire(["encode"], { stdin: step });
    const [, line = ""] = await inspect(stdout);
    expect(line).toHaveLength(80);
    expect(line).toMatch(/id = "\\u001b\[31mlong long .*…$/);
  });

  it("shows what it can of damaged bytes, then where the damage is", async () => {
    const whole = await encodeSample("all-tools.json");
    const { exitCode, stdout, stderr } = await stepwire(["inspect", "--type", "run-step"], {
      stdin: whole.subarray(0, 282),
    });
    expect(exitCode).toBe(1);
    expect(stdout.toString()).toContain('id = "step_sample_tools"');
    expect(stderr).toMatch(
      /^stepwire: standard input: offset 279 \(0x117\), step_details\.tool_calls\[0\]\.code_interpreter\.outputs\[0\]\.logs: a length of 6 where 2 bytes are left\n$/,
    );
  });

  it("explains no bytes at all", async () => {
    expect((await inspect(Buffer.alloc(0))).at(-1)).toBe("0 bytes, 0 fields");
  });

  it("has colours on a terminal only, and not with NO_COLOR", async () => {
    const stdin = await encodeSample("message.json");
    const parameters = ["inspect", "--type", "run-step"];
    const plain = await stepwire(parameters, { stdin });
    const colourful = await stepwire(parameters, { stdin, columns: 80 });
    const silent = await stepwire(parameters, {
      stdin,
      columns: 80,
      environment: { NO_COLOR: "1" },
    });
    const forced = await stepwire(parameters, { stdin, environment: { FORCE_COLOR: "1" } });
    expect(plain.stdout.includes("\u001b[")).toBe(false);
    expect(colourful.stdout.includes("\u001b[")).toBe(true);
    expect(silent.stdout).toEqual(plain.stdout);
    expect(forced.stdout).toEqual(colourful.stdout);
  });
});
