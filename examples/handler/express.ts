import { toNodeListener } from "@stepwire/handler/node";
import express from "express";
import { handler, hostname, port } from "./handler.ts";

const app = express();
app.get("/", (_, response) => response.send("my own page"));
// Before express.json() and the like, which would read the bodies of requests.
app.use(toNodeListener(handler));
app.listen(port, hostname);
