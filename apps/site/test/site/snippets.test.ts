import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createRegistry } from "@bufbuild/protobuf";
import { getMessageMapping, readDescriptorSet } from "@stepwire/mapping";
import { buildProtos } from "@stepwire/testing";
import { describe, expect, test } from "vitest";
import { runSnippet } from "../../../../scripts/library/demo-output.ts";
import { root } from "../../src/project.ts";
import { blocksOf } from "../snippets/accounts.ts";
import { programs } from "../snippets/programs.ts";
import { fileHeader, pieces } from "../snippets/schemas.ts";

const timeout = 120_000;

/** Returns the content of a block of a page. */
function blockOf(page: string, languages: readonly string[], index: number): string {
  const markdown = readFileSync(join(root, page), "utf8");
  const block = blocksOf(markdown).filter(({ language }) => languages.includes(language))[index];
  if (block === undefined) {
    throw new Error(`${page} has no block ${index} of ${languages.join(" or ")}`);
  }
  return block.content;
}

/** A package whose folder has all others among its dependencies. */
const host = join(root, "packages/fuzz");

describe("issue 19: snippets that no other test runs", { timeout }, () => {
  test.each(programs)("TypeScript: $page, block $index", async (program) => {
    const { page, index, before, after = "", prints } = program;
    const block = blockOf(page, ["ts"], index);
    expect(await runSnippet(`${before}\n${block}\n${after}\n`, host)).toMatch(prints);
  });

  test.each(pieces)("schema: $page, block $index", ({ page, index, complete }) => {
    const block = blockOf(page, ["proto", "protobuf"], index);
    const text = `${fileHeader}\n${complete(block)}`;
    const files = readDescriptorSet(buildProtos({ "snippet/v1/snippet.proto": text }));
    const own = files.find(({ name }) => name === "snippet/v1/snippet");
    const registry = createRegistry(...files);
    const mapped = (own?.messages ?? []).filter(({ name }) => !/Request$|Response$/u.test(name));
    expect(mapped.length).toBeGreaterThan(0);
    for (const { typeName } of mapped) {
      const schema = registry.getMessage(typeName);
      expect(schema && getMessageMapping(schema).schemaName).toBeTruthy();
    }
  });
});
