import { defaultClientConditions, defineConfig, type UserConfig } from "vite";

const configuration: UserConfig = defineConfig({
  // Relative, so that the page works from any folder of any static host.
  base: "./",
  resolve: { conditions: ["@stepwire/source", ...defaultClientConditions] },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es" },
  build: {
    // The first browsers with light-dark(), which the style sheets use.
    target: ["chrome123", "edge123", "firefox120", "safari17.5"],
    modulePreload: false,
    // Inlined files would be data: addresses, which the page's policy forbids.
    assetsInlineLimit: 0,
  },
});

export default configuration;
