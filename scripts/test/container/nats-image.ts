import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installNatsServer } from "../../../packages/testing/src/nats/nats-server.ts";
import { canReachRegistry } from "./base-image.ts";
import type { Podman } from "./podman.ts";

/**
 * Gets the image of the NATS server. Where the registry cannot be reached, builds one of the same name
 * from the server that other tests use: like the official image, it has nothing else.
 */
export async function provideNatsImage(podman: Podman, name: string): Promise<void> {
  if (await canReachRegistry(name)) {
    await podman.run("pull", "--quiet", name);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "stepwire-nats-image-"));
  try {
    copyFileSync(await installNatsServer(), join(folder, "nats-server"));
    writeFileSync(
      join(folder, "Dockerfile"),
      'FROM scratch\nCOPY nats-server /\nENTRYPOINT ["/nats-server"]\n',
    );
    await podman.run("build", "--isolation", "chroot", "--tag", name, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
