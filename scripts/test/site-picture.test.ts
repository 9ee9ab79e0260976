import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../library/command.ts";

test("issue 19: the picture of the architecture is the same in light and dark", () => {
  const read = (name: string): string =>
    readFileSync(join(root, "docs/images", name), "utf8").replaceAll(/#[0-9a-f]{6}/gu, "#colour");
  expect(read("architecture-dark.svg")).toBe(read("architecture.svg"));
});
