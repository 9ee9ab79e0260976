import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { dist } from "./built-site.ts";

const types: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
};

const compress = promisify(gzip);

/** A server that knows nothing but files, and compresses text. */
export interface StaticHost {
  /** The origin, without a slash at its end. */
  readonly address: string;
  close(): void;
}

/** Serves the built site on loopback. */
export async function startStaticHost(): Promise<StaticHost> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://host");
    const path = pathname.endsWith("/") ? `${pathname}index.html` : pathname;
    const file = join(dist, normalize(decodeURIComponent(path)));
    try {
      const content = await readFile(file);
      const type = types[extname(file)] ?? "application/octet-stream";
      const isText = /^text|json|svg/u.test(type);
      response.writeHead(200, {
        "content-type": type,
        "cache-control": "max-age=600",
        ...(isText && { "content-encoding": "gzip" }),
      });
      response.end(isText ? await compress(content) : content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  return {
    address: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
