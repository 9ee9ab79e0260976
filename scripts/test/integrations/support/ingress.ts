import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { root } from "../../../library/command.ts";

/** An ingress in front of an upstream. */
export interface RunningIngress {
  readonly url: string;
  /** Returns the operations of the requests that were answered since the last call, sorted. */
  take(): string[];
  close(): void;
}

/** Starts the gateway's ingress, from source, on a free port. */
export async function startIngress(upstream: string): Promise<RunningIngress> {
  const child: ChildProcess = spawn(
    process.execPath,
    ["scripts/gateway.ts", "ingress", "--upstream", upstream, "--port", "0"],
    { cwd: root, stdio: ["ignore", "pipe", "inherit"] },
  );
  let operations: string[] = [];
  const url = new Promise<string>((resolve, reject) => {
    if (child.stdout === null) {
      throw new TypeError("the output is a pipe");
    }
    createInterface({ input: child.stdout }).on("line", (line) => {
      const entry = JSON.parse(line) as Readonly<Record<string, unknown>>;
      if (entry["msg"] === "listening") {
        resolve(String(entry["url"]));
      } else if (entry["msg"] === "answered") {
        operations.push(String(entry["operation"]));
      }
    });
    void once(child, "exit").then(() => reject(new Error("the ingress did not start")));
  });
  return {
    url: await url,
    take: () => {
      const taken = operations.sort();
      operations = [];
      return taken;
    },
    close: () => child.kill("SIGKILL"),
  };
}
