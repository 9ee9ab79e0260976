// Prints the rows that DuckDB answers to the query in a file.
import { readFileSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";

const connection = await (await DuckDBInstance.create()).connect();
await connection.run("SET TimeZone = 'UTC'");
const answer = await connection.runAndReadAll(readFileSync(process.argv[2], "utf8"));
for (const row of answer.getRowsJson()) {
  console.log(row.join(" | "));
}
