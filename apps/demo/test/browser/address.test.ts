import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { binaryOf, sampleText } from "../support/binary.js";
import { describeInBrowser, enterText, pickSample } from "../support/page.js";

const thread = (id: string): string => `{"id":"${id}","object":"thread","created_at":1}`;

/** Waits until the address carries the document that is shown. */
async function carried(page: Page, change: () => Promise<unknown>): Promise<string> {
  const before = page.url();
  await change();
  await expect.poll(() => page.url()).not.toBe(before);
  return page.url();
}

const textOf = (page: Page): Promise<string> => page.locator("textarea").inputValue();

const selectedTab = (page: Page): Promise<string | null> =>
  page.getByRole("tablist", { name: "Views" }).locator('[aria-selected="true"]').textContent();

describeInBrowser("the address", (open) => {
  it("carries document, mode and tab through a reload, back and forward", async () => {
    const page = await open();
    await expect.poll(() => page.url()).toContain("document=");
    const first = await textOf(page);
    await carried(page, () => pickSample(page, "message.json"));
    const second = await textOf(page);
    await carried(page, () => enterText(page, thread("步")));
    await carried(page, () => page.getByRole("tab", { name: "Sizes" }).click());
    await page.reload();
    await page.locator(".bars").waitFor();
    expect(await textOf(page)).toBe(thread("步"));
    expect(await selectedTab(page)).toBe("Sizes");
    const steps = [
      [() => page.goBack(), thread("步")],
      [() => page.goBack(), second],
      [() => page.goBack(), first],
      [() => page.goForward(), second],
    ] as const;
    for (const [step, text] of steps) {
      await step();
      await expect.poll(() => selectedTab(page)).toBe("Round trip");
      await expect.poll(() => textOf(page)).toBe(text);
    }
    const selected = page.locator(".toolbar select option:checked");
    expect(await selected.textContent()).toBe("Message creation");
    const address = await carried(page, () =>
      page.locator('input[value="archive"]').check({ force: true }),
    );
    const other = await open({ fragment: new URL(address).hash });
    expect(await other.locator('input[value="archive"]').isChecked()).toBe(true);
    expect(await textOf(other)).toBe(second);
  });

  it("carries bytes with what they were taken for", async () => {
    const page = await open();
    await carried(page, async () => {
      await page.getByLabel("Open a file").setInputFiles({
        name: "deltas.archive",
        mimeType: "application/octet-stream",
        buffer: await binaryOf(sampleText("deltas.jsonl")),
      });
    });
    await carried(page, () => page.getByLabel("Document of the archive").selectOption("1"));
    const text = await textOf(page);
    await page.reload();
    await page.locator(".verdict.equal").waitFor();
    expect(await textOf(page)).toBe(text);
    expect(await page.getByLabel("Document of the archive").inputValue()).toBe("1");
    const selected = page.locator(".toolbar select option:checked");
    expect(await selected.textContent()).toBe("Yours: deltas-2.json");
  });

  it("says when it cannot carry the document, and when it is damaged", async () => {
    const page = await open();
    let noise = "";
    for (let value = 1; noise.length < 120_000; value = (value * 48271) % 2147483647) {
      noise += value.toString(36);
    }
    await carried(page, () => enterText(page, thread(noise)));
    await page.getByText("Too long for the address").waitFor();
    expect(page.url().length).toBeLessThan(200);
    await page.reload();
    await page.getByText("too long for the address. Open it again").waitFor();
    const damaged = await open({ fragment: "#document=AAAA" });
    await damaged.getByText("damaged or cut off").waitFor();
    await pickSample(damaged, "message.json");
    expect(await damaged.locator(".notice").count()).toBe(0);
  });
});
