import { createEgressHandler, createIngressHandler } from "@stepwire/handler";

const { INGRESS = "http://127.0.0.1:8081", UPSTREAM } = process.env;
const { fetch } = UPSTREAM
  ? createIngressHandler({ upstream: UPSTREAM })
  : createEgressHandler({ ingress: INGRESS });

export { fetch as DELETE, fetch as GET, fetch as PATCH, fetch as POST, fetch as PUT };
