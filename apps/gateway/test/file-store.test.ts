import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createFolder, printedSeed, startGateway } from "@stepwire/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { createLog } from "../src/log.js";
import { FileStore, type FileStoreOptions } from "../src/store/file-store.js";
import { collectLog, createUpstreamSource, startTestIngress } from "./support/chain.js";
import { sampleStream } from "./support/collect.js";
import { expectStoredPrefix } from "./support/killed-ingress.js";
import { PacedStream } from "./support/paced-stream.js";
import { startUpstream } from "./support/upstream.js";

const seed = printedSeed();
const log = createLog("silent", "test", collectLog().destination);

/** Opens a store, for the time of a test. */
async function openStore(
  directory: string,
  options: Partial<FileStoreOptions> = {},
): Promise<FileStore> {
  const store = await FileStore.open({ directory, maxAge: 60_000, maxBytes: 2 ** 26, ...options });
  onTestFinished(() => store.close());
  return store;
}

const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);

async function blocksOf(
  store: FileStore,
  id: string,
  after = 0,
): Promise<{ blocks: number[][]; error: unknown }> {
  const blocks: number[][] = [];
  const reader = await store.open(id);
  try {
    for await (const block of reader?.blocks(AbortSignal.timeout(10_000), after) ?? []) {
      blocks.push([...block]);
    }
    return { blocks, error: undefined };
  } catch (error) {
    return { blocks, error };
  }
}

/** Leaves sockets behind as a process that is killed does. */
async function leaveSockets(paths: readonly string[]): Promise<void> {
  const script = `const { createServer } = await import("node:net");
    const listen = (path) => new Promise((resolve) => createServer().listen(path, resolve));
    await Promise.all(process.argv.slice(1).map(listen));
    console.log("ready");`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script, ...paths]);
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "close");
}

