import { normalizeDecimal } from "@stepwire/testing";
import { expect, test } from "vitest";
import { normalizeNumber } from "../src/index.js";

test.each([
  ["-1.50e3", "-15e2"],
  ["0.00120", "12e-4"],
  ["1000", "1e3"],
  ["1E+2", "1e2"],
  ["10e-1000000000000000000000", "1e-999999999999999999999"],
  ["1e+0007", "1e7"],
  ["10e-1", "1e0"],
  [`10e${"9".repeat(40)}`, `1e1${"0".repeat(40)}`],
  [`1.5e1${"0".repeat(40)}`, `15e${"9".repeat(40)}`],
  [`10e-1${"0".repeat(20)}`, `1e-${"9".repeat(20)}`],
  [`1.5e-${"9".repeat(40)}`, `15e-1${"0".repeat(40)}`],
  [`1.5e2${"0".repeat(40)}`, `15e1${"9".repeat(40)}`],
  [`10e1${"9".repeat(40)}`, `1e2${"0".repeat(40)}`],
  [`1.50e00${"7".repeat(30)}`, `15e${"7".repeat(29)}6`],
  ["-0", "0"],
  ["-0.00e7", "0"],
  ["1000000000000000000000.0", "1e21"],
  // Issue 11.2: an integer literal that a double would print with an exponent is its own form.
  ["1000000000000000000000", "1000000000000000000000"],
  ["-1000000000000000000000000000000", "-1000000000000000000000000000000"],
])("%s has the form %s", (spelling, form) => {
  expect(normalizeNumber(spelling)).toBe(form);
  expect(normalizeDecimal(spelling)).toBe(form);
});

test("an exponent of a million digits takes little time", { timeout: 1_000 }, () => {
  const exponent = "9".repeat(1_000_000);
  expect(normalizeNumber(`10e${exponent}`)).toBe(`1e1${"0".repeat(1_000_000)}`);
});

test("a million zeros between two digits take no time", { timeout: 1_000 }, () => {
  const spelling = `1${"0".repeat(1_000_000)}1`;
  expect(normalizeNumber(`${spelling}.0`)).toBe(`${spelling}e0`);
});
