import { chance, pick, type Random } from "./random.js";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const IDENTIFIER_LENGTH = 24;

/** An identifier like those of the live service. */
export function identifier(random: Random, prefix: string, separator = "_"): string {
  let text = prefix + separator;
  for (let index = 0; index < IDENTIFIER_LENGTH; index++) {
    text += ALPHABET[random(ALPHABET.length)];
  }
  return text;
}

/** Letters and digits, as in the member `obfuscation`. */
export function letters(random: Random, length: number): string {
  let text = "";
  while (text.length < length) {
    text += ALPHABET[random(ALPHABET.length)];
  }
  return text;
}

/** A place in a line where a number is written. */
const NUMBER = "#";

const code: readonly string[] = [
  "import numpy as np\n",
  "x# = np.linspace(-2 * np.pi, 2 * np.pi, #)\n",
  "# Calculate the corresponding y values\n",
  "y# = np.sin(x#)\r\n",
  'print(f"the sum of # is {y#.sum():.3f}")\n',
  "plt.title('Graph of $y = \\sin(x)$')\n",
  "for index, value in enumerate(values#):\n\tif value > 0.#:\n\t\tkept.append(index)\n",
  "df = pd.read_csv('/mnt/data/file-#.csv', sep=';')\n",
  "\n",
  'df[\'total_#\'] = df["price"] * df["count"]  # row by row\n',
  "    return [item for item in items if item.key != #]\n",
];

const prose: readonly string[] = [
  "The measurement of day # agrees with the forecast. ",
  "Each receptor answers to another kind of touch.\n",
  'He asked: "Is # the right answer?" ',
  "It's the #th chapter; please read it first. ",
  "See https://example.com/articles/#?page=# for the whole text.\n\n",
  "- **Item #**: costs about $#.50\n",
  "A table with # rows and # columns | name | value |\n",
  "In most cases, the result is not what one expects. ",
];

const foreign: readonly string[] = [
  "Las células — a 37 °C — responden en # ms. ",
  "Der Fluß trägt #\u00a0kg über „Brücken“. ",
  "結果は#個の文書に基づいています。",
  "Результат # зависит от условий. ",
  "Well done 🎉🚀 you have # points! ",
  "“Curly quotes” and an ellipsis… number #. ",
];

const outputs: readonly string[] = [
  "#.#\n",
  "   id      name      value\n",
  "#  item_#   0.#\n",
  "'y := sin(x)'",
  "[#, #, #, #]\n",
  "{'mean': #.#, 'count': #}\n",
  'Traceback (most recent call last):\n  File "/tmp/a.py", line #, in <module>\n',
];

/** What a text is about. */
export type TextKind = "code" | "prose" | "output";

const lines: Readonly<Record<TextKind, readonly string[]>> = { code, prose, output: outputs };

/** Texts of the corpus beyond ASCII, in percent. */
const FOREIGN_PERCENT = 12;

/** A text with escapes and, in some texts, characters beyond ASCII. */
export function text(random: Random, kind: TextKind, length: number): string {
  const isForeign = kind !== "output" && chance(random, FOREIGN_PERCENT);
  let result = "";
  while (result.length < length) {
    const source = isForeign && random(3) === 0 ? foreign : lines[kind];
    result += fillNumbers(random, pick(random, source));
  }
  // Cuts no pair of surrogates in two.
  const end = (result.charCodeAt(length - 1) & 0xfc00) === 0xd800 ? length - 1 : length;
  return result.slice(0, end);
}

function fillNumbers(random: Random, line: string): string {
  let result = line;
  for (let at = result.indexOf(NUMBER, 1); at > 0; at = result.indexOf(NUMBER, at + 1)) {
    result = `${result.slice(0, at)}${random(100_000)}${result.slice(at + 1)}`;
  }
  return result;
}

const words: readonly string[] = [
  " the",
  "import",
  " plt",
  ".show",
  "()\n",
  ' "',
  '":"',
  '{"',
  "location",
  " Lima",
  ",",
  " value",
  "\n",
  " über",
  "数",
  "’s",
  " result",
  "**",
  " 3",
  "_id",
  "\\n",
  " for",
];

/** A token, as in one event of a stream. */
export function token(random: Random): string {
  return chance(random, 70) ? pick(random, words) : ` ${letters(random, 2 + random(7))}`;
}
