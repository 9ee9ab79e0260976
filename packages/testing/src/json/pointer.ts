/** Returns a member's name as a segment of a JSON Pointer (RFC 6901). */
export function pointerSegment(name: string): string {
  return /[~/]/.test(name) ? name.replaceAll("~", "~0").replaceAll("/", "~1") : name;
}
