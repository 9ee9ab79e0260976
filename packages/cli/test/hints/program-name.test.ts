import { createFolder } from "@stepwire/testing";
import { expect, it } from "vitest";
import { runStep } from "../support/documents.js";
import { stepwire } from "../support/stepwire.js";

it("command lines in messages name the program as it was called", async () => {
  const directory = createFolder({ "stepwire step.json": runStep() });
  const parameters = ["inspect", "stepwire step.json", "--type", "run-step"];
  const environment = { STEPWIRE_PROGRAM: "../my tools/stepwire" };
  const { stderr } = await stepwire(parameters, { directory, environment });
  expect(stderr).toContain(
    "stepwire: try: '../my tools/stepwire' encode 'stepwire step.json' --mode archive | '../my tools/stepwire' inspect --type run-step\n",
  );
});
