import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../library/command.ts";
import { changelogFile } from "../library/readme.ts";
import {
  type Changeset,
  formatChangelog,
  notesOf,
  parseChangeset,
  readChangesets,
  release,
  withUnreleased,
} from "../library/release/changelog.ts";
import { readWorkspace } from "../library/workspace.ts";

const text =
  '---\n"@stepwire/core": patch\n"@stepwire/cli": minor\n---\n\nA title.\n\n- A detail.\n';
const changeset: Changeset = {
  file: "a.md",
  packages: ["@stepwire/core", "@stepwire/cli"],
  bump: "minor",
  summary: "A title.\n\n- A detail.",
};

it("issue 16: reads a changeset", () => {
  expect(parseChangeset("a.md", text)).toEqual(changeset);
});

it.each([
  "A title.",
  "---\n---\n\nA title.",
  '---\n"a": large\n---\n\nA title.',
  '---\n"a": minor\n---\n\n',
])("issue 16: refuses what is no changeset: %j", (wrong) => {
  expect(() => parseChangeset("a.md", wrong)).toThrow("a.md: expected the packages");
});

it("issue 16: an entry has its title, its packages and its details, by kind of change", () => {
  const mended: Changeset = { ...changeset, bump: "patch", summary: "A fault." };
  expect(formatChangelog([mended, changeset])).toBe(
    "### New\n\n- **A title.** `@stepwire/core`, `@stepwire/cli`\n  - A detail.\n\n" +
      "### Mended\n\n- A fault. `@stepwire/core`, `@stepwire/cli`",
  );
});

it("issue 16: a release takes what is unreleased, and keeps what was released", () => {
  const before = "# Changelog\n\nText.\n\n## 0.1.0 (2026-01-01)\n\n- Old.\n";
  const pending = withUnreleased(before, [changeset]);
  expect(withUnreleased(pending, [changeset])).toBe(pending);
  expect(withUnreleased(pending, [])).toBe(before);
  const released = release(pending, "0.2.0", "2026-02-02");
  expect(released.match(/^## .*/gm)).toEqual(["## 0.2.0 (2026-02-02)", "## 0.1.0 (2026-01-01)"]);
  expect(notesOf(released, "0.2.0")).toContain("**A title.**");
  expect(notesOf(released, "0.1.0")).toBe("- Old.");
  expect(() => release(released, "0.3.0", "2026-03-03")).toThrow("nothing to release");
});

it("issue 16: all published packages have one version, and no other package counts", () => {
  const config: unknown = JSON.parse(readFileSync(join(root, ".changeset/config.json"), "utf8"));
  const hidden = readWorkspace(root)
    .filter(({ manifest }) => manifest.private === true)
    .map(({ manifest }) => manifest.name.replace("@stepwire/", ""));
  // A private package in the group would keep its version, and raise that of the others.
  expect(config).toHaveProperty("fixed", [
    ["@stepwire/*", `!@stepwire/{${hidden.sort().join(",")}}`],
  ]);
});

it("issue 16: CHANGELOG.md has the pending changesets (write it with `pnpm readme`)", () => {
  const changelog = readFileSync(changelogFile, "utf8");
  expect(withUnreleased(changelog, readChangesets(root))).toBe(changelog);
});
