import { cpus } from "node:os";
import { measureConversion } from "./speed/conversion.js";
import { formatConversion } from "./speed/report.js";

const options = process.argv.includes("--quick")
  ? { rounds: 5, roundTime: 5 }
  : { rounds: 31, roundTime: 20 };

const processor = cpus()[0]?.model ?? "unknown processor";
console.log(`Node ${process.versions.node}, ${cpus().length} × ${processor}`);
console.log(
  "Median ± half the distance of the quartiles; × is how many times as fast as the peer.\n",
);
console.log(
  "Objects: OpenAI JSON values <-> messages, beside protobuf-es with the same messages\n",
);
console.log(formatConversion(measureConversion(options)));
