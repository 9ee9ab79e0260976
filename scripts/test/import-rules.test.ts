import { describe, expect, it } from "vitest";
import { importViolations, manifestViolations } from "../library/import-rules.ts";
import type { Manifest, SourceFile, WorkspacePackage } from "../library/workspace.ts";

function workspacePackage(
  name: string,
  parts: Partial<Manifest> = {},
  files: SourceFile[] = [],
): WorkspacePackage {
  return {
    directory: `packages/${name}`,
    manifest: { name: `@stepwire/${name}`, ...parts },
    files,
  };
}

const needs = (...names: string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [`@stepwire/${name}`, "workspace:*"]));

describe("manifestViolations", () => {
  it("accepts dependencies on lower packages", () => {
    const packages = [
      workspacePackage("mapping"),
      workspacePackage("core", { dependencies: needs("mapping") }),
      workspacePackage("testing", { dependencies: needs("core") }),
      workspacePackage("openai-json", {
        dependencies: needs("core"),
        devDependencies: needs("testing"),
      }),
    ];
    expect(manifestViolations(packages)).toEqual([]);
  });

  it("refuses a dependency upwards, and one on a package for tests", () => {
    const packages = [
      workspacePackage("core", { dependencies: needs("openai-json") }),
      workspacePackage("openai-json", { dependencies: needs("testing") }),
    ];
    expect(manifestViolations(packages)).toEqual([
      "packages/core/package.json: @stepwire/core must not depend on @stepwire/openai-json",
      "packages/openai-json/package.json: @stepwire/openai-json must not depend on @stepwire/testing",
    ]);
  });

  it("refuses a circle through devDependencies", () => {
    const packages = [
      workspacePackage("core", { devDependencies: needs("testing") }),
      workspacePackage("testing", { dependencies: needs("core") }),
    ];
    expect(manifestViolations(packages)).toEqual([
      "package.json: a circle: @stepwire/core, @stepwire/testing",
    ]);
  });

  it("refuses versions that are not in the catalog", () => {
    const packages = [workspacePackage("cli", { dependencies: { commander: "^15.0.0" } })];
    expect(manifestViolations(packages)).toEqual([
      'packages/cli/package.json: commander must be "catalog:", not ^15.0.0',
    ]);
  });
});

describe("importViolations", () => {
  const packages = [
    workspacePackage("mapping"),
    workspacePackage("core"),
    workspacePackage("cli"),
    workspacePackage("testing"),
  ];

  it.each([
    ['import type { X } from "@stepwire/cli";'],
    ['import "@stepwire/cli";'],
    ['export * from "@stepwire/cli";'],
    ['export { x } from "@stepwire/cli/deep.js";'],
    ['const x = await import("@stepwire/cli");'],
  ])("finds %s", (text) => {
    const core = workspacePackage("core", {}, [{ path: "src/a.ts", text }]);
    expect(importViolations(core, packages)).toEqual([
      "packages/core/src/a.ts: @stepwire/core must not import @stepwire/cli",
    ]);
  });

  it("does not take a comment for an import", () => {
    const text = '/** import { x } from "@stepwire/cli"; */\nexport {};';
    const core = workspacePackage("core", {}, [{ path: "src/a.ts", text }]);
    expect(importViolations(core, packages)).toEqual([]);
  });

  it("lets tests, and only tests, import the test helpers", () => {
    const text = 'import "@stepwire/testing";';
    const core = workspacePackage("core", {}, [
      { path: "src/a.ts", text },
      { path: "test/a.test.ts", text },
    ]);
    expect(importViolations(core, packages)).toEqual([
      "packages/core/src/a.ts: @stepwire/core must not import @stepwire/testing",
    ]);
  });

  it("lets tests, and only tests, import what is for development", () => {
    const text = 'import "@stepwire/cli";';
    const core = workspacePackage("core", { devDependencies: needs("cli") }, [
      { path: "src/a.ts", text },
      { path: "test/a.test.ts", text },
    ]);
    expect(importViolations(core, packages)).toEqual([
      "packages/core/src/a.ts: @stepwire/core must not import @stepwire/cli",
    ]);
  });

  it("refuses relative imports that leave the package or reach into its tests", () => {
    const core = workspacePackage("core", {}, [
      { path: "src/a.ts", text: 'import "../../mapping/src/index.js"; import "../test/b.js";' },
      { path: "test/a.test.ts", text: 'import "../src/a.js";' },
    ]);
    expect(importViolations(core, packages)).toEqual([
      'packages/core/src/a.ts: "../../mapping/src/index.js" leaves the package; import the other package by its name',
      'packages/core/src/a.ts: "../test/b.js" is a test',
    ]);
  });
});
