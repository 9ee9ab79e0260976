import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

const root = join(import.meta.dirname, "..", "..", "..", "..");

/** A file of a module: its path and its text. */
interface TextFile {
  readonly path: string;
  readonly text: string;
}

/**
 * A folder with `.proto` files and those of the options, as a module of `buf`. It is removed after
 * the test.
 */
export class BufModule {
  readonly folder: string = mkdtempSync(join(tmpdir(), "stepwire-import-"));

  constructor(files: readonly TextFile[]) {
    onTestFinished(() => rmSync(this.folder, { recursive: true }));
    const rules = [
      "version: v2",
      "modules: [{path: proto}, {path: options}]",
      "lint: {use: [STANDARD]}",
      "breaking: {use: [WIRE_JSON]}",
    ];
    writeFileSync(join(this.folder, "buf.yaml"), rules.join("\n"));
    const options = join("stepwire", "json", "v1");
    cpSync(join(root, "proto", options), join(this.folder, "options", options), {
      recursive: true,
    });
    for (const { path, text } of files) {
      const target = join(this.folder, "proto", path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
    }
  }

  /** Runs `buf` on the files, with further arguments. Returns what it prints: "" if all is well. */
  run(command: string, ...parameters: string[]): string {
    const { stdout, stderr, error } = spawnSync(
      join(root, "node_modules", ".bin", "buf"),
      [command, "proto", ...parameters],
      { cwd: this.folder, encoding: "utf8" },
    );
    if (error !== undefined) {
      throw error;
    }
    return stdout + stderr;
  }
}
