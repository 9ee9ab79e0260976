/**
 * Returns whether a text matches a pattern, in which `*` is any text. This takes time for the text
 * once, whereas a regular expression tries all ways to share the text among many `*`.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  const [first = "", ...others] = pattern.split("*");
  const last = others.pop();
  if (last === undefined) {
    return text === first;
  }
  if (!text.startsWith(first)) {
    return false;
  }
  let offset = first.length;
  for (const part of others) {
    const found = text.indexOf(part, offset);
    if (found === -1) {
      return false;
    }
    offset = found + part.length;
  }
  return text.length - last.length >= offset && text.endsWith(last);
}
