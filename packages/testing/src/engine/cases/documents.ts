import type { DocumentCase } from "../case.js";
import type { SchemaName } from "../schemas.js";

const notObjects = ["[]", "[{}]", "null", "true", "false", "0", "-1.5e3", `""`, `"{}"`];
const schemas: readonly SchemaName[] = ["Thing", "Document", "ClosedEvent", "RunStep"];

/** Cases for values that are not documents because they are not objects. */
export const documentCases: readonly DocumentCase[] = schemas.flatMap((schema) =>
  notObjects.map(
    (json): DocumentCase => ({
      name: `${json} for ${schema}`,
      schema,
      json: ` ${json}`,
      violations: [["not_an_object", "", schema, { expected: "a JSON object", offset: 1 }]],
    }),
  ),
);
