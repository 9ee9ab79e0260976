import { expect, it } from "vitest";
import { stringLiteral } from "../../src/print/text-format.js";

it.each([
  ["plain é 😀", '"plain é 😀"'],
  ['a "b" \\ c', '"a \\"b\\" \\\\ c"'],
  ["\t\n\r", '"\\t\\n\\r"'],
  ["\0\x07\x7f", '"\\000\\007\\177"'],
  ["\x85", '"\\302\\205"'],
])("the literal of %j", (text, literal) => {
  expect(stringLiteral(text)).toBe(literal);
});
