import { gzipSync } from "node:zlib";
import { compareJson } from "@stepwire/json";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { binaryOf, sampleText } from "../support/binary.js";
import { describeInBrowser, enterText } from "../support/page.js";

/** The values of the selects that say what was taken. */
function taken(page: Page): Promise<string[]> {
  return page.locator(".reading-choices select option:checked").allTextContents();
}

function choose(page: Page, name: string, buffer: Buffer): Promise<void> {
  const file = { name, mimeType: "application/octet-stream", buffer };
  return page.getByLabel("Open a file").setInputFiles(file);
}

async function paste(page: Page, text: string): Promise<void> {
  await page.locator("textarea").evaluate((element, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", pasted);
    const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    element.dispatchEvent(event);
  }, text);
}

describeInBrowser("bytes", (open) => {
  it("are read from pasted hex and base64, and from a file", async () => {
    const page = await open();
    const text = sampleText("message.json");
    const bytes = await binaryOf(text);
    const readers = [
      ["from hex", () => paste(page, bytes.toString("hex"))],
      ["from base64", () => paste(page, bytes.toString("base64url"))],
      ["after gzip", () => choose(page, "message.binpb.gz", gzipSync(bytes))],
    ] as const;
    for (const [words, read] of readers) {
      await page.locator("textarea").selectText();
      await read();
      const note = page.locator(".reading .note", { hasText: `122 bytes ${words}` });
      await note.waitFor();
      const statement = await note.textContent();
      expect(statement).toMatch(/122 bytes.*The JSON becomes the same bytes again/);
      expect(await taken(page)).toEqual(["One message (detected)", "run step (detected)"]);
      expect(compareJson(text, await page.locator("textarea").inputValue())).toEqual([]);
      await page.locator(".verdict", { hasText: "122 bytes" }).waitFor();
    }
    const selected = page.locator(".toolbar select option:checked");
    expect(await selected.textContent()).toBe("Yours: message.json");
    await page.getByLabel("Type", { exact: true }).selectOption("run");
    await page.locator(".verdict", { hasText: "Not read" }).waitFor();
    expect(await page.locator(".verdict").textContent()).toContain("Choose another type");
    expect(await page.locator(".gutter .bad").count()).toBe(0);
    await page.getByLabel("Taken as").selectOption("text");
    await page.locator(".verdict", { hasText: "Not JSON" }).waitFor();
  });

  it("that are typed are read on request", async () => {
    const page = await open();
    const bytes = await binaryOf(sampleText("message.json"));
    await enterText(page, bytes.toString("base64"), "refused");
    await page.getByText("This looks like bytes in base64.").waitFor();
    await page.getByRole("button", { name: "Read it as bytes" }).click();
    await page.locator(".verdict.equal", { hasText: "122 bytes" }).waitFor();
    await page.getByLabel("Taken as").selectOption("text");
    await page.locator(".verdict.refused").waitFor();
    expect(await page.locator("textarea").inputValue()).toBe(bytes.toString("base64"));
  });

  it("of an archive are shown as a whole, or one document of it", async () => {
    const page = await open();
    const bytes = await binaryOf(sampleText("deltas.jsonl"));
    await choose(page, "deltas.archive", bytes);
    const picker = page.getByLabel("Document of the archive");
    await picker.waitFor();
    await page.locator(".verdict.equal", { hasText: "4 documents" }).waitFor();
    expect(await taken(page)).toEqual([
      "Archive (detected)",
      "any document (detected)",
      "All 4 documents",
    ]);
    await picker.selectOption("2");
    await page.locator(".verdict.equal", { hasText: "document with a run step delta" }).waitFor();
    const third = sampleText("deltas.jsonl").split("\n")[2] ?? "";
    expect(compareJson(third, await page.locator("textarea").inputValue())).toEqual([]);
    await page.getByRole("tab", { name: "Use it" }).click();
    const save = page.getByRole("link", { name: "Save the binary" });
    await expect.poll(() => save.getAttribute("download")).toBe("deltas-3.binpb");
  });

  it("that are nothing say what to do, and text can be taken as another type", async () => {
    const page = await open();
    await choose(page, "noise.bin", Buffer.from([0xff, 0xff, 0xff, 1, 2, 3]));
    await page.locator(".verdict", { hasText: "choose what they are" }).waitFor();
    await page.getByRole("tab", { name: /^Violations/ }).click();
    await page.getByText("There is nothing to check: the bytes could not be read").waitFor();
    await page.locator("textarea").fill("x");
    await page.locator("textarea").fill("");
    await page.locator(".verdict", { hasText: "No document" }).waitFor();
    expect(await page.locator(".gutter .bad").count()).toBe(0);
    await enterText(page, '{"id":"a","object":"thread","created_at":1}');
    await page.locator(".reading", { hasText: "thread (detected)" }).waitFor();
    await page.getByLabel("Type", { exact: true }).selectOption("run-step");
    await page.locator(".verdict.refused").waitFor();
    await page.getByLabel("Type", { exact: true }).selectOption("");
    await page.locator(".verdict.equal").waitFor();
    await page.getByLabel("Taken as").selectOption("events");
    await page.locator(".verdict", { hasText: "no event" }).waitFor();
  });
});
