import { type Header, OpenAIHttpError } from "@stepwire/connect/web";

/**
 * Returns the parameters of a query, in order.
 *
 * @throws {OpenAIHttpError} if they are not UTF-8. Replacing bytes by U+FFFD would change them.
 */
export function queryOf(url: string): Header[] {
  const start = url.indexOf("?");
  if (start === -1) {
    return [];
  }
  const query = url.slice(start + 1);
  try {
    // A percent sign that does not begin an escape is a literal one.
    decodeURIComponent(query.replaceAll(/%(?![0-9a-f]{2})/gi, "%25"));
  } catch {
    throw OpenAIHttpError.create(400, {
      message: "The query of the request is not UTF-8.",
      code: "invalid_utf8",
    });
  }
  return [...new URLSearchParams(query)];
}
