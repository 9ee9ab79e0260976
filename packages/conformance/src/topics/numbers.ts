import type { JsonInput, Topic } from "../topic.js";
import { shorten, stepText } from "./support.js";

const integers = [
  ...["0", "-0", "0.0", "1", "-1", "1.0", "10e-1", "1e3", "1.5e1", "127", "128", "16383", "16384"],
  ...["2097151", "2097152", "2147483647", "2147483648", "-2147483648", "-2147483649"],
  ...["4294967295", "4294967296", "-4294967296", "1735689600", "1735689600123"],
  ...["9007199254740991", "9007199254740992", "9007199254740993", "-9007199254740993"],
  ...["9223372036854775807", "9223372036854775808", "-9223372036854775808"],
  ...["-9223372036854775809", "18446744073709551615", "18446744073709551616"],
  ...["9.223372036854775807e18", "92233720368547758070e-1", "1e19", "1e400", "0e400", "1e-1"],
  ...["0.5", "1.5", "-0.1", "1000000000000000000000e-21", "12345678901234567890"],
];

const doubles = [
  ...["0.1", "0.10", "-0.0", "1.5e-3", "3.141592653589793", "3.14159265358979323846"],
  ...[
    "0.30000000000000004",
    "0.10000000000000001",
    "1e21",
    "1e22",
    "1e23",
    "123456789012345680000",
  ],
  ...["1.7976931348623157e308", "1.7976931348623159e308", "-1e309", "2.2250738585072014e-308"],
  ...["2.2250738585072011e-308", "5e-324", "4.9406564584124654e-324", "2e-324", "1e-400"],
  ...["9007199254740992.0", "18446744073709552000", "4.35", "0.000001", "0.0000001", "1E+2"],
  ...["0.8123456789012345", "0.81234567890123456789", "1e99999999999999999999"],
  ...[`0.${"0".repeat(323)}5`, `1${"0".repeat(400)}`, `17976931348623157${"0".repeat(292)}`],
  // Integer literals that a double would print with an exponent, and the first that it would not.
  ...[`1${"0".repeat(20)}`, `1${"0".repeat(21)}`, `-1${"0".repeat(30)}`, `1${"0".repeat(21)}.0`],
];

const noNumbers = [`"1"`, "true", "null", "[]", "{}", "[1]", `""`];

/** Each number in fields for integers of 64 and 32 bits, doubles, and any values. */
export const numbers: Topic = {
  topic: "numbers",
  about:
    "Numbers in fields of type int64, uint32 and double, within a google.protobuf.Value, and in members that the schema does not have. What a field cannot hold exactly is kept as text.",
  inputs: [...integers, ...doubles, ...noNumbers].flatMap(placed),
};

function placed(text: string): readonly JsonInput[] {
  const name = shorten(text);
  return [
    {
      name: `${name} as int64, required and nullable, and in a Value`,
      schema: "RunStep",
      json: stepText({ created_at: text, failed_at: text, metadata: `{"v":[${text}]}` }),
    },
    {
      name: `${name} as uint32, required and optional, and unknown`,
      schema: "RunStepUsage",
      json: `{"prompt_tokens":${text},"completion_tokens":1,"total_tokens":2,"completion_tokens_details":{"reasoning_tokens":${text}},"x":${text}}`,
    },
    {
      name: `${name} as double, required and optional`,
      schema: "FileSearch",
      json: `{"ranking_options":{"score_threshold":${text}},"results":[{"file_id":"f","file_name":"n","score":${text},"attributes":{"a":${text}}}]}`,
    },
  ];
}
