import type { JSX } from "preact";
import { carried } from "../state/address.js";
import { CopyButton } from "./copy-button.js";

/** The address of the page, which carries the document. */
export function ShareLink(): JSX.Element {
  switch (carried.value) {
    case "too long":
      return (
        <p class="note">
          The document is too long for a link: more than 64 kB when compressed. Send it as a file.
        </p>
      );
    case "not yet":
      return <p class="note">…</p>;
    case "yes":
      return (
        <div class="take">
          <p>
            The address of this page carries the document in its fragment, which browsers send to no
            server:
          </p>
          <div class="buttons">
            <a class="link" href={location.href}>
              {location.href}
            </a>
            <CopyButton label="Copy the link" text={() => location.href} />
          </div>
        </div>
      );
  }
}
