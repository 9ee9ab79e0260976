// Receives JSON and server-sent events of the OpenAI API, and passes them on in binary.
import { createServer } from "node:http";
import { createIngressHandler } from "@stepwire/handler";
import { toNodeListener } from "@stepwire/handler/node";

const ingress = createIngressHandler({
  upstream: "http://127.0.0.1:8080/v1",
  observer: {
    request: () => ({
      operation: ({ name, protocol }) => console.log(`${name} over ${protocol}`),
      end: ({ status }) => console.log(status),
    }),
  },
});

createServer(toNodeListener(ingress)).listen(8081, "127.0.0.1", () => {
  console.log("binary: http://127.0.0.1:8081");
});
