import type { Mistake } from "./mistake.js";

const kettles = JSON.stringify({
  openapi: "3.1.0",
  components: {
    schemas: { Kettle: { type: "object", properties: { id: { type: "string" } } } },
  },
});

/** Mistakes with the import of documents. */
export const importMistakes: readonly Mistake[] = [
  {
    name: "import without saying what",
    run: "import heron-api.yaml",
    files: { "heron-api.yaml": kettles },
    exitCode: 2,
    says: /heron-api\.yaml: has 1 schema: Kettle$/m,
    offers: "stepwire import heron-api.yaml --all --package heron_api.v1",
  },
  {
    name: "import without a package",
    run: "import kettle.yaml --root Kettle -o .",
    files: { "kettle.yaml": kettles },
    exitCode: 2,
    says: /--package names the Protobuf package of the result/,
    offers: "stepwire import kettle.yaml --package kettle.v1 --root Kettle",
  },
  {
    name: "import of a schema with a misspelt name",
    run: "import kettle.yaml --root Ketle --package kettle.v1",
    files: { "kettle.yaml": kettles },
    says: /kettle\.yaml: the document: unknown_root: .* found "Ketle"$/m,
    offers: "stepwire import kettle.yaml --root Kettle --package kettle.v1",
  },
  {
    name: "import with a package that is a path",
    run: "import kettle.yaml --root Kettle --package acme/kettle/v1",
    files: { "kettle.yaml": kettles },
    exitCode: 2,
    says: /Expected words in lower case with dots, such as acme\.kettle\.v1/,
  },
  {
    name: "import of a file that is no document",
    run: "import kettle.proto --all --package kettle.v1",
    files: { "kettle.proto": 'syntax = "proto3";\nmessage Kettle {}\n' },
    says: /kettle\.proto: the document: not_a_document: expected an object, in YAML or JSON/,
  },
];
