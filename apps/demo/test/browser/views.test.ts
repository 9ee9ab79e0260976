import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fromBinary } from "@bufbuild/protobuf";
import { RunStepSchema } from "@stepwire/core";
import { compareJson } from "@stepwire/json";
import { stringifyOpenAI } from "@stepwire/openai-json";
import type { Download, Page } from "playwright-core";
import { expect, it } from "vitest";
import { describeInBrowser, enterText, pickSample } from "../support/page.js";

const sample = (name: string): Promise<string> =>
  readFile(fileURLToPath(new URL(`../../../../samples/${name}`, import.meta.url)), "utf8");

async function savedFile(download: Download): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "stepwire-demo-"));
  const file = join(folder, "saved");
  await download.saveAs(file);
  const saved = await readFile(file);
  await rm(folder, { recursive: true });
  return saved;
}

async function show(page: Page, name: string): Promise<void> {
  await page.getByRole("tab", { name, exact: true }).click();
}

describeInBrowser("sizes", (open) => {
  it("shows each form, and the floor", async () => {
    const page = await open();
    await show(page, "Sizes");
    const rows = page.locator(".bars tbody tr");
    await rows.first().waitFor();
    const sizes = Object.fromEntries(
      await Promise.all(
        (await rows.all()).map(async (row) => [
          await row.locator("th").textContent(),
          Number((await row.locator(".bar-bytes").textContent())?.replace(",", "")),
        ]),
      ),
    );
    expect(sizes).toMatchObject({ JSON: 1565, Binary: 702, "The strings alone": 520 });
    expect(sizes["Binary, gzip"]).toBeLessThan(sizes["JSON, gzip"]);
    expect(sizes["Binary, zstd"]).toBeLessThan(sizes["JSON, zstd"]);
    expect(sizes["JSON, zstd"]).toBeGreaterThan(500);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as a picture" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("all-tools-sizes.png");
    const picture = await savedFile(download);
    expect(picture.subarray(1, 4).toString()).toBe("PNG");
    // Width and height are at the start of the header.
    expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([1200, 630]);
    expect(picture.length).toBeGreaterThan(10_000);
  });
});

describeInBrowser("stream", (open) => {
  it("plays a transcript at the speed that is set", async () => {
    const page = await open();
    await show(page, "Stream");
    await page.getByLabel("events a second").fill("60");
    await page.getByRole("button", { name: "Play" }).click();
    await page.getByText("Event 52 of 52").waitFor();
    const [events, binary] = await page.locator(".counter-bytes").allTextContents();
    expect([events, binary]).toEqual(["15,754 bytes", "4,205 bytes"]);
    const steps = page.locator(".step");
    expect(await steps.count()).toBe(2);
    expect(await steps.first().textContent()).toContain('"accepted":true');
    expect(await page.locator(".event-log li").count()).toBe(52);
  });

  it("plays a sample at once, and puts it into the editor on request", async () => {
    const page = await open({ reducedMotion: "no-preference" });
    const before = await page.locator("textarea").inputValue();
    await show(page, "Stream");
    await page.locator(".event-log li").nth(2).waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    expect(await page.locator("textarea").inputValue()).toBe(before);
    expect(await page.locator(".mark-current").count()).toBe(0);
    await page.getByRole("button", { name: "Open the sample" }).click();
    await page.getByRole("button", { name: "Pause" }).waitFor();
    await page.locator(".mark-current").first().waitFor();
    expect(await page.getByText("This plays a sample").count()).toBe(0);
  });

  it("plays a stream of Chat Completions, too", async () => {
    const page = await open();
    await pickSample(page, "chat/stream.sse");
    await show(page, "Stream");
    await page.getByLabel("Event 0 of 13").fill("12");
    await page.locator(".step h3", { hasText: "chatcmpl-sample-stream" }).waitFor();
    expect(await page.locator(".verdict").textContent()).toContain("every value came back");
    const [sse = 0, binary = 0] = (await page.locator(".counter-bytes").allTextContents()).map(
      (text) => Number(text.replace(/[^0-9]/g, "")),
    );
    expect(binary / sse).toBeLessThan(0.4);
  });

  it("goes forth and back, and marks the event in the transcript", async () => {
    const page = await open();
    await pickSample(page, "stream.sse");
    await show(page, "Stream");
    const slider = page.getByLabel("Event 0 of 52");
    await slider.fill("10");
    await page.getByText("Event 11 of 52").waitFor();
    const grown = await page.locator(".step").textContent();
    expect(await page.locator(".editor-layer .mark-current").allTextContents()).not.toEqual([]);
    expect(await page.locator(".added").count()).toBe(0);
    await page.getByRole("button", { name: "Next event" }).click();
    await page.getByText("Event 12 of 52").waitFor();
    expect(await page.locator(".added").count()).toBe(1);
    await page.getByLabel("Event 12 of 52").fill("10");
    await page.getByText("Event 11 of 52").waitFor();
    expect(await page.locator(".step").textContent()).toBe(grown);
  });
});

describeInBrowser("use it", (open) => {
  it("gives the binary as a file, as hex and as base64", async () => {
    const page = await open({ permissions: ["clipboard-read", "clipboard-write"] });
    await pickSample(page, "message.json");
    await show(page, "Use it");
    await page.locator(".verdict", { hasText: "122 bytes" }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Save the binary" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("message.binpb");
    const saved = await savedFile(download);
    const json = stringifyOpenAI(RunStepSchema, fromBinary(RunStepSchema, saved));
    expect(compareJson(await sample("message.json"), json)).toEqual([]);
    const [text] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save the text" }).click(),
    ]);
    expect(text.suggestedFilename()).toBe("message.json");
    expect((await savedFile(text)).toString()).toBe(await sample("message.json"));
    const copied = async (button: string): Promise<string> => {
      const handle = await page.getByRole("button", { name: button }).elementHandle();
      await handle?.click();
      await expect.poll(() => handle?.textContent()).toContain("Copied");
      return page.evaluate(() => navigator.clipboard.readText());
    };
    expect(Buffer.from(await copied("Copy as hex"), "hex")).toEqual(saved);
    expect(Buffer.from(await copied("Copy as base64"), "base64")).toEqual(saved);
  });

  it("shows the code for what is on the screen", async () => {
    const page = await open();
    await show(page, "Use it");
    const code = page.getByRole("region", { name: "Code", exact: true });
    await expect.poll(() => code.textContent()).toContain("parseOpenAI(RunStepSchema, json)");
    await page.locator('input[value="archive"]').check({ force: true });
    await expect.poll(() => code.textContent()).toContain('{ mode: "archive" }');
    await pickSample(page, "stream.sse");
    await expect.poll(() => code.textContent()).toContain("decodeEvents");
    await show(page, "Command line");
    await expect.poll(() => code.textContent()).toContain("stepwire pack");
  });

  it("links to the document", async () => {
    const page = await open();
    await enterText(page, '{"object":"thread","id":"a","created_at":1}');
    await show(page, "Use it");
    const link = page.locator("a.link[href*='tab=use']");
    expect(await link.getAttribute("href")).toBe(page.url());
    expect(page.url()).toContain("document=");
  });
});
