import { Agent } from "undici";
import { describe, expect, it, onTestFinished } from "vitest";
import { dispatch } from "../src/ingress/dispatch.js";
import { sendJson, startUpstream } from "./support/upstream.js";

describe("a request to the upstream that waits for a connection", () => {
  it("issue 11.18: ends with its signal, and is not sent later", async () => {
    let answer = (): void => {};
    const upstream = await startUpstream((_request, response) => {
      answer = () => sendJson(response, "{}");
    });
    const agent = new Agent({ connections: 1 });
    onTestFinished(() => agent.destroy());
    const ask = (path: string, signal: AbortSignal): Promise<{ status: number }> =>
      dispatch(agent, { origin: new URL(upstream.url).origin, path, method: "GET" }, signal);
    const first = ask("/first", new AbortController().signal);
    await expect.poll(() => upstream.seen.length).toBe(1);
    const left = new AbortController();
    const second = ask("/second", left.signal);
    left.abort(new Error("the client left"));
    await expect(second).rejects.toThrow("the client left");
    const third = ask("/third", new AbortController().signal);
    answer();
    expect((await first).status).toBe(200);
    await expect.poll(() => upstream.seen.length).toBe(2);
    answer();
    expect((await third).status).toBe(200);
    expect(upstream.seen.map(({ url }) => url)).toEqual(["/first", "/third"]);
  });

  it("is not sent when its signal was aborted before", async () => {
    const upstream = await startUpstream((_request, response) => sendJson(response, "{}"));
    const agent = new Agent();
    onTestFinished(() => agent.destroy());
    const { origin } = new URL(upstream.url);
    const asked = dispatch(agent, { origin, path: "/", method: "GET" }, AbortSignal.abort());
    await expect(asked).rejects.toThrow();
    expect(upstream.seen).toEqual([]);
  });
});
