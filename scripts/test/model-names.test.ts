import { describe, expect, it } from "vitest";
import {
  findNames,
  modelNames,
  namePattern,
  notAllowed,
  unusedPlaces,
} from "../library/model-names.ts";

const names = modelNames([
  { package: "google.protobuf", messageType: [{ name: "AnyValue" }] },
  { package: "stepwire.json.v1", messageType: [{ name: "JsonResidue" }] },
  {
    package: "acme.v1",
    messageType: [
      {
        name: "AirLetter",
        nestedType: [{ name: "PaperSize" }, { name: "TagsEntry", options: { mapEntry: true } }],
        enumType: [{ name: "InkColor" }],
      },
      { name: "Folder" },
    ],
    enumType: [{ name: "MailStatus" }],
    service: [{ name: "MailService" }],
  },
]);

describe("modelNames", () => {
  it("has messages, enums and services, but none of the options and of Protobuf itself", () => {
    expect(names.map(({ name }) => name)).toEqual([
      "MailStatus",
      "MailService",
      "AirLetter",
      "InkColor",
      "PaperSize",
      "Folder",
    ]);
  });
});

const found = (text: string): string[] =>
  findNames("a.ts", text, namePattern(names)).map((each) => each.found);

describe("namePattern", () => {
  it.each([
    ["create(AirLetterSchema)", "AirLetterSchema"],
    ["type AirLetter = 1", "AirLetter"],
    ["new AirLetterBox()", "AirLetterBox"],
    ["createAirLetter()", "AirLetter"],
    ['case: "airLetter"', "airLetter"],
    ['"air_letter"', "air_letter"],
    ["air_letter_pb2", "air_letter_pb2"],
    ["--type air-letter", "air-letter"],
    ["MAIL_STATUS_SENT", "MAIL_STATUS_SENT"],
    ['"acme.v1.Folder"', "acme.v1.Folder"],
    ["FolderSchema", "FolderSchema"],
    ["PaperSize.A4", "PaperSize"],
    ["MailService", "MailService"],
  ])("finds the name in %s", (text, name) => {
    expect(found(text)).toEqual([name]);
  });

  it.each([
    "an airletter",
    "AirLetters",
    "fair-letter",
    "the Folder that it is in",
    "JsonResidue",
    "AnyValue",
    "TagsEntry",
    "acme.v1.Folders",
  ])("finds no name in %s", (text) => {
    expect(found(text)).toEqual([]);
  });
});

describe("allowed places", () => {
  const findings = [
    { file: "src/a.ts", line: 1, found: "AirLetter" },
    { file: "src/a.ts", line: 2, found: "FolderSchema" },
    { file: "lib/b.ts", line: 1, found: "AirLetter" },
  ];
  const place = (path: string, ...allowed: string[]) => ({ path, names: allowed, reason: "" });

  it("are files, or folders, and names there", () => {
    const places = [place("src/a.ts", "AirLetter"), place("lib/", "AirLetter")];
    expect(notAllowed(findings, places)).toEqual([findings[1]]);
    expect(unusedPlaces(findings, places)).toEqual([]);
  });

  it("must be in use", () => {
    const unused = place("src/a.ts", "PaperSize");
    expect(unusedPlaces(findings, [unused])).toEqual([unused]);
  });
});
