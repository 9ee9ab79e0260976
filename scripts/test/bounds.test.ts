import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { formatBounds, packageBounds, programBounds } from "../library/bounds.ts";
import { root } from "../library/command.ts";
import { readSection, securityFile } from "../library/readme.ts";

const security = readFileSync(securityFile, "utf8");

it("issue 16: SECURITY.md has every bound of the packages, with the default of the code", () => {
  const bounds = packageBounds();
  expect(bounds.length).toBeGreaterThan(25);
  expect(bounds).toContainEqual(
    expect.objectContaining({ owner: "@stepwire/transcode", name: "maxBytes", value: "64 MiB" }),
  );
  // Written with `pnpm readme`.
  expect(readSection(security, "bounds").trim()).toBe(formatBounds(bounds));
});

it("issue 16: SECURITY.md has every bound of the programs, with the default of the code", async () => {
  const bounds = await programBounds();
  expect(bounds.length).toBeGreaterThan(20);
  expect(readSection(security, "program-bounds").trim()).toBe(formatBounds(bounds));
});

const hosts = [
  ["stepwire-go/options.go", /defaultMaxDepth = (.*)/, /defaultMaxBytes = (.*)/],
  [
    "stepwire-py/src/stepwire/transcoder.py",
    /DEFAULT_MAX_DEPTH = (.*)/,
    /DEFAULT_MAX_BYTES = (.*)/,
  ],
  ["stepwire-rs/src/options.rs", /max_depth: (\d.*),/, /max_bytes: (\d.*),/],
  [
    "stepwire-java/src/main/java/io/github/stepwire/Transcoder.java",
    /int maxDepth = (.*);/,
    /int maxBytes = (.*);/,
  ],
] as const;

it.each(hosts)("issue 16: %s has the same defaults", (path, depth, bytes) => {
  const text = readFileSync(join(root, "packages", path), "utf8");
  expect(depth.exec(text)?.[1]).toBe("100");
  expect(["64 << 20", "64 * 1024 * 1024"]).toContain(bytes.exec(text)?.[1]);
});

it("issue 16: the constants that SECURITY.md names are those of the code", () => {
  const read = (path: string): string => readFileSync(join(root, path), "utf8");
  expect(read("packages/handler/src/ingress/upstream.ts")).toContain("MAX_REDIRECTS = 20;");
  expect(read("apps/gateway/src/ingress/decoded-body.ts")).toContain("MAX_ENCODINGS = 3;");
  expect(read("packages/connect/src/errors/openai-http-error.ts")).toContain(
    "MAX_ERROR_BODY_BYTES: number = 16 * 1024;",
  );
});
