import { createEgressHandler, createIngressHandler } from "@stepwire/handler";

const { INGRESS = "http://127.0.0.1:8081", UPSTREAM } = process.env;

/** With UPSTREAM, an ingress in front of that server; else an egress, which asks INGRESS. */
export const handler =
  UPSTREAM === undefined
    ? createEgressHandler({ ingress: INGRESS })
    : createIngressHandler({ upstream: UPSTREAM });

/** Where the server listens. */
export const hostname = "127.0.0.1";
export const port = Number(process.env.PORT ?? 8080);
