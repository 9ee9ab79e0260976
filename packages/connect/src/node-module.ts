/**
 * Returns a module of Node; undefined in a runtime without it. An import would stop the whole program
 * there.
 *
 * @typeParam Module the type of the module with this name.
 */
export function nodeModule<Module>(name: string): Module | undefined {
  const { process } = globalThis as { process?: Partial<NodeJS.Process> };
  return process?.getBuiltinModule?.(name) as Module | undefined;
}
