import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { root } from "../library/command.ts";
import { findVersions, npmVersion, setVersion, toPythonVersion } from "../library/versions.ts";

/** A copy of the files that have a version. */
let copy: string;

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), "stepwire-versions-"));
  for (const { path } of findVersions(root)) {
    cpSync(join(root, path), join(copy, path));
  }
});

afterEach(() => {
  rmSync(copy, { recursive: true });
});

function read(path: string): string {
  return readFileSync(join(copy, path), "utf8");
}

it("issue 16: all published packages have the same version", () => {
  const found = findVersions(root);
  expect(new Set(found.map(({ version }) => version)).size).toBe(1);
  // Published npm packages, and all four other languages.
  expect(found.length).toBeGreaterThan(15);
});

it("issue 16: one command sets the version of all packages", () => {
  const changed = setVersion(copy, "1.22.333");
  expect(changed).toEqual([...new Set(findVersions(root).map(({ path }) => path))]);
  expect(new Set(findVersions(copy).map(({ version }) => version))).toEqual(new Set(["1.22.333"]));
  expect(read("packages/stepwire-py/pyproject.toml")).toContain('\nversion = "1.22.333"\n');
  expect(read("packages/stepwire-rs/Cargo.toml")).toContain('\nversion = "1.22.333"\n');
  expect(read("packages/stepwire-java/pom.xml")).toContain("<version>1.22.333</version>");
  expect(read("packages/stepwire-go/version.go")).toContain('const Version = "1.22.333"');
  expect(setVersion(copy, "1.22.333")).toEqual([]);
});

it("issue 16: the version of a dependency stays as it is", () => {
  const dependencies = (text: string): string => text.split("<dependencies>")[1] ?? "";
  const before = dependencies(read("packages/stepwire-java/pom.xml"));
  setVersion(copy, "1.22.333");
  expect(dependencies(read("packages/stepwire-java/pom.xml"))).toBe(before);
  expect(read("packages/stepwire-rs/Cargo.lock").match(/1\.22\.333/g)).toHaveLength(1);
});

it("issue 16: brings the other languages in step with the npm packages", () => {
  setVersion(copy, "0.9.0");
  expect(npmVersion(copy)).toBe("0.9.0");
});

it("issue 16: spells a preview as PyPI does", () => {
  expect(toPythonVersion("0.2.0-rc.1")).toBe("0.2.0rc1");
  expect(toPythonVersion("0.2.0-alpha.12")).toBe("0.2.0a12");
  setVersion(copy, "0.2.0-beta.3");
  expect(read("packages/stepwire-py/pyproject.toml")).toContain('\nversion = "0.2.0b3"\n');
  expect(new Set(findVersions(copy).map(({ version }) => version))).toEqual(
    new Set(["0.2.0-beta.3"]),
  );
});

it("issue 16: refuses what is no version", () => {
  expect(() => setVersion(copy, "v0.2")).toThrow('"v0.2" is no version; expected one like 0.2.0');
});
