import { describe, expect, it } from "vitest";
import { type PublishedFiles, publishingProblems } from "../library/manifest-rules.ts";

const name = "@stepwire/example";
const url = "https://github.com/stepwire/stepwire";

const complete: PublishedFiles & { manifest: Record<string, unknown> } = {
  directory: "packages/example",
  manifest: {
    name,
    description: "An example.",
    keywords: ["openai"],
    license: "Apache-2.0",
    author: "The Stepwire authors",
    homepage: `${url}/tree/main/packages/example#readme`,
    bugs: `${url}/issues`,
    repository: { type: "git", url: `git+${url}.git`, directory: "packages/example" },
    sideEffects: false,
    types: "./dist/index.d.ts",
    engines: { node: ">=20.19" },
    exports: { ".": { default: "./dist/index.js" } },
    peerDependencies: { "@bufbuild/protobuf": "catalog:ranges" },
    publishConfig: { access: "public" },
  },
  readme: `npm install ${name} @bufbuild/protobuf\n[docs](${url}/blob/main/docs/mapping.md#modes)`,
  files: ["LICENSE", "README.md", "dist/index.js"],
};

const exists = (path: string): boolean => path === "docs/mapping.md";

describe("issue 16: publishingProblems", () => {
  it("accepts a complete package", () => {
    expect(publishingProblems(complete, exists)).toEqual([]);
  });

  it.each(
    ["license", "author", "homepage", "bugs", "repository", "sideEffects", "types"].map((field) => [
      field,
    ]),
  )("refuses a package without %s", (field) => {
    const { [field]: _, ...rest } = complete.manifest;
    const manifest = { ...rest, name };
    expect(publishingProblems({ ...complete, manifest }, exists)).toEqual([
      expect.stringContaining(`packages/example/package.json: ${field} must be`),
    ]);
  });

  it("refuses a Protobuf runtime that is not a peer, except of a program", () => {
    const manifest = { ...complete.manifest, dependencies: { "@bufbuild/protobuf": "^2.7.0" } };
    const program = { ...manifest, bin: { example: "./dist/main.js" } };
    expect(publishingProblems({ ...complete, manifest }, exists)).toEqual([
      "packages/example/package.json: @bufbuild/protobuf must be a peer dependency",
    ]);
    expect(publishingProblems({ ...complete, manifest: program }, exists)).toEqual([]);
  });

  it("refuses links that do not work in a registry, and a missing install line", () => {
    const readme = `[a](../core) [b](${url}/blob/main/gone.md) [c](https://example.org) [d](#here)`;
    expect(publishingProblems({ ...complete, readme }, exists)).toEqual([
      `packages/example/README.md: has no line "npm install ${name}"`,
      "packages/example/README.md: ../core must be absolute: a registry shows it",
      `packages/example/README.md: ${url}/blob/main/gone.md does not exist`,
    ]);
  });

  it("refuses a tarball without the licence", () => {
    expect(publishingProblems({ ...complete, files: ["README.md"] }, exists)).toEqual([
      "packages/example: the tarball has no LICENSE",
    ]);
  });
});
