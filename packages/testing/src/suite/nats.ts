import { beforeAll, describe, test } from "vitest";
import { installNatsServer, isNatsServerBuilt } from "../nats/nats-server.js";

/** Maximum time to build the server in the first run, in milliseconds. */
const BUILD_TIMEOUT = 600_000;

/** Building the server takes a minute, so the tests run only on request, or where it is built. */
const isRequested = process.env["NATS_TESTS"] === "1";

/**
 * Defines a suite that starts NATS servers. Without `NATS_TESTS=1` and without a server that was
 * built before, the suite is one skipped test that says so. With `NATS_TESTS=1`, it builds the
 * server, and fails if that needs a missing Go.
 */
export function describeWithNats(name: string, suite: () => void): void {
  if (isRequested || isNatsServerBuilt()) {
    describe(name, () => {
      beforeAll(installNatsServer, BUILD_TIMEOUT);
      suite();
    });
    return;
  }
  const reason = "skipped: set NATS_TESTS=1 to build nats-server with Go";
  console.log(`${name}: ${reason}`);
  describe(name, () => {
    test.skip(reason, () => {});
  });
}
