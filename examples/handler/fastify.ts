import { toNodeListener } from "@stepwire/handler/node";
import Fastify from "fastify";
import { handler, hostname, port } from "./handler.ts";

const app = Fastify();
const listener = toNodeListener(handler);
app.get("/", () => "my own page");
// A hook, because Fastify reads the body before it calls the handler of a route.
app.addHook("onRequest", (request, reply, next) => listener(request.raw, reply.raw, next));
await app.listen({ host: hostname, port });