describe("streams in files", () => {
  it("survive kill -9 of their ingress: all that it stored, then an error", async () => {
    const stream = new PacedStream(sampleStream.split(/(?<=\n\n)/));
    const upstream = await startUpstream((_request, response) => stream.send(response));
    const folder = createFolder();
    const parameters = ["ingress", "--port", "0", "--upstream", upstream.url];
    const a = await startGateway([...parameters, "--store", `file:${folder}`]);
    const { source, close } = createUpstreamSource(upstream.url);
    const store = await openStore(folder);
    const b = await startTestIngress(source, { log, onClose: close, store });
    const reached = stream.reached.bind(stream);
    await expectStoredPrefix({ killed: a, other: b, upstream, reached, seed });
    // A client that lost the error's connection can come back for it, until the stream expires.
    expect(readdirSync(folder)).toHaveLength(1);
  }, 60_000);

  it("have one writer, an owner, and only identifiers that the store gave", async () => {
    const folder = createFolder();
    const store = await openStore(folder);
    const other = await openStore(folder);
    const id = randomUUID();
    const writer = await store.create(id, bytes(7));
    await expect(other.create(id, bytes(7))).rejects.toMatchObject({ code: "EEXIST" });
    await writer.append(bytes(1, 2), 1);
    await writer.append(bytes(), 3);
    expect((await other.open(id))?.head).toEqual(Buffer.from([7]));
    for (const strange of ["..", `../${id}`, `${id}.stream`, "", randomUUID()]) {
      expect(await other.open(strange)).toBeUndefined();
    }
    const [name = ""] = readdirSync(folder);
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    // The process does not know the stream, as after a failure of its store.
    expect(await blocksOf(other, id)).toMatchObject({
      blocks: [[1, 2], []],
      error: { name: "StreamLostError", isProducerGone: false },
    });
    await writer.remove();
    expect(await other.open(id)).toBeUndefined();
    await expect(writer.append(bytes(3), 3)).rejects.toMatchObject({ code: "ENOENT" });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("are followed while they are written, and ended for the reader", async () => {
    const folder = createFolder();
    const store = await openStore(folder);
    const ended: string[] = [];
    let stored = true;
    store.serve({ onRead: () => (stored ? "stored" : "not stored"), end: (id) => ended.push(id) });
    const id = randomUUID();
    const writer = await store.create(id, bytes(7));
    const other = await openStore(folder);
    const reading = blocksOf(other, id);
    for (let number = 1; number <= 5; number++) {
      await writer.append(bytes(number), number);
      await delay(20);
    }
    stored = false;
    expect((await reading).blocks).toEqual([[1], [2], [3], [4], [5]]);
    await (await other.open(id))?.remove();
    expect(ended).toEqual([id]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("are read from the block that has the next event", async () => {
    const folder = createFolder();
    const store = await openStore(folder);
    const id = randomUUID();
    const writer = await store.create(id, bytes(7));
    // Some blocks are larger than what is read at once, or end at its edge.
    const sizes = Array.from({ length: 40 }, (_, index) => [3, 0, 65_520, 100_000][index % 4] ?? 0);
    for (const [index, size] of sizes.entries()) {
      await writer.append(new Uint8Array(size).fill(index), 1 + 3 * index);
    }
    for (const after of [0, 1, 2, 3, 4, 50, 116, 117, 118, 500]) {
      const { blocks } = await blocksOf(store, id, after);
      const begin = Math.min(sizes.length - 1, Math.floor(after / 3));
      expect(blocks.map(({ length }) => length)).toEqual(sizes.slice(begin));
      expect(blocks.every((block, index) => block.every((each) => each === begin + index))).toBe(
        true,
      );
    }
  });

  it("with a record that was cut off: what is before it", async () => {
    const folder = createFolder();
    const store = await openStore(folder);
    const id = randomUUID();
    const writer = await store.create(id, bytes(7));
    await writer.append(bytes(1), 1);
    const path = join(folder, `${id}.stream`);
    const whole = readFileSync(path);
    for (const torn of [[0], [0, 0, 0], [0, 0, 0, 2, 0, 0, 0], [0, 0, 0, 2, 0, 0, 0, 2, 9]]) {
      appendFileSync(path, bytes(...torn));
      const { blocks, error } = await blocksOf(store, id);
      expect(blocks).toEqual([[1]]);
      expect(error).toMatchObject({ name: "StreamLostError" });
      writeFileSync(path, whole);
    }
    appendFileSync(path, bytes(255, 255, 255, 255, 0, 0, 0, 2));
    for (const after of [0, 1]) {
      expect((await blocksOf(store, id, after)).error).toMatchObject({
        message: "a stored stream is damaged",
      });
    }
  });

  it("of a process that is gone: at once, even if its socket remains", async () => {
    const folder = createFolder();
    const socket = join(folder, "s.sock");
    await leaveSockets([socket]);
    expect(readdirSync(folder)).toEqual(["s.sock"]);
    const store = await openStore(folder);
    const id = randomUUID();
    await (await store.create(id, bytes(7))).append(bytes(1), 1);
    const path = join(folder, `${id}.stream`);
    const own = readFileSync(path);
    const before = own.readUInt32BE();
    const prefix = Buffer.alloc(8);
    prefix.writeUInt32BE(socket.length);
    writeFileSync(path, Buffer.concat([prefix, Buffer.from(socket), own.subarray(8 + before)]));
    expect(await blocksOf(store, id)).toMatchObject({
      blocks: [[1]],
      error: { name: "StreamLostError", isProducerGone: true },
    });
  });

  it("leave no sockets for long: the next process removes those of killed ones", async () => {
    const [dead = "", young = "", living = ""] = Array.from({ length: 3 }, () =>
      join(tmpdir(), `stepwire-${randomUUID()}.sock`),
    );
    onTestFinished(() => rmSync(young, { force: true }));
    await leaveSockets([dead, young]);
    const server = createServer().listen(living);
    await once(server, "listening");
    onTestFinished(() => {
      server.close();
    });
    const past = new Date(Date.now() - 120_000);
    utimesSync(dead, past, past);
    utimesSync(living, past, past);
    await openStore(createFolder());
    expect([dead, young, living].map((path) => existsSync(path))).toEqual([false, true, true]);
  });

  it("expire, and have a limit for all of them", async () => {
    const folder = createFolder();
    const store = await openStore(folder, { maxAge: 400, maxBytes: 1000 });
    const [old, young] = [randomUUID(), randomUUID()];
    await store.create(old, bytes(7));
    const writer = await store.create(young, bytes(7));
    await writer.append(new Uint8Array(500), 1);
    await expect(writer.append(new Uint8Array(500), 1)).rejects.toThrow("full");
    const past = new Date(Date.now() - 1000);
    utimesSync(join(folder, `${old}.stream`), past, past);
    utimesSync(join(folder, `${young}.stream`), new Date(), new Date(Date.now() + 60_000));
    await expect.poll(() => store.open(old)).toBeUndefined();
    expect(await store.open(young)).toBeDefined();
  });
});
