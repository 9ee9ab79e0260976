/** A framework or a runtime in which a program of `examples/handler` mounts a handler. */
export interface Mount {
  readonly name: string;
  /** Whether it only notices that a client has left when it writes the next event. */
  readonly noticesLate?: true;
  /** Whether it is meant for development, so that it is not measured. */
  readonly isForDevelopment?: true;
  /** The line of shell that builds the program; undefined if nothing has to be built. */
  readonly build?: string;
  /** The line of shell that starts it, in the folder of the examples. */
  start(program: Program): string;
}

/** What a program should do. */
export interface Program {
  readonly port: number;
  /** `UPSTREAM` for an ingress, or `INGRESS` for an egress. */
  readonly variables: Readonly<Record<string, string>>;
}

const system = `${process.platform}-${process.arch}`;
const bun = `@oven/bun-${system.replace("arm64", "aarch64")}`;
const deno = `@deno/${system}${process.platform === "linux" ? "-glibc" : ""}`;

/** The runtimes, which the examples do not list. Their packages have the programs themselves. */
export const runtimes: readonly string[] = [`${bun}@1.4.5`, `${deno}@2.9.6`];

/** All of them. */
export const mounts: readonly Mount[] = [
  { name: "Hono", start: () => "exec node hono.ts" },
  { name: "Express", start: () => "exec node express.ts" },
  { name: "Fastify", start: () => "exec node fastify.ts" },
  {
    name: "Next",
    build: "next build next",
    start: ({ port }) => `exec next start next --port ${port} --hostname 127.0.0.1`,
  },
  { name: "Bun", start: () => `exec node_modules/${bun}/bin/bun bun.ts` },
  {
    name: "Deno",
    start: () => `exec node_modules/${deno}/deno run --allow-env --allow-net deno.ts`,
  },
  {
    name: "workerd",
    noticesLate: true,
    build: "npm run bundle",
    start: ({ port }) => `exec workerd serve workerd.capnp --socket-addr=http=127.0.0.1:${port}`,
  },
  {
    name: "workerd, by Wrangler",
    noticesLate: true,
    // Wrangler has a worker of its own before that of the program.
    isForDevelopment: true,
    start: ({ port, variables }) => {
      const values = Object.entries(variables).map(([name, value]) => `--var ${name}:${value}`);
      return `exec wrangler dev --ip 127.0.0.1 --port ${port} ${values.join(" ")}`;
    },
  },
];
