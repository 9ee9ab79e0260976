/** Returns the number of characters of a rendered line before a point of the screen. */
export function columnAt(row: Element, x: number): number | undefined {
  const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let column = 0;
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const length = node.textContent?.length ?? 0;
    range.selectNodeContents(node);
    const { left, right } = range.getBoundingClientRect();
    if (left <= x && x < right) {
      return column + offsetIn(node, length, x, range);
    }
    column += length;
  }
  return undefined;
}

/** Uses binary search, because characters have different widths. */
function offsetIn(node: Node, length: number, x: number, range: Range): number {
  let [low, high] = [0, length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    range.setStart(node, low);
    range.setEnd(node, middle);
    if (x < range.getBoundingClientRect().right) {
      high = middle;
    } else {
      low = middle;
    }
  }
  return low;
}
