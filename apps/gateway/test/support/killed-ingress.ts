import { Random, type startGateway } from "@stepwire/testing";
import { expect } from "vitest";
import { createLog } from "../../src/log.js";
import { collectLog, createClient, startTestEgress } from "./chain.js";
import { eventsOf, receive, sampleStream } from "./collect.js";
import { startRelay } from "./relay.js";
import type { TestUpstream } from "./upstream.js";

/** The ingress that is killed, and the one that takes its place. */
export interface KilledIngress {
  readonly killed: Awaited<ReturnType<typeof startGateway>>;
  readonly other: { readonly url: string };
  readonly upstream: TestUpstream;
  /** Told how many events the client has received. */
  readonly reached?: (count: number) => void;
  /** Chooses the event after which the ingress is killed. */
  readonly seed: number;
}

/**
 * Kills an ingress while its stream is read, and expects that the client gets what was stored from
 * the other ingress, and then the error that names the loss of the upstream connection.
 */
export async function expectStoredPrefix(ingress: KilledIngress): Promise<void> {
  const { killed, other, upstream, reached, seed } = ingress;
  const all = eventsOf(sampleStream);
  const log = createLog("silent", "test", collectLog().destination);
  const relay = await startRelay(killed.url);
  const egress = await startTestEgress(relay.url, { log });
  const at = 5 + new Random(seed).below(all.length / 2);
  const received = await receive(createClient(egress.url), async (count) => {
    reached?.(count);
    if (count === at) {
      relay.target = other.url;
      killed.process.kill("SIGKILL");
      await killed.ended;
    }
  });
  expect(received.events).toEqual(all.slice(0, received.events.length));
  expect(received.events.length).toBeGreaterThanOrEqual(at);
  expect(received.error).toMatchObject({ name: "APIError", code: "upstream_lost" });
  expect(upstream.seen).toHaveLength(1);
}
