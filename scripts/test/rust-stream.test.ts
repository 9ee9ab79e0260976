import { expect, it } from "vitest";
import { formatRustStream } from "../library/languages/rust-stream.ts";

const repeats = { "[stepwire.json.v1.repeats_fields]": true };
const message = (number: number, typeName: string) => ({ number, type: "TYPE_MESSAGE", typeName });

it("lists the arms whose payloads repeat fields, and the messages in them", () => {
  const table = formatRustStream([
    {
      package: "acme.v1",
      messageType: [
        {
          name: "Event",
          field: [
            message(5, ".acme.v1.Run"),
            message(2, ".acme.v1.Run"),
            message(1, ".acme.v1.Part"),
            { number: 7, type: "TYPE_STRING" },
            message(9, ".acme.v1.Delta"),
            { ...message(10, ".acme.v1.Delta"), label: "LABEL_REPEATED" },
          ],
        },
        {
          name: "Run",
          options: repeats,
          field: [
            { number: 1, type: "TYPE_STRING" },
            message(3, ".acme.v1.Run.LabelsEntry"),
            message(4, ".acme.v1.Part"),
          ],
          nestedType: [
            {
              name: "LabelsEntry",
              options: { mapEntry: true },
              field: [message(2, ".acme.v1.Run")],
            },
          ],
        },
        { name: "Part", field: [message(6, ".acme.v1.Part")] },
        { name: "Delta", options: repeats },
      ],
    },
  ]);
  expect(table).toContain(`    ("acme.v1.Event", &[
        Arm { number: 2, slot: 2, message: 0 },
        Arm { number: 5, slot: 2, message: 0 },
        Arm { number: 9, slot: 9, message: 2 },
    ]),
];`);
  expect(table).toContain(`    &[Child { number: 4, message: 1 }], // acme.v1.Run
    &[Child { number: 6, message: 1 }], // acme.v1.Part
    &[], // acme.v1.Delta
];`);
});
