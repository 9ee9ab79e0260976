import { crc32, deflateSync, inflateSync } from "node:zlib";

/** Pixels of three bytes each, row by row. */
interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const COLOURS = 256;

/**
 * Makes a screenshot smaller by giving it a palette: the colours that are there most,
 * as they are, and for every other one the nearest of them.
 */
export function optimizePng(png: Buffer): Buffer {
  const picture = decode(png);
  const palette = mostFrequent(picture);
  return encode(picture, palette);
}

/** Reads a PNG as Chromium writes it: eight bits, three or four channels, not interlaced. */
function decode(png: Buffer): Picture {
  let [width, height, channels] = [0, 0, 3];
  const parts: Buffer[] = [];
  for (let position = SIGNATURE.length; position < png.length; ) {
    const length = png.readUInt32BE(position);
    const type = png.toString("latin1", position + 4, position + 8);
    const data = png.subarray(position + 8, position + 8 + length);
    if (type === "IHDR") {
      [width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)];
      channels = data[9] === 6 ? 4 : 3;
    } else if (type === "IDAT") {
      parts.push(data);
    }
    position += length + 12;
  }
  const rows = unfilter(inflateSync(Buffer.concat(parts)), width * channels, channels);
  const pixels = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    pixels.set(rows.subarray(pixel * channels, pixel * channels + 3), pixel * 3);
  }
  return { width, height, pixels };
}

function unfilter(filtered: Uint8Array, stride: number, channels: number): Uint8Array {
  const height = filtered.length / (stride + 1);
  const rows = new Uint8Array(height * stride);
  for (let y = 0; y < height; y++) {
    const filter = filtered[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x++) {
      const left = x < channels ? 0 : (rows[y * stride + x - channels] ?? 0);
      const above = y === 0 ? 0 : (rows[(y - 1) * stride + x] ?? 0);
      const corner = x < channels || y === 0 ? 0 : (rows[(y - 1) * stride + x - channels] ?? 0);
      const raw = filtered[y * (stride + 1) + 1 + x] ?? 0;
      rows[y * stride + x] = raw + predict(filter, left, above, corner);
    }
  }
  return rows;
}

function predict(filter: number, left: number, above: number, corner: number): number {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return (left + above) >> 1;
    case 4:
      return nearestOf(left + above - corner, left, above, corner);
    default:
      return 0;
  }
}

function nearestOf(target: number, ...candidates: readonly [number, number, number]): number {
  const [left, above, corner] = candidates.map((each) => Math.abs(target - each));
  if (left === undefined || above === undefined || corner === undefined) {
    return 0;
  }
  if (left <= above && left <= corner) {
    return candidates[0];
  }
  return above <= corner ? candidates[1] : candidates[2];
}

function mostFrequent({ pixels }: Picture): readonly number[] {
  const counts = new Map<number, number>();
  for (let offset = 0; offset < pixels.length; offset += 3) {
    const colour = colourAt(pixels, offset);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  return Array.from(counts)
    .sort((a, b) => b[1] - a[1])
    .slice(0, COLOURS)
    .map(([colour]) => colour);
}

function colourAt(pixels: Uint8Array, offset: number): number {
  return (
    ((pixels[offset] ?? 0) << 16) | ((pixels[offset + 1] ?? 0) << 8) | (pixels[offset + 2] ?? 0)
  );
}

function encode({ width, height, pixels }: Picture, palette: readonly number[]): Buffer {
  const indexes = new Map(palette.map((colour, index) => [colour, index]));
  const rows = Buffer.alloc(height * (width + 1));
  for (let pixel = 0; pixel < width * height; pixel++) {
    const colour = colourAt(pixels, pixel * 3);
    const index = indexes.get(colour) ?? nearest(colour, palette);
    indexes.set(colour, index);
    rows[pixel + Math.floor(pixel / width) + 1] = index;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(
    palette.flatMap((each) => [each >> 16, (each >> 8) & 255, each & 255]),
  );
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("PLTE", colours),
    chunk("IDAT", deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function nearest(colour: number, palette: readonly number[]): number {
  let best = 0;
  let smallest = Number.POSITIVE_INFINITY;
  for (const [index, each] of palette.entries()) {
    const [red, green, blue] = [16, 8, 0].map(
      (bits) => ((colour >> bits) & 255) - ((each >> bits) & 255),
    );
    const distance = (red ?? 0) ** 2 + (green ?? 0) ** 2 + (blue ?? 0) ** 2;
    if (distance < smallest) {
      smallest = distance;
      best = index;
    }
  }
  return best;
}

function chunk(type: string, data: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(content));
  return Buffer.concat([length, content, checksum]);
}
