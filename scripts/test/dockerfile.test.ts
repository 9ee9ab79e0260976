import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { root } from "../library/command.ts";

/* `pnpm test:container` builds the image and runs it. */

describe("apps/gateway/Dockerfile", () => {
  const dockerfile = readFileSync(join(root, "apps/gateway/Dockerfile"), "utf8");

  it("has the versions of Node and pnpm that the workspace has", () => {
    const workspace = parse(readFileSync(join(root, "pnpm-workspace.yaml"), "utf8")) as {
      readonly nodeVersion: string;
    };
    const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      readonly packageManager: string;
    };
    const images = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    const image = `docker.io/library/node:${workspace.nodeVersion}-bookworm-slim`;
    expect(images).toEqual([image, image]);
    const managers = [...dockerfile.matchAll(/ (pnpm@\S+)/g)].map(([, manager]) => manager);
    expect(new Set(managers)).toEqual(new Set([packageManager]));
  });

  it("is run by compose.yaml with the NATS server that is tested", () => {
    const compose = readFileSync(join(root, "apps/gateway/compose.yaml"), "utf8");
    const server = readFileSync(join(root, "packages/testing/src/nats/nats-server.ts"), "utf8");
    const [, version = ""] = /^const VERSION = "v([^"]+)"/m.exec(server) ?? [];
    expect(version).not.toBe("");
    expect(compose).toContain(`image: docker.io/library/nats:${version}\n`);
  });
});
