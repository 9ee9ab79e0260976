import { render } from "preact";
import "./style/base.css";
import "./style/layout.css";
import "./style/code.css";
import "./style/panels.css";
import { readFragment } from "./state/fragment.js";
import { startMeasuring } from "./state/measuring.js";
import { startPlayback } from "./state/playback.js";
import { mode, openText, startConverting } from "./state/store.js";
import { startTheme } from "./state/theme.js";
import { App } from "./view/app.js";

/** Opens the document that the address carries. */
async function openFragment(): Promise<boolean> {
  const shared = await readFragment(location.hash);
  if (shared !== undefined) {
    mode.value = shared.mode;
    openText(shared.text, "");
  }
  return shared !== undefined;
}

const root = document.querySelector("#app");
if (root === null) {
  throw new Error("the page has no place for the app");
}
startTheme();
if (location.hash.length > 1) {
  await openFragment();
}
startConverting();
startMeasuring();
startPlayback();
render(<App />, root);
addEventListener("hashchange", () => void openFragment());
