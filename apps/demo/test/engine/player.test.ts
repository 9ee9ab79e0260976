import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { StreamPlayer } from "../../src/engine/player.js";

const sample = fileURLToPath(new URL("../../../../samples/stream.sse", import.meta.url));
const transcript = readFileSync(sample, "utf8");

async function open(): Promise<StreamPlayer> {
  const player = new StreamPlayer();
  const { events, problem } = await player.open(transcript);
  expect(problem).toBeUndefined();
  expect(events).toHaveLength(52);
  return player;
}

describe("a transcript that is played", () => {
  it("is described event by event", async () => {
    const { events } = await new StreamPlayer().open(transcript);
    const summaries = events.map(({ summary }) => summary);
    expect(summaries[0]).toBe("step_sample_tools_live");
    expect(summaries[2]).toMatch(/^\d+ bytes$/);
    expect(summaries.slice(5, 8)).toEqual(["flour =", ' {\n    "rye":', " 120 *"]);
    expect(summaries.at(-1)).toBe("");
  });

  it("has the names of its events, also if only their payloads have them", async () => {
    const responses = new URL("../../../../samples/responses/stream.sse", import.meta.url);
    const text = readFileSync(fileURLToPath(responses), "utf8");
    const namesOf = async (each: string): Promise<string[]> => {
      const { events } = await new StreamPlayer().open(each);
      return events.map(({ name }) => name);
    };
    const names = await namesOf(text);
    expect(names[0]).toBe("response.created");
    expect(await namesOf(text.replace(/^event:.*\n/gm, ""))).toEqual(names);
  });

  it("shows objects by their JSON: what they are, and every text", async () => {
    const { steps } = (await open()).seek(51);
    expect(steps.map(({ id, status, usage }) => ({ id, status, usage }))).toEqual([
      {
        id: "step_sample_tools_live",
        status: "completed",
        usage: "prompt tokens 2214, completion tokens 186, total tokens 2400",
      },
      {
        id: "step_sample_answer",
        status: "completed",
        usage: "prompt tokens 2431, completion tokens 58, total tokens 2489",
      },
    ]);
    const parts = steps.flatMap((step) => step.parts);
    expect(parts.map(({ title, id }) => `${title} ${id}`)).toEqual([
      "file_search call_sample_search",
      "code_interpreter call_sample_code",
      "function call_sample_order",
      "message_creation ",
    ]);
    expect(parts[2]?.blocks.map(({ label }) => label)).toEqual(["name", "arguments", "output"]);
    expect(parts[2]?.blocks[2]?.text).toBe('{"order":"A-1057","accepted":true}');
  });

  it("shows what an event adds at the end of the text that it adds to", async () => {
    const player = await open();
    const texts = (event: number): string[] =>
      player
        .seek(event)
        .steps.flatMap(({ parts }) => parts.flatMap(({ blocks }) => blocks))
        .map(({ text }) => text);
    const [before, after] = [texts(10), texts(11)];
    expect(after).toHaveLength(before.length);
    const changed = after.filter((text, index) => text !== before[index]);
    expect(changed).toHaveLength(1);
    expect(before.filter((text) => text !== "" && changed[0]?.startsWith(text))).toHaveLength(1);
  });

  it("goes back to any event", async () => {
    const player = await open();
    const early = player.seek(5);
    player.seek(51);
    expect(player.seek(5)).toEqual(early);
    expect(player.seek(-1).steps).toEqual([]);
  });
});

describe("a stream of Chat Completions", () => {
  const chat = readFileSync(
    fileURLToPath(new URL("../../../../samples/chat/stream.sse", import.meta.url)),
    "utf8",
  );

  it("is recognized, and builds the completion", async () => {
    const player = new StreamPlayer();
    const { events, problem } = await player.open(chat);
    expect(problem).toBeUndefined();
    const sizes = events.map(({ eventBytes, binaryBytes }) => binaryBytes / eventBytes);
    expect(Math.max(...sizes.slice(0, -1))).toBeLessThan(0.6);
    const { steps } = player.seek(events.length - 1);
    expect(steps.map(({ id }) => id)).toEqual(["chatcmpl-sample-stream"]);
    const texts = steps[0]?.parts.flatMap(({ blocks }) => blocks).map(({ text }) => text) ?? [];
    expect(texts).toContain("assistant");
    // The text of the answer is joined from many chunks, which show what they add.
    const longest = texts.reduce((one, other) => (other.length > one.length ? other : one), "");
    const summaries = events.map(({ summary }) => summary);
    expect(
      summaries.filter((text) => text !== "" && longest.includes(text)).length,
    ).toBeGreaterThan(3);
  });
});
