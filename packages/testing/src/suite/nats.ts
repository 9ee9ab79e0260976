import { beforeAll, describe, test } from "vitest";
import { hasNatsServer, installNatsServer } from "../nats/nats-server.js";

const canStart = await hasNatsServer();

/** Maximum time to build the server in the first run, in milliseconds. */
const BUILD_TIMEOUT = 600_000;

/**
 * Defines a suite that starts NATS servers. Without Go, which builds the server, the suite is one
 * skipped test that says so; in CI it fails.
 */
export function describeWithNats(name: string, suite: () => void): void {
  if (canStart || process.env["CI"] === "true") {
    describe(name, () => {
      beforeAll(installNatsServer, BUILD_TIMEOUT);
      suite();
    });
    return;
  }
  const reason = "skipped: no Go to build nats-server";
  console.log(`${name}: ${reason}`);
  describe(name, () => {
    test.skip(reason, () => {});
  });
}
