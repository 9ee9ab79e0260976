import { existsSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { root } from "../command.ts";
import { anchorsOf, mapProse } from "./markdown.ts";
import type { Page } from "./pages.ts";
import { repository } from "./project.ts";

/** What links are rewritten with. */
export interface Targets {
  /** The pages by their paths. */
  readonly pages: ReadonlyMap<string, Page>;
  /** The path of the site on its host, which begins and ends with a slash. */
  readonly base: string;
  /** Gets links that lead nowhere, with their page; by default they are errors. */
  readonly onDead?: (description: string) => void;
}

const ownAddress = new RegExp(`^${repository}/(?:blob|tree)/main/`, "u");

/**
 * Rewrites the links of a page: to the page of the site if there is one, else to the file on the
 * web. Pictures of `docs/images` come from the site.
 *
 * @throws {Error} if a file, or an anchor in a page, does not exist, unless `onDead` gets it.
 */
export function rewriteLinks(page: Page, body: string, targets: Targets): string {
  return mapProse(body, (prose) =>
    prose
      .replaceAll(/\]\(([^)\s]+)\)/gu, (_, link: string) => `](${resolve(page, link, targets)})`)
      .replaceAll(
        /\b(src|srcset|href)="([^"]+)"/gu,
        (_, name: string, link: string) => `${name}="${resolve(page, link, targets)}"`,
      )
      .replaceAll(
        /^(\[[^\]]+\]: )(\S+)/gmu,
        (_, start: string, link: string) => `${start}${resolve(page, link, targets)}`,
      ),
  );
}

/** Returns where a link of a page leads on the site. */
export function resolve(page: Page, link: string, targets: Targets): string {
  if (link.startsWith("/")) {
    return `${targets.base}${link.slice(1)}`;
  }
  const isOwn = ownAddress.test(link);
  if (!isOwn && /^[a-z]+:/u.test(link)) {
    return link;
  }
  const [path = "", anchor] = link.replace(ownAddress, "").split("#");
  const folder = isOwn ? "" : posix.dirname(page.path);
  const file = path === "" && !isOwn ? page.path : posix.join(folder, path);
  const target = file.replace(/\/$/u, "");
  const hash = anchor === undefined ? "" : `#${anchor}`;
  const found = findPage(target, targets);
  if (found !== undefined) {
    if (anchor !== undefined && !anchorsOf(found.markdown).has(anchor)) {
      report(targets, `${page.path}: ${link}: ${found.path} has no such heading`);
    }
    return `${targets.base}${found.slug}/${hash}`;
  }
  return `${addressOf(target, targets) ?? dead(page, link, targets)}${hash}`;
}

function findPage(target: string, { pages }: Targets): Page | undefined {
  return pages.get(target) ?? pages.get(`${target}/README.md`);
}

/** Returns the address of a file that is no page; undefined if there is no such file. */
function addressOf(target: string, { base }: Targets): string | undefined {
  if (["", ".", "README.md"].includes(target)) {
    return base;
  }
  if (!existsSync(join(root, target))) {
    return undefined;
  }
  if (target.startsWith("docs/images/")) {
    return `${base}${target.slice("docs/".length)}`;
  }
  const kind = statSync(join(root, target)).isDirectory() ? "tree" : "blob";
  return `${repository}/${kind}/main/${target}`;
}

function dead(page: Page, link: string, targets: Targets): string {
  report(targets, `${page.path}: ${link}: there is no such file`);
  return link;
}

function report({ onDead }: Targets, description: string): void {
  if (onDead === undefined) {
    throw new Error(description);
  }
  onDead(description);
}
