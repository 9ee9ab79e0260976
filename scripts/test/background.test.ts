import { constants, getPriority } from "node:os";
import { expect, it } from "vitest";
import { inBackground, run } from "../library/command.ts";
import { suites } from "../library/suites.ts";

it("gives a command in the background the lowest priority, and only that", async () => {
  const script = "setTimeout(() => console.log(os.getPriority()), 200)";
  const [low, other] = await Promise.all([
    inBackground(() => run(["node", "-e", script])),
    run(["node", "-e", script]),
  ]);
  expect(Number(low.output)).toBe(constants.priority.PRIORITY_LOW);
  expect(Number(other.output)).toBe(getPriority());
});

it("runs the browser's tests alone, and the languages before what needs all of them", () => {
  const names = suites.map((each) => [each].flat().map(({ name }) => name));
  expect(names).toContainEqual(["browser"]);
  expect(names.findIndex((group) => group.includes("rust"))).toBeLessThan(
    names.findIndex((group) => group.includes("all languages")),
  );
});
