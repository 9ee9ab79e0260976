import { env } from "cloudflare:workers";
import { createEgressHandler, createIngressHandler } from "@stepwire/handler";

const { INGRESS, UPSTREAM } = env;
const handler = UPSTREAM
  ? createIngressHandler({ upstream: UPSTREAM })
  : createEgressHandler({ ingress: INGRESS });

export default {
  fetch: (request: Request): Response | Promise<Response> =>
    new URL(request.url).pathname === "/" ? new Response("my own page") : handler.fetch(request),
};
