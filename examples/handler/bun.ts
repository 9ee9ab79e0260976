import { handler, hostname, port } from "./handler.ts";

Bun.serve({
  hostname,
  port,
  // Without it, Bun cuts a stream in which nothing comes for ten seconds.
  idleTimeout: 0,
  routes: { "/": new Response("my own page") },
  fetch: (request) => handler.fetch(request),
});
