import { readFileSync } from "node:fs";
import starlight from "@astrojs/starlight";
import { defineConfig } from "astro/config";

// Written by scripts/library/site/stage.ts, from the index of the documentation.
const { sidebar, base, site } = JSON.parse(
  readFileSync(new URL("./site.json", import.meta.url), "utf8"),
);

export default defineConfig({
  site,
  base,
  trailingSlash: "always",
  telemetry: false,
  devToolbar: { enabled: false },
  integrations: [
    starlight({
      title: "Stepwire",
      description:
        "OpenAI's JSON as Protobuf, lossless: the same bytes in TypeScript, Python, Go, Rust and Java.",
      favicon: "/icon.svg",
      logo: { src: "./public/icon.svg", alt: "" },
      social: [
        { icon: "github", label: "Source code", href: "https://github.com/stepwire/stepwire" },
      ],
      customCss: ["./src/styles/site.css"],
      lastUpdated: false,
      pagination: true,
      tableOfContents: { minHeadingLevel: 2, maxHeadingLevel: 3 },
      expressiveCode: {
        themes: ["github-dark-default", "github-light-default"],
        // Wrapped lines need no scrolling, which would need a keyboard stop for each block.
        defaultProps: { frame: "none", wrap: true },
        styleOverrides: {
          borderRadius: "8px",
          borderColor: "var(--step-line)",
          codeBackground: "var(--step-soft)",
          codeFontSize: "0.82rem",
        },
      },
      sidebar,
    }),
  ],
});
