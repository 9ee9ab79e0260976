import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../library/command.ts";
import {
  type Contents,
  checkContents,
  crateContents,
  goContents,
  jarContents,
  npmContents,
  sdistContents,
  wheelContents,
} from "../library/release/contents.ts";
import { checkSboms } from "../library/release/sbom.ts";
import { checkManifest, releaseStages } from "../library/release/stages.ts";

describe("the contents of published archives", () => {
  const cases: readonly (readonly [string, Contents, readonly string[]])[] = [
    [
      "npm",
      npmContents,
      [
        "dist/index.js.map",
        "src/gen/a_pb.ts",
        "proto/stepwire/v1/run.proto",
        "dist/prebuilt/names.json",
      ],
    ],
    [
      "wheel",
      wheelContents,
      ["stepwire/v1/run_pb2.pyi", "stepwire/_native.abi3.so", "dist-info/WHEEL"],
    ],
    [
      "sdist",
      sdistContents,
      ["src/stepwire/proto/stepwire/v1/run.proto", "stepwire-rs/src/a/b.rs"],
    ],
    ["crate", crateContents, ["src/stream/reader.rs", ".cargo_vcs_info.json"]],
    ["go", goContents, ["gen/stepwire/v1/run.pb.go", "example_test.go", "stream/reader.go"]],
    ["jar", jarContents, ["io/github/stepwire/v1/Run$1.class", "stepwire/v1/run.proto"]],
  ];

  it.each(cases)("issue 16: %s: takes what belongs there", (name, contents, files) => {
    expect(checkContents(name, [...contents.required, ...files], contents)).toEqual([]);
  });

  it.each(cases)("issue 16: %s: refuses everything else", (name, contents) => {
    const wrong = [".env", ".npmrc", "test/a.test.ts", "src/a.test.ts", "tests/a.py", "a_test.go"];
    const problems = checkContents(name, [...contents.required, ...wrong], contents);
    expect(problems).toEqual(wrong.map((path) => `${name} has ${path}, which is not on the list`));
  });

  it.each(cases)("issue 16: %s: misses the licence", (name, contents) => {
    const files = contents.required.filter((path) => !path.endsWith("LICENSE"));
    const licences = contents.required.filter((path) => path.endsWith("LICENSE"));
    expect(licences).toHaveLength(1);
    expect(checkContents(name, files, contents)).toEqual([`${name} lacks ${licences[0]}`]);
  });
});

it("issue 16: a manifest in a tarball has no range that only the workspace knows", () => {
  const text = readFileSync(join(root, "packages/core/package.json"), "utf8");
  const packed = text.replaceAll(/"(?:workspace|catalog):[^"]*"/g, '"^1.0.0"');
  expect(checkManifest("a.tgz", packed)).toEqual([]);
  expect(checkManifest("a.tgz", text).join()).toContain("which no registry knows");
  expect(checkManifest("a.tgz", packed.replace(/"version": ".*"/, '"version": "9.9.9"'))).toEqual([
    "a.tgz has the version 9.9.9",
  ]);
});

it("issue 16: an SBOM is valid CycloneDX, and there is one for each package", async () => {
  const bom = {
    bomFormat: "CycloneDX",
    specVersion: "1.7",
    version: 1,
    metadata: { component: { type: "library", name: "a", purl: "pkg:npm/%40stepwire/a@0.1.0" } },
    components: [],
  };
  expect(await checkSboms([JSON.stringify(bom)], ["@stepwire/a"], "0.1.0")).toEqual([]);
  expect(await checkSboms([JSON.stringify(bom)], ["@stepwire/b"], "0.1.0")).toEqual([
    "no SBOM describes @stepwire/b 0.1.0",
  ]);
  const damaged = JSON.stringify({ ...bom, version: "one" });
  const [problem] = await checkSboms([damaged], ["@stepwire/a"], "0.1.0");
  expect(problem).toContain("not CycloneDX");
});

it("issue 16: every script that takes minutes has a job in CI", () => {
  const manifest: unknown = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { scripts } = manifest as { readonly scripts: Readonly<Record<string, string>> };
  const slow = [
    ...Object.keys(scripts).filter((name) => name.startsWith("test:")),
    "release:check",
  ];
  const workflow = readFileSync(join(root, ".github/workflows/ci.yml"), "utf8");
  const jobs = [...workflow.matchAll(/^ {10}- ([a-z:-]+)$/gm)].map(([, name]) => name);
  expect(slow.filter((name) => !jobs.includes(name))).toEqual([]);
});

it("issue 16: a release is tried for every registry", () => {
  const names = releaseStages().map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["npm", "python", "rust", "java", "go", "SBOM"]));
});
