import { importSchemas } from "@stepwire/openapi-to-proto";
import { createTranscoder } from "@stepwire/transcode";
import { type Converter, documentOf } from "./converter.js";

const PACKAGE = "compared.v1";

/** Ours, from the sources. */
export const stepwire: Converter = {
  name: "`stepwire import`",
  version: "of this revision",
  convert(converterCase) {
    const { root } = converterCase;
    const { files } = importSchemas({
      document: { name: "document.json", bytes: Buffer.from(documentOf(converterCase)) },
      roots: [root],
      package: PACKAGE,
    });
    return {
      files: new Map(files.map(({ path, text }) => [path, text])),
      message: `${PACKAGE}.${root}`,
    };
  },
  waysOf(schema) {
    const transcoder = createTranscoder(schema, { mode: "preserve" });
    return [
      (json) => {
        const binary = transcoder.toBinary(Buffer.from(json));
        return { json: Buffer.from(transcoder.toJson(binary)).toString(), ignoring: false };
      },
    ];
  },
};
