import { once } from "node:events";
import { type ClientHttp2Session, connect, constants } from "node:http2";
import { describe, expect, it, onTestFinished } from "vitest";
import { startChain } from "./support/chain.js";

const PATH = "/stepwire.v1.RunStepService/ListRunSteps";

/** Begins a call and resets it at once, as an egress does whose client leaves. */
async function abort(session: ClientHttp2Session): Promise<void> {
  const stream = session.request({ ":method": "POST", ":path": PATH });
  stream.on("error", () => {});
  stream.close(constants.NGHTTP2_CANCEL);
  await once(stream, "close");
}

async function statusOf(session: ClientHttp2Session): Promise<unknown> {
  const stream = session.request({ ":path": "/healthz" });
  const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
  stream.resume();
  return headers[":status"];
}

describe("clients that leave at the first byte", () => {
  it("issue 11.8: do not end the connection of the others", async () => {
    const { ingress } = await startChain("http://127.0.0.1:9/v1");
    const session = connect(ingress.url);
    onTestFinished(() => session.destroy());
    let ended = false;
    session.on("goaway", () => {
      ended = true;
    });
    session.on("error", () => {});
    // Node's HTTP/2 bears 1,000 by default, and then 33 a second.
    for (let count = 0; count < 3000 && !ended; count += 100) {
      await Promise.all(Array.from({ length: 100 }, () => abort(session)));
    }
    expect(ended).toBe(false);
    expect(await statusOf(session)).toBe(200);
  });
});
