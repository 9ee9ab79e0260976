import { archiveSizeAt } from "@stepwire/wire";
import { expect, it } from "vitest";
import { toDelimited } from "../src/read/plain.js";

it("a document may be larger than sizes of 4 bytes as varints can say", () => {
  const size = 2 ** 28;
  const plain = new Uint8Array(4 + 1 + 4 + size + 4 + 1);
  const view = new DataView(plain.buffer);
  view.setUint32(0, 1, true);
  plain[4] = 7;
  view.setUint32(5, size, true);
  plain[9 + size - 1] = 8;
  view.setUint32(9 + size, 1, true);
  plain[9 + size + 4] = 9;
  const delimited = toDelimited(plain, 3) ?? expect.unreachable();
  expect([...delimited.subarray(0, 2)]).toEqual([1, 7]);
  expect(archiveSizeAt(delimited, 2)).toMatchObject({ size, start: 7 });
  expect([...delimited.subarray(7 + size - 1)]).toEqual([8, 1, 9]);
});

it("is undefined for sizes that are too large, and for a rest", () => {
  expect(toDelimited(Uint8Array.of(2, 0, 0, 0, 1), 1)).toBeUndefined();
  expect(toDelimited(Uint8Array.of(1, 0, 0, 0, 1, 0), 1)).toBeUndefined();
});
