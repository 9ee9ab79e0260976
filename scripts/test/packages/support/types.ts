import type { Project } from "./project.ts";

/** The compiler that users have: of the last version in JavaScript. */
export const typescript = "typescript@5.9.3";

const modes = [
  { moduleResolution: "node16", module: "node16" },
  { moduleResolution: "bundler", module: "esnext" },
] as const;

/**
 * Writes a configuration for each way of finding modules, with everything strict and declarations
 * checked. They compile all `.ts` files in the project's folder to `out`. Returns their names.
 */
export function writeTsconfigs(project: Project): string[] {
  return modes.map((mode) => {
    const name = `tsconfig.${mode.moduleResolution}.json`;
    const compilerOptions = {
      ...mode,
      target: "es2022",
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      // TypeScript 6 and newer include no types by themselves.
      types: project.has("node_modules/@types/node") ? ["node"] : [],
      outDir: "out",
    };
    project.write(name, JSON.stringify({ compilerOptions, include: ["*.ts"] }));
    return name;
  });
}
