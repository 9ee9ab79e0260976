declare module "@stepwire/transcode/kernel.wasm" {
  import type { WasmModule } from "./web-assembly.js";

  const module: WasmModule;
  export default module;
}
