import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { describeInBrowser, enterText, pickSample } from "../support/page.js";

const step = (more: string): string => `{
  "id": "step_1",
  "object": "thread.run.step",
  "created_at": 1788300000,
  "run_id": "run_1",
  "assistant_id": null,
  "thread_id": "thread_1",
  "type": "message_creation",
  "status": "completed",
  ${more}"step_details": {"type": "message_creation", "message_creation": {"message_id": "msg_1"}}
}`;

/** The bytes that light up, as they are shown. */
function linkedBytes(page: Page): Promise<string[]> {
  return page.locator(".byte.linked").allTextContents();
}

/** The text that lights up in the editor. */
async function linkedText(page: Page): Promise<string> {
  return (await page.locator(".editor-layer .mark-linked").allTextContents()).join("");
}

describeInBrowser("round trip", (open) => {
  it("converts what is typed at once, and says how it ended", async () => {
    const page = await open();
    await enterText(page, step(""));
    const verdict = page.locator(".verdict");
    expect(await verdict.getAttribute("role")).toBe("status");
    expect(await verdict.textContent()).toMatch(/Equal.*run step.*→ \d+ bytes \(\d+ %\)/s);
  });

  it("lights up the bytes of a value, and says what they are", async () => {
    const page = await open();
    await pickSample(page, "message.json");
    await page.locator(".editor .row", { hasText: '"run_id"' }).waitFor();
    await hoverText(page, "run_sample_1");
    await expect
      .poll(() => linkedBytes(page))
      .toEqual(["1a", "0c", ..."run_sample_1".split("").map((c) => c.charCodeAt(0).toString(16))]);
    expect(await page.locator(".inspector").textContent()).toMatch(
      /run_id.*"run_sample_1".*1a = field 3, LEN.*string.*\/run_id/s,
    );
  });

  it("lights up the value of a byte", async () => {
    const page = await open();
    await pickSample(page, "message.json");
    await page.locator('.byte[aria-label$=" of status"]').last().hover();
    await expect.poll(() => linkedText(page)).toBe('"status": "completed"');
    await page.locator('.byte[aria-label$="length of step_details.message_creation"]').hover();
    await expect.poll(() => linkedText(page)).toContain('"message_creation": {');
    expect(await page.locator(".inspector").textContent()).toContain(
      "step_details.message_creation",
    );
  });

  it("says of a constant that it takes no bytes, and of a tag which byte it is", async () => {
    const page = await open();
    await pickSample(page, "message.json");
    await hoverText(page, "thread.run.step");
    await expect.poll(() => page.locator(".inspector").textContent()).toContain("takes no bytes");
    await hoverText(page, "message_creation", 1);
    await expect.poll(() => linkedBytes(page)).toEqual(["0a"]);
  });

  it("is walked through with the keys", async () => {
    const page = await open();
    await pickSample(page, "message.json");
    await page.locator(".byte").first().focus();
    for (const key of ["ArrowDown", "ArrowRight", "End", "Home"]) {
      await page.keyboard.press(key);
    }
    await page.locator('.byte:focus[data-offset="16"][aria-label$="value of id"]').waitFor();
    await page.keyboard.press("Alt+ArrowRight");
    await page.locator('.byte:focus[aria-label$="tag of created_at"]').waitFor();
    await expect.poll(() => linkedText(page)).toBe('"created_at": 1788300000');
    await page.keyboard.press("Control+End");
    await page.locator('.byte:focus[data-offset="121"]').waitFor();
    expect(await page.locator('.byte[tabindex="0"]').count()).toBe(1);
  });

  it("shows where the caret is in the bytes", async () => {
    const page = await open();
    await pickSample(page, "message.json");
    const textarea = page.locator("textarea");
    await textarea.evaluate((element) => {
      const offset = element instanceof HTMLTextAreaElement ? element.value.indexOf("412") : 0;
      element instanceof HTMLTextAreaElement && element.setSelectionRange(offset, offset);
    });
    await textarea.focus();
    await expect.poll(() => linkedBytes(page)).toEqual(["08", "9c", "03"]);
  });

  it("shows what comes back, and how its spelling differs", async () => {
    const page = await open();
    await enterText(page, step('"completed_at": 1.0e9, '));
    const panel = page.locator("#detail-panel");
    await expect
      .poll(() => panel.locator(".row.removed").allTextContents())
      .toContain('  "completed_at": 1.0e9,\n');
    expect((await panel.locator(".row.added").allTextContents()).join("")).toContain("1000000000");
    await panel.getByLabel("Show the differences").uncheck();
    expect(await panel.locator(".row.added").count()).toBe(0);
  });

  it("lists the residue by pointer, and links it to its bytes", async () => {
    const page = await open();
    await pickSample(page, "foreign-tool.json");
    await page.getByRole("tab", { name: "Residue 4" }).click();
    const entries = page.locator("#detail-panel .entries li");
    expect(await entries.allTextContents()).toContainEqual(
      expect.stringContaining("/step_details/tool_calls/0/kitchen_scale"),
    );
    await entries.filter({ hasText: "/trace_id" }).hover();
    await expect.poll(() => linkedText(page)).toContain('"trace_id"');
    await expect.poll(() => page.locator(".byte.linked.residue").count()).toBeGreaterThan(16);
    expect(await page.locator(".inspector").textContent()).toContain("residue");
  });

  it("shows the violations of each mode, with their place in the text", async () => {
    const page = await open();
    await pickSample(page, "foreign-tool.json");
    await page.locator('input[value="strict"]').check({ force: true });
    await page.locator(".verdict.refused").waitFor();
    expect(await page.locator(".verdict").textContent()).toContain("strict finds 4 violations");
    const modes = page.locator("#detail-panel .mode");
    await expect
      .poll(() => modes.allTextContents())
      .toEqual([
        expect.stringMatching(/^strict4 violations/),
        expect.stringMatching(/^preserveaccepts/),
        expect.stringMatching(/^archiveaccepts/),
      ]);
    expect(await page.locator(".mark-violation").allTextContents()).toEqual([
      '"paused"',
      '"kitchen_scale"',
      '"kitchen_scale"',
      '"trace_id"',
    ]);
  });

  it("marks bad JSON at its line, lists it once, and leads to it", async () => {
    const page = await open();
    await enterText(page, '{\n  "id": "step_1",\n  oops\n}', "refused");
    await expect.poll(() => page.locator(".mark-violation").allTextContents()).toEqual(["o"]);
    expect(await page.locator(".gutter .bad").allTextContents()).toEqual(["3"]);
    const verdict = page.locator(".verdict");
    expect(await verdict.textContent()).toContain("Not JSONline 3, column 3");
    const entries = page.locator(".violations li");
    expect(await entries.count()).toBe(1);
    expect(await entries.textContent()).toContain("refused by every mode");
    await entries.getByRole("button", { name: "line 3, column 3" }).click();
    const selected = await page.locator("textarea:focus").evaluate((element) => {
      const { selectionStart, selectionEnd } = element as HTMLTextAreaElement;
      return [selectionStart, selectionEnd];
    });
    expect(selected).toEqual([22, 23]);
  });

  it("shows no difference where only white space differs", async () => {
    const page = await open();
    const panel = page.locator("#detail-panel");
    await pickSample(page, "deltas.jsonl");
    const spaced = (await page.locator("textarea").inputValue()).replaceAll('","', '", "');
    await enterText(page, spaced);
    await expect.poll(() => panel.textContent()).toContain("Equal except for white space.");
    expect(await panel.locator(".row.added, .row.removed").count()).toBe(0);
  });

  it("names the document by what is shown", async () => {
    const page = await open();
    const selected = page.locator(".toolbar select").first().locator("option:checked");
    const before = await page.locator("textarea").inputValue();
    expect(await selected.textContent()).toBe("All kinds of tools");
    await enterText(page, before.replace("step_sample_tools", "step_other"));
    await expect.poll(() => selected.textContent()).toBe("Yours: run-step.json");
    await enterText(
      page,
      '{"object":"thread","id":"thread_1","created_at":1,"metadata":{},"tool_resources":{}}',
    );
    await expect.poll(() => selected.textContent()).toBe("Yours: thread.json");
    await page.getByRole("tab", { name: "Use it" }).click();
    const save = page.getByRole("link", { name: "Save the binary" });
    expect(await save.getAttribute("download")).toBe("thread.binpb");
    await enterText(page, before);
    await expect.poll(() => selected.textContent()).toBe("All kinds of tools");
    await expect.poll(() => save.getAttribute("download")).toBe("all-tools.binpb");
  });

  it("says what residue is, and links to the project", async () => {
    const page = await open();
    await page.getByRole("tab", { name: /^Residue/ }).click();
    expect(await page.locator("#detail-panel").textContent()).toContain("Residue is what a");
    const links = page.getByRole("navigation", { name: "Project" }).getByRole("link");
    expect(await links.evaluateAll((all) => all.map((link) => link.getAttribute("href")))).toEqual([
      "https://github.com/stepwire/stepwire/tree/main/docs",
      "https://github.com/stepwire/stepwire",
    ]);
  });

  it("reads JSON Lines and transcripts", async () => {
    const page = await open();
    await pickSample(page, "deltas.jsonl");
    await page.locator(".verdict", { hasText: "4 documents" }).waitFor();
    await pickSample(page, "stream.sse");
    await page.locator(".verdict", { hasText: "52 events" }).waitFor();
    await page.locator('.byte[aria-label$="value of run_step_created.id"]').first().hover();
    await expect.poll(() => linkedText(page)).toBe('"id":"step_sample_tools_live"');
  });
});

/** Moves the pointer over a text in the editor. */
async function hoverText(page: Page, text: string, occurrence = 0): Promise<void> {
  const place = page.locator(".editor-layer .row span", { hasText: text }).nth(occurrence);
  const box = await place.boundingBox();
  if (box === null) {
    throw new Error(`${text} is not on the screen`);
  }
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
}
