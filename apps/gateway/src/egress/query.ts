import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Header, OpenAIHttpError } from "@stepwire/connect";
import { type ListRunStepsRequestSchema, SortOrder } from "@stepwire/core";

/**
 * The parameters of a query, in order.
 *
 * @throws {OpenAIHttpError} if they are not UTF-8: with U+FFFD in their place they would
 * be other ones.
 */
export function queryOf(url: string): Header[] {
  const start = url.indexOf("?");
  if (start === -1) {
    return [];
  }
  const query = url.slice(start + 1);
  try {
    // A percent sign that begins no escape stands for itself.
    decodeURIComponent(query.replaceAll(/%(?![0-9a-f]{2})/gi, "%25"));
  } catch {
    throw OpenAIHttpError.create(400, {
      message: "The query of the request is not UTF-8.",
      code: "invalid_utf8",
    });
  }
  return [...new URLSearchParams(query)];
}

/** The parameters that ask for further parts, and the others. */
export function splitInclude(query: readonly Header[]): { include: string[]; other: Header[] } {
  const isInclude = ([name]: Header): boolean => name === "include[]";
  return {
    include: query.filter(isInclude).map(([, value]) => value),
    other: query.filter((parameter) => !isInclude(parameter)),
  };
}

/** Parameters as the service has them. */
export function toParameters(query: readonly Header[]): { name: string; value: string }[] {
  return query.map(([name, value]) => ({ name, value }));
}

type PageFields = Pick<
  MessageInitShape<typeof ListRunStepsRequestSchema>,
  "limit" | "order" | "after" | "before" | "include" | "otherParameters"
>;

const orders: Readonly<Record<string, SortOrder>> = {
  asc: SortOrder.ASC,
  desc: SortOrder.DESC,
};

/**
 * Which page a query asks for. What the fields cannot hold, or holds twice, goes on as it
 * is: it is up to the server behind to refuse it.
 */
export function pageOf(query: readonly Header[]): PageFields {
  const { include, other } = splitInclude(query);
  const fields: Record<string, unknown> = {};
  const rest: Header[] = [];
  for (const parameter of other) {
    const [name, value] = parameter;
    const field = name in fields ? undefined : fieldValue(name, value);
    if (field === undefined) {
      rest.push(parameter);
    } else {
      fields[name] = field;
    }
  }
  return { ...(fields as PageFields), include, otherParameters: toParameters(rest) };
}

function fieldValue(name: string, value: string): string | number | undefined {
  switch (name) {
    case "limit":
      return /^(0|[1-9]\d{0,8})$/.test(value) ? Number(value) : undefined;
    case "order":
      return Object.hasOwn(orders, value) ? orders[value] : undefined;
    case "after":
    case "before":
      return value;
    default:
      return undefined;
  }
}
