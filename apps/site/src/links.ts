import { existsSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { anchorsOf, mapProse } from "./markdown.ts";
import type { Page } from "./pages.ts";
import { repository, root } from "./project.ts";

/** What links are rewritten with. */
export interface Targets {
  /** The pages by their paths. */
  readonly pages: ReadonlyMap<string, Page>;
  /** The path of the site on its host, which begins and ends with a slash. */
  readonly base: string;
}

/** A link that leads nowhere. */
export class DeadLinkError extends Error {
  override readonly name = "DeadLinkError";
}

const ownAddress = new RegExp(`^${repository}/(?:blob|tree)/main/`, "u");

/**
 * Rewrites the links of a page: to the page of the site if there is one, else to the file on the
 * web. Pictures of `docs/images` come from the site.
 *
 * @throws {DeadLinkError} if a file, or an anchor in a page, does not exist.
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
export function resolve(page: Page, link: string, { pages, base }: Targets): string {
  const isOwn = ownAddress.test(link);
  if (!isOwn && /^(?:[a-z]+:|\/)/u.test(link)) {
    return link;
  }
  const [path = "", anchor] = link.replace(ownAddress, "").split("#");
  const file = isOwn ? path : path === "" ? page.path : posix.join(posix.dirname(page.path), path);
  const target = file.replace(/\/$/u, "");
  if (target.startsWith("docs/images/") && existsSync(join(root, target))) {
    return `${base}${target.slice("docs/".length)}`;
  }
  const readme = target === "" || target === "." ? "README.md" : `${target}/README.md`;
  const found = pages.get(target) ?? pages.get(readme);
  const hash = anchor === undefined ? "" : `#${anchor}`;
  if (found !== undefined) {
    if (anchor !== undefined && !anchorsOf(found.markdown).has(anchor)) {
      throw new DeadLinkError(`${page.path}: ${link}: ${found.path} has no such heading`);
    }
    return `${found.slug === "" ? base : `${base}${found.slug}/`}${hash}`;
  }
  if (target === "README.md" || target === "." || target === "") {
    return `${base}${hash}`;
  }
  if (!existsSync(join(root, target))) {
    throw new DeadLinkError(`${page.path}: ${link}: there is no such file`);
  }
  const kind = statSync(join(root, target)).isDirectory() ? "tree" : "blob";
  return `${repository}/${kind}/main/${target}${hash}`;
}
