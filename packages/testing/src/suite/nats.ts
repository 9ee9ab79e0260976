import { beforeAll, describe } from "vitest";
import { installNatsServer } from "../nats/nats-server.js";

/** Maximum time to build the server in the first run, in milliseconds. */
const BUILD_TIMEOUT = 600_000;

/** Defines a suite that starts NATS servers. Builds the server first; fails if Go is missing. */
export function describeWithNats(name: string, suite: () => void): void {
  describe(name, () => {
    beforeAll(installNatsServer, BUILD_TIMEOUT);
    suite();
  });
}
