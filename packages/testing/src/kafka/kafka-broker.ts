import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePorts } from "../suite/free-ports.js";
import { startJava } from "./java-server.js";
import { installFromMaven } from "./maven.js";

/** The version of Kafka. Change it here only. 4.2 is the newest that @platformatic/kafka names. */
const KAFKA = { group: "org.apache.kafka", name: "kafka_2.13", version: "4.2.2" };

/** A running broker. */
export interface KafkaBroker {
  /** Its address, such as `127.0.0.1:9092`. */
  readonly address: string;
  /** Kills it, and removes its data. */
  close(): Promise<void>;
}

/**
 * Starts a broker of Apache Kafka on the loopback interface, which is its own controller. Loads it
 * first if it is missing; needs Java 17.
 */
export async function startKafka(): Promise<KafkaBroker> {
  const jars = join(await installFromMaven(KAFKA), "*");
  const folder = await mkdtemp(join(tmpdir(), "stepwire-kafka-"));
  const [port = 0, controllerPort = 0] = await freePorts(2);
  const config = join(folder, "server.properties");
  await writeFile(config, properties(folder, port, controllerPort));
  const format = ["format", "--cluster-id", "c3RlcHdpcmUtdGVzdHM", "--config", config];
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await promisify(execFile)("java", ["-cp", jars, "kafka.tools.StorageTool", ...format]);
    const server = await startJava({
      parameters: ["-cp", jars, "kafka.Kafka", config],
      directory: folder,
      isReady: () => accepts(port),
    });
    const close = async (): Promise<void> => {
      await server.close();
      await remove();
    };
    return { address: `127.0.0.1:${port}`, close };
  } catch (error) {
    await remove();
    throw error;
  }
}

function properties(folder: string, port: number, controllerPort: number): string {
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=${join(folder, "data").replaceAll("\\", "/")}
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
`;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const end = (isOpen: boolean) => (): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once("connect", end(true)).once("error", end(false));
  });
}
