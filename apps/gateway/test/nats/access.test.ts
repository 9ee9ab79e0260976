import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { nkeys } from "@nats-io/transport-node";
import { createFolder, describeWithNats, startNatsServer } from "@stepwire/testing";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { run } from "../../src/run.js";
import { type JetStreamOptions, JetStreamStore } from "../../src/store/jetstream-store.js";
import { collectLog } from "../support/chain.js";

/** Creates a certificate for localhost that is its own authority, for servers and clients. */
async function createCertificate(): Promise<{ cert: string; key: string }> {
  const folder = mkdtempSync(join(tmpdir(), "stepwire-certificate-"));
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const extensions = ["subjectAltName=DNS:localhost", "extendedKeyUsage=serverAuth,clientAuth"];
  await promisify(execFile)("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
    ...["-subj", "/CN=localhost", ...extensions.flatMap((each) => ["-addext", each])],
    ...["-keyout", key, "-out", cert],
  ]);
  return { cert, key };
}

/** Starts a server with these parameters until the end of the test. */
async function startServer(parameters: readonly string[]): Promise<string> {
  const nats = await startNatsServer({ parameters });
  onTestFinished(() => nats.close());
  // The client compares names with the certificate, not addresses.
  return nats.url.replace("127.0.0.1", "localhost");
}

/** Writes a stream to a store and reads its head. */
async function useStore(options: Partial<JetStreamOptions>): Promise<Uint8Array | undefined> {
  const limits = { maxAge: 60_000, maxBytes: 2 ** 20, replicas: 1, timeout: 500 };
  const store = await JetStreamStore.open({ servers: [], ...limits, ...options });
  try {
    const id = randomUUID();
    await store.create(id, new Uint8Array([7]));
    return (await store.open(id))?.head;
  } finally {
    await store.close();
  }
}

/** Starts the command, which ends at once. */
async function runIngress(parameters: readonly string[]): Promise<{ code: number; text: string }> {
  const { destination: stderr, text } = collectLog();
  const code = await run(["ingress", "--port", "0", ...parameters], {
    stdout: collectLog().destination,
    stderr,
    directory: ".",
    signal: AbortSignal.abort(),
  });
  return { code, text: text() };
}

describeWithNats("the connection to a NATS server", () => {
  let cert = "";
  let key = "";
  beforeAll(async () => {
    ({ cert, key } = await createCertificate());
  });
  afterAll(() => rmSync(dirname(cert), { recursive: true, force: true }));

  it("is secured by TLS, to a server that is trusted", async () => {
    const url = await startServer(["--tls", "--tlscert", cert, "--tlskey", key]);
    const ca = readFileSync(cert, "utf8");
    expect(await useStore({ servers: [url], tls: { ca } })).toEqual(new Uint8Array([7]));
    await expect(useStore({ servers: [url] })).rejects.toThrow(/self-signed|certificate/i);
    const secure = url.replace("nats:", "tls:");
    expect(await runIngress(["--store", secure, "--store-ca", cert])).toEqual({
      code: 0,
      text: "",
    });
    const untrusted = await runIngress(["--store", secure]);
    expect([untrusted.code, untrusted.text]).toEqual([2, expect.stringMatching(/cannot be used/)]);
  });

  it("is refused if TLS is required, and the server has none", async () => {
    const url = await startServer([]);
    const { code } = await runIngress(["--store", url.replace("nats:", "tls:")]);
    expect(code).toBe(2);
  });

  it("has a certificate of its own", async () => {
    const verify = ["--tlsverify", "--tlscacert", cert, "--tlscert", cert, "--tlskey", key];
    const url = await startServer(verify);
    const own = ["--store-ca", cert, "--store-certificate", cert, "--store-key", key];
    expect(await runIngress(["--store", url, ...own])).toEqual({ code: 0, text: "" });
    expect((await runIngress(["--store", url, "--store-ca", cert])).code).toBe(2);
  }, 30_000);

  it("has credentials", async () => {
    const user = nkeys.createUser();
    const folder = createFolder();
    const config = join(folder, "nats.conf");
    writeFileSync(config, `authorization { users = [ { nkey: ${user.getPublicKey()} } ] }`);
    const url = await startServer(["-c", config]);
    // The server knows the key, so the token is not used.
    const seed = new TextDecoder().decode(user.getSeed());
    const credentials = join(folder, "user.creds");
    writeFileSync(
      credentials,
      `-----BEGIN NATS USER JWT-----\ne30.e30.e30\n------END NATS USER JWT------\n
-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`,
    );
    const given = ["--store", url, "--store-credentials"];
    expect(await runIngress([...given, credentials])).toEqual({ code: 0, text: "" });
    const refused = await runIngress(["--store", url]);
    expect([refused.code, refused.text]).toEqual([2, expect.stringMatching(/cannot be used/)]);
    const missing = await runIngress([...given, join(folder, "missing.creds")]);
    expect(missing.text).toMatch(/--store-credentials .*: cannot be read \(ENOENT\)/);
  });
});
