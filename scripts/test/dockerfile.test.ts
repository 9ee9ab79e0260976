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

  it("copies the manifests of the gateway and of all that it imports before it installs", () => {
    const [beforeInstall = ""] = dockerfile.split("RUN ");
    const copied = [...beforeInstall.matchAll(/^COPY (\S+)\/package\.json \1\/$/gm)];
    expect(copied.map(([, folder]) => folder).sort()).toEqual(
      [...foldersNeededBy("apps/gateway")].sort(),
    );
    expect(beforeInstall).toMatch(
      /^COPY package\.json pnpm-lock\.yaml pnpm-workspace\.yaml \.\/$/m,
    );
  });

  it("is run by compose.yaml with the NATS server that is tested", () => {
    const compose = readFileSync(join(root, "apps/gateway/compose.yaml"), "utf8");
    const server = readFileSync(join(root, "packages/testing/src/nats/nats-server.ts"), "utf8");
    const [, version = ""] = /^const VERSION = "v([^"]+)"/m.exec(server) ?? [];
    expect(version).not.toBe("");
    expect(compose).toContain(`image: docker.io/library/nats:${version}\n`);
  });
});

/** Returns the folders of a package and of the workspace's packages that it depends on. */
function foldersNeededBy(folder: string, found = new Set<string>()): Set<string> {
  found.add(folder);
  const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Record<
    "dependencies" | "devDependencies",
    Readonly<Record<string, string>> | undefined
  >;
  const all = { ...manifest.dependencies, ...manifest.devDependencies };
  for (const [name, version] of Object.entries(all)) {
    const needed = `packages/${name.replace("@stepwire/", "")}`;
    if (version.startsWith("workspace:") && !found.has(needed)) {
      foldersNeededBy(needed, found);
    }
  }
  return found;
}
