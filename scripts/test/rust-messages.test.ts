import { expect, it } from "vitest";
import { formatRustMessages, toRustName } from "../library/languages/rust-messages.ts";

it.each([
  ["RunStep", "RunStep"],
  ["APIError", "ApiError"],
  ["OpenAIError", "OpenAiError"],
  ["FileURL", "FileUrl"],
])("names %s as prost does: %s", (name, rust) => {
  expect(toRustName(name)).toBe(rust);
});

it("lists the messages of the model only", () => {
  const macro = formatRustMessages([
    { package: "stepwire.letters.v1", messageType: [{ name: "Letter" }, { name: "AirLetter" }] },
    { package: "stepwire.letters.v1" },
    { package: "google.protobuf", messageType: [{ name: "Value" }] },
  ]);
  expect(macro).toContain(
    '"stepwire.letters.v1.AirLetter" => stepwire::letters::v1::AirLetter,\n            "stepwire.letters.v1.Letter" => stepwire::letters::v1::Letter\n',
  );
  expect(macro).not.toContain("google");
});
