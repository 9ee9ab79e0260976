import { describe, expect, test } from "vitest";
import { readSections } from "../../library/site/pages.ts";
import { blocksOf, complaintsAbout } from "./snippets/accounts.ts";
import { ledger } from "./snippets/ledger.ts";

const pages = readSections().flatMap((section) => section.pages);

describe("issue 19: the snippets of the site", () => {
  test("are each run by a test, or say why not", () => {
    const complaints = pages.flatMap(({ path, markdown }) =>
      complaintsAbout(path, blocksOf(markdown)),
    );
    expect(complaints).toEqual([]);
  });

  test("have no account of a page that does not exist", () => {
    const paths = pages.map(({ path }) => path);
    expect(Object.keys(ledger).filter((path) => !paths.includes(path))).toEqual([]);
  });

  test("a block without an account is a complaint, and one with a mark is not", () => {
    const block = "```sh\nrm -r /\n```\n";
    const check = (text: string): string[] => complaintsAbout("docs/new.md", blocksOf(text));
    expect(check(block)).toEqual(["docs/new.md: 1 blocks of sh, and an account of 0"]);
    expect(check(`<!-- illustration: never run this -->\n${block}`)).toEqual([]);
    expect(check(`<!-- run by scripts/test/no.test.ts -->\n${block}`)).toEqual([
      "docs/new.md:2: there is no test scripts/test/no.test.ts",
    ]);
    expect(complaintsAbout("docs/tutorials/new.md", blocksOf(block))).toEqual([
      "docs/tutorials/new.md: no test in scripts/test/tutorials names it",
    ]);
  });
});
