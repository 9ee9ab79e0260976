/* A reverse proxy: the arguments are the path of the package `http-proxy-3`, its target and its port. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { pathToFileURL } from "node:url";

/* The part of the package that is used here. */
interface Library {
  createProxyServer(options: { target: string }): {
    web(request: IncomingMessage, response: ServerResponse): void;
    on(event: "error", listener: (error: Error, request: unknown, response: unknown) => void): void;
  };
}

const [path = "", target = "", port = ""] = process.argv.slice(2);
// The package is not installed where its types would be found.
const { createProxyServer } = (await import(pathToFileURL(path).href)) as Library;
const proxy = createProxyServer({ target });
proxy.on("error", (_error, _request, response) => {
  if (response instanceof Object && "destroy" in response) {
    (response as ServerResponse).destroy();
  }
});
createServer((request, response) => proxy.web(request, response)).listen(Number(port), "127.0.0.1");
