import { freePorts } from "../suite/free-ports.js";
import { startJava } from "./java-server.js";
import { installFromMaven } from "./maven.js";

/** The version of the registry. Change it here only. Newer ones than 3.0 need Java 21. */
const REGISTRY = {
  group: "io.apicurio",
  name: "apicurio-registry-app",
  version: "3.0.9",
  archive: "all",
};

/** A running schema registry. */
export interface SchemaRegistry {
  /** The address of its interface that is compatible with Confluent's. */
  readonly url: string;
  /** Kills it; its data was in memory. */
  close(): Promise<void>;
}

/**
 * Starts an Apicurio Registry on the loopback interface, with its data in memory. Loads it first if
 * it is missing (110 MB); needs Java 17.
 */
export async function startSchemaRegistry(): Promise<SchemaRegistry> {
  const folder = await installFromMaven(REGISTRY);
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`;
  const host = ["-Dquarkus.http.host=127.0.0.1", `-Dquarkus.http.port=${port}`];
  const server = await startJava({
    parameters: [...host, "-jar", `apicurio-registry-app-${REGISTRY.version}-runner.jar`],
    directory: folder,
    isReady: async () => {
      try {
        return (await fetch(`${url}/subjects`)).ok;
      } catch {
        return false;
      }
    },
  });
  return { url, close: server.close };
}
