import { toNodeListener } from "@stepwire/handler/node";
import Fastify from "fastify";
import { handler, hostname, port } from "./handler.ts";

const app = Fastify();
const listener = toNodeListener(handler);
app.get("/", () => "my own page");
app.route({
  method: ["GET", "POST", "PUT", "PATCH", "DELETE"],
  url: "/*",
  // A hook, because Fastify reads the body before it calls the handler of a route.
  onRequest: (request, reply) => {
    reply.hijack();
    listener(request.raw, reply.raw);
  },
  handler: () => undefined,
});
await app.listen({ host: hostname, port });
