import type { JSX } from "preact";
import type { Sizes } from "../model/conversion.js";
import { binaryName, conversion, documentName, failure } from "../state/store.js";
import { download } from "./download.js";
import { sizeRows } from "./size-rows.js";
import { describeInput } from "./words.js";

interface SavePictureProps {
  readonly sizes: Sizes;
  /** What the text is called: JSON or SSE. */
  readonly text: string;
}

/** Saves the comparison of sizes as a picture. */
export function SavePicture({ sizes, text }: SavePictureProps): JSX.Element {
  const save = async (): Promise<void> => {
    // Few readers need it, so that it is not loaded before.
    const { drawSizes } = await import("./size-picture.js");
    try {
      const picture = await drawSizes({
        title: titleOf(),
        groups: sizeRows(sizes, text),
        whole: sizes.json,
        binary: sizes.binary,
        text,
      });
      download(picture, `${binaryName.peek().replace(/\.[^.]*$/, "")}-sizes.png`);
    } catch (reason) {
      failure.value = reason instanceof Error ? reason.message : String(reason);
    }
  };
  return (
    <button type="button" onClick={() => void save()}>
      Save as a picture
    </button>
  );
}

function titleOf(): string {
  const current = conversion.peek();
  const name = documentName.peek();
  return current === undefined ? name : `${name}, ${describeInput(current)}`;
}
