import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { handler, hostname, port } from "./handler.ts";

const app = new Hono();
app.get("/", ({ text }) => text("my own page"));
app.all("*", ({ req }) => handler.fetch(req.raw));
serve({ fetch: app.fetch, hostname, port });
