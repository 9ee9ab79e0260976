import { largestOf, type SizeRow } from "./size-rows.js";
import { grouped, percent } from "./words.js";

/** What the picture shows. */
export interface SizePicture {
  /** The document, such as its file name and type. */
  readonly title: string;
  readonly groups: readonly (readonly SizeRow[])[];
  /** Size of the text, which all others are compared with. */
  readonly whole: number;
  readonly binary: number;
  /** What the text is called: JSON or SSE. */
  readonly text: string;
}

/** The size that networks expect of a preview. */
const WIDTH = 1200;
const HEIGHT = 630;
const MARGIN = 60;
/** Where the bars start, and how long the longest is. */
const BAR_START = 270;
const BAR_LENGTH = 640;
const BAR_HEIGHT = 26;
const FIRST_BAR = 218;
const ROW_HEIGHT = 36;
const GROUP_GAP = 14;

const barColours: Readonly<Record<SizeRow["kind"], string>> = {
  json: "--json-bar",
  binary: "--accent",
  floor: "--floor-bar",
};

/** Draws the comparison of sizes, in the colours of the page, as a PNG of 1200 by 630 pixels. */
export async function drawSizes(picture: SizePicture): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const context = canvas.getContext("2d");
  if (context === null) {
    throw new Error("This browser cannot draw. Take a screenshot instead.");
  }
  const pen = new Pen(context);
  pen.box(0, 0, WIDTH, HEIGHT, "--card");
  drawHead(pen, picture);
  drawBars(pen, picture);
  drawFoot(pen, picture);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (blob === null) {
    throw new Error("This browser cannot make a picture. Take a screenshot instead.");
  }
  return blob;
}

function drawHead(pen: Pen, { title, whole, binary, text }: SizePicture): void {
  pen.text("Stepwire", MARGIN, 78, { size: 26, weight: 650, colour: "--accent" });
  pen.text(title, WIDTH - MARGIN, 78, {
    size: 22,
    colour: "--muted",
    align: "right",
    width: 820,
  });
  const bytes = grouped(binary);
  pen.text(bytes, MARGIN, 158, { size: 60, weight: 700, colour: "--accent" });
  const end = MARGIN + pen.width(bytes);
  pen.text(`bytes instead of ${grouped(whole)} of ${text}`, end + 16, 158, { size: 30 });
  pen.text(percent(binary, whole), WIDTH - MARGIN, 158, { size: 60, weight: 700, align: "right" });
}

function drawBars(pen: Pen, { groups, whole }: SizePicture): void {
  const largest = largestOf(groups);
  let top = FIRST_BAR;
  for (const group of groups) {
    for (const { label, bytes, kind } of group) {
      const base = top + BAR_HEIGHT - 6;
      pen.text(label, MARGIN, base, { size: 22 });
      const length = Math.max(2, (BAR_LENGTH * bytes) / largest);
      pen.box(BAR_START, top, length, BAR_HEIGHT, barColours[kind], 4);
      pen.text(grouped(bytes), WIDTH - MARGIN - 96, base, { size: 22, align: "right" });
      const share = percent(bytes, whole);
      pen.text(share, WIDTH - MARGIN, base, { size: 22, colour: "--muted", align: "right" });
      top += ROW_HEIGHT;
    }
    top += GROUP_GAP;
  }
}

function drawFoot(pen: Pen, { text }: SizePicture): void {
  const base = HEIGHT - 46;
  pen.box(MARGIN, base - 40, WIDTH - 2 * MARGIN, 1, "--line");
  const space = text === "JSON" ? "JSON without white space, " : "";
  pen.text(`Bytes. ${space}gzip of the browser, zstd at level 3.`, MARGIN, base, {
    size: 20,
    colour: "--muted",
  });
  pen.text("github.com/stepwire/stepwire", WIDTH - MARGIN, base, {
    size: 20,
    colour: "--muted",
    align: "right",
  });
}

interface TextStyle {
  readonly size: number;
  readonly weight?: number;
  readonly colour?: string;
  readonly align?: "left" | "right";
  /** A longer text is shortened to this width, in pixels. */
  readonly width?: number;
}

/** Draws in the fonts and colours of the page. */
class Pen {
  readonly #context: CanvasRenderingContext2D;
  readonly #family = getComputedStyle(document.body).fontFamily;
  readonly #colours = new Map<string, string>();

  constructor(context: CanvasRenderingContext2D) {
    this.#context = context;
  }

  box(left: number, top: number, width: number, height: number, colour: string, radius = 0): void {
    this.#context.fillStyle = this.#colour(colour);
    this.#context.beginPath();
    this.#context.roundRect(left, top, width, height, radius);
    this.#context.fill();
  }

  text(text: string, x: number, base: number, style: TextStyle): void {
    const { size, weight = 400, colour = "--text", align = "left", width } = style;
    this.#context.font = `${weight} ${size}px ${this.#family}`;
    this.#context.textAlign = align;
    this.#context.fillStyle = this.#colour(colour);
    this.#context.fillText(width === undefined ? text : this.#shorten(text, width), x, base);
  }

  /** Returns the width of a text in the style of the last one. */
  width(text: string): number {
    return this.#context.measureText(text).width;
  }

  #shorten(text: string, width: number): string {
    if (this.width(text) <= width) {
      return text;
    }
    let end = text.length;
    while (end > 0 && this.width(`${text.slice(0, end)}…`) > width) {
      end--;
    }
    return `${text.slice(0, end)}…`;
  }

  /** Resolves a variable of the style sheet, which depends on the theme. */
  #colour(name: string): string {
    const known = this.#colours.get(name);
    if (known !== undefined) {
      return known;
    }
    const probe = document.createElement("span");
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    this.#colours.set(name, color);
    return color;
  }
}
