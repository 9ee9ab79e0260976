/** A path that needs no escapes, without empty or dot segments. */
const PREFIX = /^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._~!$&'()*+,;=:@-]+)*$/;

/**
 * Returns the start of paths, without a slash at its end.
 *
 * @throws {TypeError} if it is not the start of a path.
 */
export function pathPrefix(prefix: string): string {
  const start = prefix.replace(/\/$/, "");
  if (!PREFIX.test(start)) {
    throw new TypeError(`The prefix ${JSON.stringify(prefix)} is not a path such as "/v1".`);
  }
  return start;
}
