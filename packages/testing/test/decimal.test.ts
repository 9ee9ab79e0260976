import { expect, test } from "vitest";
import { fitsDouble, normalizeDecimal } from "../src/index.js";
import { survivesJsonParse } from "../src/json/decimal.js";

test.each([
  ["1", "1.0", "1.000", "10e-1", "0.1e1", "1E+0", "1e-0"],
  ["1000", "1e3", "1E+3", "1000.0", "0.001e6"],
  ["0", "-0", "0.0", "-0.00", "0e5", "0e-99999999999999999999"],
  ["-12.5", "-1.25e1", "-125e-1", "-1250.00e-2"],
  ["1e400", "10e399", "0.1e401"],
  ["1e99999999999999999999", "10e99999999999999999998"],
  ["9007199254740993", "9007199254740993.0", "900719925474099.3e1"],
])("%s has one spelling", (first, ...others) => {
  expect(others.map(normalizeDecimal)).toEqual(others.map(() => normalizeDecimal(first)));
});

test("issue 11.2: an integer literal that a double prints with an exponent differs from that", () => {
  const integer = "1000000000000000000000";
  expect(normalizeDecimal(integer)).toBe(integer);
  expect(normalizeDecimal(`-${integer}`)).toBe(`-${integer}`);
  expect(normalizeDecimal(`${integer}.0`)).toBe("1e21");
  expect(normalizeDecimal("100000000000000000000")).toBe(normalizeDecimal("1e20"));
  expect(fitsDouble(integer)).toBe(false);
  expect(fitsDouble("1e21")).toBe(true);
});

test("numbers that differ in the last digit differ", () => {
  const texts = ["9007199254740992", "9007199254740993", "0.1", "0.10000000000000001", "-1", "1"];
  expect(new Set(texts.map(normalizeDecimal)).size).toBe(texts.length);
});

test.each(["", "+1", "1e", ".5", "1.", "0x1", " 1", "NaN"])("%j is no number", (text) => {
  expect(() => normalizeDecimal(text)).toThrow(SyntaxError);
});

test.each([
  "0",
  "-0",
  "0.1",
  "1e3",
  "1e23",
  "5e-324",
  "1.7976931348623157e308",
  "9007199254740992",
  "123456789012345680000",
])("a double holds %s", (text) => {
  expect(fitsDouble(text)).toBe(true);
});

test.each([
  "1e400",
  "-1e400",
  "1e-400",
  "4.9e-324",
  "9007199254740993",
  "0.10000000000000001",
  "3.14159265358979323846",
])("no double holds %s", (text) => {
  expect(fitsDouble(text)).toBe(false);
});

test("JSON.parse keeps an integer beyond 2^53 only if it is a double to the digit", () => {
  expect(survivesJsonParse("9007199254740994")).toBe(true);
  expect(survivesJsonParse("9223372036854776000")).toBe(false);
  expect(survivesJsonParse("9223372036854775807")).toBe(false);
});
