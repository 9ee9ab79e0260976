import { sizeDelimitedPeek } from "@bufbuild/protobuf/wire";
import { describe, expect, it } from "vitest";
import { sizePrefix } from "../../src/files/archive.js";

describe("sizePrefix", () => {
  it.each([0, 1, 127, 128, 255, 16_383, 16_384, 2 ** 28, 2 ** 31 - 1])(
    "writes %i as Protobuf's own library reads it",
    (size) => {
      const prefix = sizePrefix(size);
      expect(sizeDelimitedPeek(prefix)).toEqual({ eof: false, size, offset: prefix.length });
    },
  );
});
