import type { JSX } from "preact";
import { type Tab, tab } from "../state/store.js";
import { DocumentPane } from "./document-pane.js";
import { Logo } from "./logo.js";
import { RoundTrip } from "./round-trip.js";
import { SizesPanel } from "./sizes.js";
import { StreamPanel } from "./stream.js";
import { TabList, TabPanel } from "./tabs.js";
import { ThemeToggle } from "./theme-toggle.js";
import { UseItPanel } from "./use-it.js";
import { Verdict } from "./verdict.js";

const tabs: Readonly<Record<Tab, string>> = {
  roundtrip: "Round trip",
  sizes: "Sizes",
  stream: "Stream",
  use: "Use it",
};

const panels: Readonly<Record<Tab, () => JSX.Element>> = {
  roundtrip: RoundTrip,
  sizes: SizesPanel,
  stream: StreamPanel,
  use: UseItPanel,
};

const REPOSITORY = "https://github.com/stepwire/stepwire";

function Links(): JSX.Element {
  return (
    <nav class="links" aria-label="Project">
      <a href={`${REPOSITORY}/tree/main/docs`}>Docs</a>
      <a href={REPOSITORY}>GitHub</a>
    </nav>
  );
}

/** The page. */
export function App(): JSX.Element {
  const Panel = panels[tab.value];
  return (
    <>
      <header class="page-head">
        <h1>
          <Logo /> Stepwire
        </h1>
        <p>Watch OpenAI’s JSON become bytes and come back.</p>
        <TabList
          id="main"
          label="Views"
          tabs={tabs}
          selected={tab.value}
          onSelect={(name) => {
            tab.value = name;
          }}
        />
        <Links />
        <ThemeToggle />
      </header>
      <main>
        <DocumentPane />
        <div class="results">
          <Verdict />
          <TabPanel id="main" selected={tab.value}>
            <Panel />
          </TabPanel>
        </div>
      </main>
      <footer class="page-foot">
        Everything happens in this browser; nothing leaves it. The address carries the document:
        whoever has the link can read it.
      </footer>
    </>
  );
}
