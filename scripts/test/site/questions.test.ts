/*
 * The ten questions that a newcomer has. Each is answered within two clicks from the start page:
 *
 *  1. What is it, and do I need it?
 *  2. How do I try it with my own documents, in five minutes?
 *  3. Does it cost less: bytes and time, with figures?
 *  4. Is anything lost, and what do the others lose?
 *  5. Why not just gzip, MessagePack, ProtoJSON or Avro?
 *  6. Can I keep my client and my server as they are?
 *  7. Does it work in my language, and where are its functions?
 *  8. What happens when OpenAI adds a member, an event or a tool?
 *  9. Can I use it for another vendor's API, or for tools and messages of my own?
 * 10. Is it safe with hostile input, and what are the bounds?
 */
import { describe, expect, test } from "vitest";
import { type BuiltPage, readBuiltPages, resolveLink } from "./support/built-site.ts";

/** A question, and where a reader finds the answer. */
interface Question {
  readonly question: string;
  /** The page with the answer. */
  readonly address: string;
  /** The heading above the answer; undefined if it is the beginning of the page. */
  readonly anchor?: string;
  /** Words of the answer, which follow the heading. */
  readonly answer: RegExp;
}

const questions: readonly Question[] = [
  {
    question: "1. What is it, and do I need it?",
    address: "/why/",
    anchor: "when-stepwire-is-the-wrong-choice",
    answer: /You only call the API and show the answer\. Use the SDK/u,
  },
  {
    question: "2. How do I try it with my own documents?",
    address: "/start/",
    anchor: "see-what-is-kept",
    answer: /npx stepwire roundtrip/u,
  },
  {
    question: "3. Does it cost less?",
    address: "/",
    anchor: "does-it-cost-less-1",
    answer: /stream format, zstd[\s\S]*geometric mean of all sets/u,
  },
  {
    question: "4. Is anything lost?",
    address: "/",
    anchor: "is-anything-lost-1",
    answer: /a number beyond a double[\s\S]*come back equal/u,
  },
  {
    question: "5. Why not gzip, MessagePack, ProtoJSON or Avro?",
    address: "/why/",
    anchor: "one-by-one",
    answer: /ProtoJSON[\s\S]*gzip and zstd[\s\S]*MessagePack and CBOR[\s\S]*Avro/u,
  },
  {
    question: "6. Can I keep my client and my server as they are?",
    address: "/gateway/",
    answer: /baseURL[\s\S]*nothing else changes/u,
  },
  {
    question: "7. Does it work in my language, and where are its functions?",
    address: "/languages/",
    answer: /Python[\s\S]*to_binary[\s\S]*ToBinary/u,
  },
  {
    question: "8. What happens when OpenAI adds a member, an event or a tool?",
    address: "/faq/",
    anchor: "what-happens-when-openai-adds-a-member-a-tool-or-an-event",
    answer: /It is kept when JSON is read/u,
  },
  {
    question: "9. Can I use it for another vendor's API, or for tools of my own?",
    address: "/tutorials/your-tool-type/",
    answer: /Your vendor.s server has a tool that OpenAI does not have/u,
  },
  {
    question: "10. Is it safe with hostile input, and what are the bounds?",
    address: "/security/",
    answer: /bytes[\s\S]*64 MiB/u,
  },
];

const pages = readBuiltPages();
const distances = distancesFrom("/");

describe("issue 19: what a newcomer asks", () => {
  test("are ten questions", () => {
    expect(questions).toHaveLength(10);
  });

  test.each(questions)("$question", ({ address, anchor, answer }) => {
    const page = pages.get(address);
    expect(page, `there is no page ${address}`).toBeDefined();
    expect(distances.get(address), `clicks from the start page to ${address}`).toBeLessThanOrEqual(
      2,
    );
    expect(textBelow(page, anchor)).toMatch(answer);
  });
});

/** Returns how many clicks each page is away. Only links in articles count, not the sidebar. */
function distancesFrom(start: string): ReadonlyMap<string, number> {
  const found = new Map([[start, 0]]);
  const queue = [start];
  for (const address of queue) {
    const clicks = (found.get(address) ?? 0) + 1;
    for (const link of pages.get(address)?.articleLinks ?? []) {
      const target = resolveLink(address, link)?.address;
      if (target !== undefined && pages.has(target) && !found.has(target)) {
        found.set(target, clicks);
        queue.push(target);
      }
    }
  }
  return found;
}

/** Returns the text below a heading, up to the next one of its level; or of the article. */
function textBelow(page: BuiltPage | undefined, anchor: string | undefined): string {
  const [, article = ""] = /<main\b[^>]*>([\s\S]*)<\/main>/u.exec(page?.html ?? "") ?? [];
  if (anchor === undefined) {
    return textOf(article);
  }
  const heading = new RegExp(`<h(\\d)[^>]*\\sid="${anchor}"[^>]*>`, "u").exec(article);
  const [all = "", level = "1"] = heading ?? [];
  const rest = article.slice((heading?.index ?? article.length) + all.length);
  return textOf(rest.split(new RegExp(`<h[1-${level}]\\b`, "u"))[0] ?? "");
}

function textOf(html: string): string {
  return html
    .replaceAll(/<[^>]*>/gu, " ")
    .replaceAll("&#39;", "'")
    .replaceAll(/\s+/gu, " ");
}
