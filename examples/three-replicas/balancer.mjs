// Passes each connection to the next port that accepts it. SIGHUP closes all connections, as a
// balancer does that is updated.
import { writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";

const [own, ...ports] = process.argv.slice(2).map(Number);
const connections = new Set();
let next = 0;

const pass = (client, attempts) => {
  const port = ports[next++ % ports.length];
  const replica = connect(port, "127.0.0.1");
  let isConnected = false;
  replica.on("connect", () => {
    isConnected = true;
    console.log("a connection to", port);
    client.pipe(replica).pipe(client);
  });
  replica.on("error", () => {});
  replica.on("close", () =>
    isConnected || attempts <= 1 ? client.destroy() : pass(client, attempts - 1),
  );
  client.on("close", () => replica.destroy());
};

createServer((client) => {
  connections.add(client);
  client.on("error", () => {});
  client.on("close", () => connections.delete(client));
  pass(client, ports.length);
}).listen(own, "127.0.0.1", () => console.log("the balancer is ready"));

process.on("SIGHUP", () => {
  for (const connection of connections) {
    connection.destroy();
  }
});
writeFileSync("balancer.pid", String(process.pid));
