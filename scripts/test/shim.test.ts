import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { root } from "../library/command.ts";

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "stepwire shim-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Runs a command line in a folder. Returns what it writes, and its exit code. */
function shell(line: string, cwd: string, path = process.env["PATH"] ?? ""): unknown[] {
  const env = { ...process.env, PATH: path, INIT_CWD: "/nowhere" };
  const { status, stdout, stderr } = spawnSync("/bin/sh", ["-c", line], {
    cwd,
    env,
    encoding: "utf8",
  });
  return [status, stdout, stderr];
}

describe.runIf(process.platform !== "win32")("issue 16: ./stepwire", { timeout: 60_000 }, () => {
  it("runs in any folder, by a link, without a Node on the path, and says how to call it", () => {
    const folder = createFolder();
    symlinkSync(join(root, "stepwire"), join(folder, "first"));
    symlinkSync("first", join(folder, "link"));
    writeFileSync(
      join(folder, "a b.json"),
      '{"object":"thread.deleted","id":"a b","deleted":true}',
    );
    const misspelt = shell('./link roundtrip "a c.json"', folder, "/usr/bin:/bin");
    const [, line = ""] = /^stepwire: try: (.*)$/m.exec(String(misspelt[2])) ?? [];
    expect(line).toBe("./link roundtrip 'a b.json'");
    const [status, stdout, stderr] = shell(line, folder, "/usr/bin:/bin");
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^a b\.json +thread-deleted .* yes$/m);
  });

  it("says how to install before it was", () => {
    const folder = createFolder();
    cpSync(join(root, "stepwire"), join(folder, "stepwire"));
    expect(shell("./stepwire --help", folder)).toEqual([
      1,
      "",
      `stepwire: the dependencies are not installed; run this once:\n  cd '${folder}' && npx -y --allow-scripts=pnpm pnpm@12.21.0 install\n`,
    ]);
  });

  it.each([
    ["old", "v20.20.2"],
    ["just too old", "v22.17.1"],
  ])("says which Node it needs if there is only an %s one", (_, version) => {
    const folder = createFolder();
    cpSync(join(root, "stepwire"), join(folder, "stepwire"));
    mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
    mkdirSync(join(folder, "bin"));
    // A Node that believes to have another version.
    const program = `#!/bin/sh\nshift\nexec "${process.execPath}" -p "Object.defineProperty(process, 'versions', { value: { node: '${version.slice(1)}' } }); $1"\n`;
    writeFileSync(join(folder, "bin/node"), program);
    chmodSync(join(folder, "bin/node"), 0o755);
    expect(shell("./stepwire --help", folder, `${join(folder, "bin")}:/usr/bin:/bin`)).toEqual([
      1,
      "",
      "stepwire: needs Node 22.18 or newer, to run TypeScript; see https://nodejs.org\n",
    ]);
  });
});
