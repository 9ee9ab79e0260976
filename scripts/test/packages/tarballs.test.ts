import { execFileSync } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { publishedPackages } from "../../library/packing.ts";
import { Clone } from "../clone/clone.ts";

const timeout = 600_000;

/** First the one that needs most: the kernel, and two files for other languages. */
const packages = publishedPackages().sort(
  (left, right) => Number(isKernel(right.manifest)) - Number(isKernel(left.manifest)),
);

function isKernel({ name }: { readonly name: string }): boolean {
  return name === "@stepwire/transcode";
}

describe("issue 16: packed in a clean clone, after the install alone", { timeout }, () => {
  let clone: Clone;

  beforeAll(async () => {
    clone = await Clone.create();
    const { exitCode, stderr } = await clone.run({ command: ["pnpm", "install", "--silent"] });
    expect(exitCode, stderr).toBe(0);
  }, timeout);

  afterAll(() => {
    clone?.remove();
  }, timeout);

  it.each(packages)("$manifest.name has all files", async ({ directory, manifest }) => {
    const command = [
      "pnpm",
      "--silent",
      "-C",
      directory,
      "pack",
      "--pack-destination",
      clone.folder,
    ];
    const { exitCode, stdout, stderr } = await clone.run({ command });
    expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
    const [path = ""] = globSync(`${manifest.name.replace("@", "").replace("/", "-")}-*.tgz`, {
      cwd: clone.folder,
    });
    const listed = execFileSync("tar", ["-tzf", join(clone.folder, path)], { encoding: "utf8" });
    const files = listed.trim().split("\n").sort();
    const expected = inject("files")
      [manifest.name]?.map((file) => `package/${file}`)
      .sort();
    expect(files).toEqual(expected);
  });
});
