import { RunStepService } from "@stepwire/core";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { createFetchHandler, createServiceServer, createSource } from "../src/fetch.js";
import { OpenAIHttpError } from "../src/index.js";
import { RestartableTimer } from "../src/internal.js";
import { Callers, isSameCaller } from "../src/streams/caller.js";
import { createWebTransport, ServiceClient } from "../src/web.js";
import { all, event, rpcs, start } from "./support/server.js";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Takes the modules of Node away, as in a runtime without them. */
function withoutNode(): void {
  vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
}

describe("issue 19: a runtime without the modules of Node", () => {
  it("identifies callers by the same hashes", async () => {
    const key = new Uint8Array(32).fill(7);
    const loaf = new Headers({ authorization: "Bearer loaf" });
    const expected = new Callers(key).of(loaf);
    expect(expected).not.toBeInstanceOf(Promise);
    withoutNode();
    const callers = new Callers(key);
    expect(callers.of(loaf)).toBeInstanceOf(Promise);
    const [same, other] = await Promise.all([
      callers.of(loaf),
      callers.of(new Headers({ authorization: "Bearer roll" })),
    ]);
    expect(Buffer.from(same)).toEqual(Buffer.from(await expected));
    expect(isSameCaller(same, await expected)).toBe(true);
    expect(isSameCaller(same, other)).toBe(false);
  });

  it("resumes a stream for its caller, and for no other", async () => {
    withoutNode();
    const server = createServiceServer(
      RunStepService,
      createSource(RunStepService, {
        streamRunEvents: async () =>
          await Promise.resolve({
            events: (async function* () {
              yield* await Promise.resolve([event(1), event(2), event(3)]);
            })(),
          }),
      }),
    );
    onTestFinished(() => server.close());
    const handler = createFetchHandler(server.handlers);
    const client = new ServiceClient(
      createWebTransport({
        baseUrl: "http://bakery.example",
        fetch: (input, init) => handler(new Request(input, init)),
      }),
    );
    const options = {
      keep: true,
      resumeWindow: 10_000,
      headers: [["authorization", "a"]],
    } as const;
    const { streamId } = await client.open(rpcs.streamRunEvents, { start }, options);
    const resume = (authorization: string): Promise<unknown[]> =>
      client
        .resume(
          rpcs.streamRunEvents,
          { streamId, after: 1 },
          { resumeWindow: 10_000, headers: [["authorization", authorization]] },
        )
        .then(all);
    const stolen = await resume("b").catch((error: unknown) => OpenAIHttpError.from(error).status);
    expect(stolen).toBe(404);
    expect(await resume("a")).toMatchObject([{ number: 2 }, { number: 3 }]);
  });
});

describe("issue 19: a timer that is restarted, in a runtime whose timers are numbers", () => {
  it("fires when its time has passed since the last restart", () => {
    let now = 0;
    let due: { readonly at: number; readonly run: () => void } | undefined;
    vi.spyOn(performance, "now").mockImplementation(() => now);
    vi.stubGlobal("setTimeout", (run: () => void, milliseconds: number) => {
      due = { at: now + milliseconds, run };
      return 1;
    });
    const clear = vi.fn();
    vi.stubGlobal("clearTimeout", clear);
    const passTo = (time: number): void => {
      while (due !== undefined && due.at <= time) {
        now = due.at;
        const { run } = due;
        due = undefined;
        run();
      }
      now = time;
    };
    const fired: number[] = [];
    const timer = new RestartableTimer(() => fired.push(now), 100);
    passTo(60);
    timer.restart();
    passTo(120);
    timer.restart();
    passTo(219);
    expect(fired).toEqual([]);
    passTo(500);
    expect(fired).toEqual([220]);
    timer.restart();
    passTo(599);
    expect(fired).toEqual([220]);
    passTo(600);
    expect(fired).toEqual([220, 600]);
    timer.restart();
    timer.stop();
    expect(clear).toHaveBeenCalledWith(1);
  });
});
