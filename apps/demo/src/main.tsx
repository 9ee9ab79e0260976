import { render } from "preact";
import "./style/base.css";
import "./style/layout.css";
import "./style/code.css";
import "./style/panels.css";
import { startAddress } from "./state/address.js";
import { startConverting } from "./state/converting.js";
import { startMeasuring } from "./state/measuring.js";
import { startPlayback } from "./state/playback.js";
import { startTheme } from "./state/theme.js";
import { App } from "./view/app.js";

const root = document.querySelector("#app");
if (root === null) {
  throw new Error("the page has no place for the app");
}
startTheme();
await startAddress();
startConverting();
startMeasuring();
startPlayback();
render(<App />, root);
