import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** Maximum time for a command, such as the build of an image, in milliseconds. */
const TIMEOUT = 1_800_000;
const MAX_OUTPUT = 2 ** 26;

export const isRoot: boolean = process.getuid?.() === 0;

const environment = isRoot ? { STORAGE_DRIVER: "overlay" } : {};

/** Limits of containers. Hard limits of the caller may be lower than the defaults. */
export const ULIMITS: readonly string[] = ["nofile=4096:4096", "nproc=1000:1000"];

/**
 * Runs podman, which needs no daemon. Root has a storage of its own for each test, so that nothing is
 * left behind.
 */
export class Podman {
  readonly #folder = mkdtempSync(join(tmpdir(), "stepwire-podman-"));

  constructor() {
    mkdirSync(join(this.#folder, "networks"));
  }

  /** Runs a command. Returns what it printed. @throws if it fails. */
  async run(...parameters: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)("podman", [...this.#common(), ...parameters], {
      timeout: TIMEOUT,
      maxBuffer: MAX_OUTPUT,
      env: { ...process.env, ...environment },
    });
    return stdout.trim();
  }

  /** Runs a command that may fail. Returns its exit code. */
  async exitCode(...parameters: readonly string[]): Promise<number> {
    try {
      await this.run(...parameters);
      return 0;
    } catch (error) {
      return Number((error as { readonly code?: unknown }).code);
    }
  }

  /**
   * Runs podman-compose in this storage.
   *
   * @param variables for the environment of the file.
   * @throws if it fails.
   */
  async compose(
    file: string,
    variables: Readonly<Record<string, string>>,
    ...parameters: readonly string[]
  ): Promise<void> {
    // It calls podman, which has no other way to get parameters for all commands.
    const program = join(this.#folder, "podman");
    writeFileSync(program, `#!/bin/sh\nexec podman ${this.#common().join(" ")} "$@"\n`, {
      mode: 0o755,
    });
    const config = join(this.#folder, "containers.conf");
    writeFileSync(config, `[containers]\ndefault_ulimits = ${JSON.stringify(ULIMITS)}\n`);
    const command = ["--podman-path", program, "--file", file, ...parameters];
    await promisify(execFile)("podman-compose", command, {
      timeout: TIMEOUT,
      maxBuffer: MAX_OUTPUT,
      env: { ...process.env, ...environment, ...variables, CONTAINERS_CONF: config },
    });
  }

  /** Ends all containers of this storage, and removes them and their images. */
  async close(): Promise<void> {
    if (isRoot) {
      await this.run("rm", "--all", "--force", "--time", "0");
      await this.run("rmi", "--all", "--force");
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #common(): string[] {
    const own = [
      ...["--root", join(this.#folder, "root"), "--runroot", join(this.#folder, "run")],
      ...["--network-config-dir", join(this.#folder, "networks")],
    ];
    return [
      ...(isRoot ? [...own, "--cgroup-manager", "cgroupfs"] : []),
      ...["--events-backend", "none", "--log-level", "error"],
      ...(isCgroupV2 ? [] : ["--runtime", "runc"]),
    ];
  }
}

/** The default runtime needs version 2, and nothing of version 1 beside it. */
const isCgroupV2 = existsSync("/sys/fs/cgroup/cgroup.controllers");

const PACKAGES = ["podman", "podman-compose", "runc", "debootstrap"];

/** Names of containers in their network, for versions of podman that do not have them themselves. */
const NAMES = "golang-github-containernetworking-plugin-dnsname";

/**
 * Installs podman if it is missing, as root on Debian and its relatives.
 *
 * @throws if podman is missing and cannot be installed.
 */
export function installPodman(): void {
  const has = (program: string): boolean => spawnSync(program, ["--version"]).error === undefined;
  if (has("podman") && has("podman-compose") && (isCgroupV2 || has("runc"))) {
    return;
  }
  if (isRoot && has("apt-get")) {
    spawnSync("apt-get", ["update", "--quiet"]);
    const packages = spawnSync("apt-cache", ["show", NAMES]).status === 0 ? [NAMES] : [];
    const install = ["install", "--yes", "--no-install-recommends", ...PACKAGES, ...packages];
    const { status, stderr } = spawnSync("apt-get", install, { encoding: "utf8" });
    if (status === 0) {
      return;
    }
    throw new Error(`podman cannot be installed: ${stderr}`);
  }
  throw new Error(`podman is missing: install ${PACKAGES.join(", ")}`);
}
