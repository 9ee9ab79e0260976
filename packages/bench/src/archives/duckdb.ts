import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * The version of DuckDB for tests and benchmarks. It has 70 MB, so it is installed when it is used
 * first.
 */
// renovate: datasource=npm depName=@duckdb/node-api
const VERSION = "1.5.6-r.1";
const PACKAGE = "@duckdb/node-api";

const folder = join(
  import.meta.dirname,
  "../../../../node_modules/.cache/stepwire/duckdb",
  VERSION,
);

/* The part of the package that is used here. */
interface DuckDB {
  readonly DuckDBInstance: { create(path: string): Promise<Instance> };
}

interface Instance {
  connect(): Promise<Connection>;
  closeSync(): void;
}

interface Connection {
  runAndReadAll(sql: string): Promise<{ getRowsJson(): readonly unknown[] }>;
  closeSync(): void;
}

/** A database in memory. */
export interface Database {
  /** Runs a query. Returns its rows, as values of JSON. */
  query(sql: string): Promise<readonly unknown[]>;
  close(): void;
}

/** Opens a database that uses two threads, and days in UTC. Installs DuckDB if it is missing. */
export async function openDuckDB(): Promise<Database> {
  const { DuckDBInstance } = await loadDuckDB();
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.runAndReadAll("SET threads = 2");
  await connection.runAndReadAll("SET TimeZone = 'UTC'");
  return {
    query: async (sql) => (await connection.runAndReadAll(sql)).getRowsJson(),
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function loadDuckDB(): Promise<DuckDB> {
  if (!existsSync(join(folder, "node_modules", PACKAGE))) {
    mkdirSync(folder, { recursive: true });
    const options = ["--no-audit", "--no-fund", "--no-save", "--loglevel=error"];
    execFileSync("npm", ["install", "--prefix", folder, ...options, `${PACKAGE}@${VERSION}`], {
      stdio: ["ignore", 2, 2],
    });
  }
  const path = createRequire(join(folder, "package.json")).resolve(PACKAGE);
  // The package is not installed where its types would be found.
  return (await import(pathToFileURL(path).href)) as DuckDB;
}
