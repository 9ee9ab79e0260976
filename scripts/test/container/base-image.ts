import { execFileSync, spawnSync } from "node:child_process";
import { resolve4 } from "node:dns/promises";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../library/command.ts";
import type { Podman } from "./podman.ts";

/** npm of the image that this makes. */
// renovate: datasource=npm depName=npm
const NPM_VERSION = "11.19.1";

/** The release of Debian in the names of the images. */
const RELEASE = "bookworm";

const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

/**
 * Gets the image that a Dockerfile begins with. Where the registry cannot be reached, makes one of the
 * same name with the same programs: a minimal Debian, and the Node of this workspace, both from their
 * own registries. It trusts the certificates that this machine trusts.
 *
 * @param name such as `docker.io/library/node:24.21.0-bookworm-slim`.
 * @returns how the image was made.
 */
export async function provideBaseImage(podman: Podman, name: string): Promise<string> {
  if (await canReachRegistry(name)) {
    await podman.run("pull", "--quiet", name);
    return `${name} is from the registry`;
  }
  const archive = makeArchive(name);
  const trust = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "npm_config_cafile"];
  await podman.run(
    "import",
    ...trust.flatMap((variable) => ["--change", `ENV ${variable}=${CERTIFICATES}`]),
    ...["--change", "CMD node"],
    archive,
    name,
  );
  return `${name} was made from packages of Debian and npm: no registry of images can be reached`;
}

/** Returns whether the registry that an image is from can be reached. */
export async function canReachRegistry(name: string): Promise<boolean> {
  const host = name.startsWith("docker.io/") ? "registry-1.docker.io" : (name.split("/")[0] ?? "");
  try {
    await resolve4(host);
    return true;
  } catch {
    return false;
  }
}

/** Returns the path of an archive with the files of the image. It is kept for later runs. */
function makeArchive(name: string): string {
  const folder = join(root, "node_modules/.cache/stepwire/images");
  const archive = join(folder, `${name.replaceAll(/[^\w.-]/g, "_")}-npm-${NPM_VERSION}.tar`);
  if (!existsSync(archive)) {
    mkdirSync(folder, { recursive: true });
    const work = mkdtempSync(join(tmpdir(), "stepwire-image-"));
    try {
      const files = join(work, "files");
      runTool("debootstrap", "--variant=minbase", "--include=ca-certificates", RELEASE, files);
      copyFileSync(CERTIFICATES, join(files, CERTIFICATES));
      addNode(files, work);
      runTool("chroot", files, "useradd", "--uid", "1000", "--create-home", "node");
      runTool("tar", "-C", files, "-cf", `${archive}.part`, ".");
      renameSync(`${archive}.part`, archive);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  return archive;
}

/** Installs Node and npm as the official images have them. */
function addNode(files: string, work: string): void {
  const bin = join(files, "usr/local/bin");
  const modules = join(files, "usr/local/lib/node_modules");
  mkdirSync(modules, { recursive: true });
  copyFileSync(process.execPath, join(bin, "node"));
  execFileSync("npm", ["pack", "--silent", `npm@${NPM_VERSION}`], { cwd: work });
  runTool("tar", "-C", work, "-xzf", join(work, `npm-${NPM_VERSION}.tgz`));
  renameSync(join(work, "package"), join(modules, "npm"));
  for (const program of ["npm", "npx"]) {
    symlinkSync(`../lib/node_modules/npm/bin/${program}-cli.js`, join(bin, program));
  }
}

function runTool(program: string, ...parameters: readonly string[]): void {
  const { error, status, stdout, stderr } = spawnSync(program, parameters, { encoding: "utf8" });
  if (error !== undefined || status !== 0) {
    throw new Error(`${program} failed: ${error ?? (stderr.slice(-2000) || stdout.slice(-2000))}`);
  }
}
