import { handler, hostname, port } from "./handler.ts";

Deno.serve({ hostname, port }, (request) =>
  new URL(request.url).pathname === "/" ? new Response("my own page") : handler.fetch(request),
);
