import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Tarball } from "../../../library/packing.ts";

/** A registry that has only our packages, as they would be published. */
export interface Registry {
  readonly url: string;
  close(): void;
}

/** Serves tarballs, so that `npm install @stepwire/core` works before anything is published. */
export async function serveTarballs(tarballs: readonly Tarball[]): Promise<Registry> {
  const server: Server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "").slice(1);
    const tarball = tarballs.find(({ name }) => path === name || path === `${name}.tgz`);
    response.setHeader("cache-control", "no-store");
    if (tarball === undefined) {
      response.writeHead(404).end("{}");
    } else if (path === tarball.name) {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(describe(tarball, urlOf(server))));
    } else {
      response.end(readFileSync(tarball.path));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: urlOf(server), close: () => server.close() };
}

function urlOf(server: Server): string {
  // A server on a port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/`;
}

/** Returns what a registry tells of a package with one version. */
function describe({ name, path }: Tarball, url: string): object {
  const manifest: unknown = JSON.parse(
    execFileSync("tar", ["-xzOf", path, "package/package.json"], { encoding: "utf8" }),
  );
  const { version } = manifest as { readonly version: string };
  const integrity = `sha512-${createHash("sha512").update(readFileSync(path)).digest("base64")}`;
  const dist = { tarball: `${url}${name}.tgz`, integrity };
  return {
    name,
    "dist-tags": { latest: version },
    versions: { [version]: { ...(manifest as object), dist } },
  };
}
