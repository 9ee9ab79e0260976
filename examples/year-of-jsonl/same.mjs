// Compares the documents of two files of JSON Lines, by their values.
import assert from "node:assert";
import { readFileSync } from "node:fs";

const [one, other] = process.argv.slice(2).map((file) => readFileSync(file, "utf8").split("\n"));
assert.equal(one.length, other.length);
one.forEach((line, index) => {
  if (line !== other[index]) {
    assert.deepStrictEqual(JSON.parse(other[index]), JSON.parse(line));
  }
});
console.log(one.length - 1, "documents, all equal");
