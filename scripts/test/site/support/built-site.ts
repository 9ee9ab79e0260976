import { globSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { generator } from "../../../library/site/project.ts";

/** The folder with the built site. */
export const dist: string = join(generator, "dist");

/** A page as it was built. */
export interface BuiltPage {
  /** Its address on the site, such as "/start/". */
  readonly address: string;
  readonly html: string;
  readonly ids: ReadonlySet<string>;
  /** The targets of its links, as they are written. */
  readonly links: readonly string[];
  /** The links of the article alone, without header and sidebar. */
  readonly articleLinks: readonly string[];
}

/** Reads all pages of the site, by their addresses. */
export function readBuiltPages(): ReadonlyMap<string, BuiltPage> {
  const files = globSync("**/*.html", { cwd: dist }).map((path) => path.replaceAll("\\", "/"));
  return new Map(
    files.map((path) => {
      const page = readPage(`/${path}`);
      return [page.address, page] as const;
    }),
  );
}

function readPage(path: string): BuiltPage {
  const html = readFileSync(join(dist, path), "utf8").replaceAll(
    /<(script|style)\b[\s\S]*?<\/\1>|<!--[\s\S]*?-->/gu,
    "",
  );
  const [, article = html] = /<main\b[^>]*>([\s\S]*)<\/main>/u.exec(html) ?? [];
  return {
    address: path.replace(/index\.html$/u, ""),
    html,
    ids: new Set(attributes(html, "id|name")),
    links: attributes(html, "href|src"),
    articleLinks: attributes(article, "href"),
  };
}

function attributes(html: string, names: string): string[] {
  const pattern = new RegExp(`\\s(?:${names})=(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, "gu");
  return [...html.matchAll(pattern)].map(([, ...values]) =>
    decode(values.find((value) => value !== undefined) ?? ""),
  );
}

function decode(text: string): string {
  return text
    .replaceAll("&amp;", "&")
    .replaceAll("&#x27;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"');
}

/** Where a link leads on the site: the address of a page or file, and an anchor. */
export interface Target {
  readonly address: string;
  readonly anchor: string | undefined;
}

/** Resolves a link of a page. Returns undefined if it leaves the site. */
export function resolveLink(page: string, link: string): Target | undefined {
  if (/^(?:[a-z][a-z+.-]*:|\/\/)/iu.test(link)) {
    return undefined;
  }
  const [path = "", anchor] = link.split("#");
  const [name = ""] = path.split("?");
  const joined = name.startsWith("/") ? name : posix.join(page.replace(/[^/]*$/u, ""), name);
  const address = name === "" ? page : decodeURIComponent(joined).replace(/index\.html$/u, "");
  return { address, anchor: anchor === undefined ? undefined : decodeURIComponent(anchor) };
}
