import { measureAll } from "./measure.js";

const all = await measureAll(process.argv[2] ?? "", console.log);
for (const { results } of all)
  for (const { probe, findings } of results)
    for (const f of findings.slice(0, 3))
      console.log(
        probe.family,
        probe.form,
        probe.name,
        f.kind,
        f.side,
        f.event,
        f.pointer,
        f.what,
        process.argv[3] ? [f.sent, f.received] : "",
      );
