/** The payloads of the events of `eventMessage`. */
export const payloads = `
  message Thing {
    string type = 1;
    optional string id = 2;
    optional Thing inner = 3;
    RESIDUE
  }
  message Other {
    string event = 1;
    optional string data = 2 [(field).verbatim = true];
  }
`;

/**
 * Declares an event message.
 *
 * @param unnamed Declaration of the field that records that there is no `event:` line.
 */
export const eventMessage = (name: string, unnamed: string) => `
  message ${name} {
    oneof event {
      option (oneof).adjacent = { tag: "event" content: "data" };
      Thing made = 2 [(field).tag_value = "thing.made"];
      Thing changed = 300 [(field).tag_value = "thing.changed"];
      string done = 4 [
        (field) = { tag_value: "[DONE]" presence: PRESENCE_OPTIONAL },
        (sse) = { done_text: "[DONE]" done_unnamed: true }
      ];
      Other other = 5 [(field).any_other = true];
    }
    optional string id = 6 [(sse).id = true];
    optional string data_text = 7 [(sse).text = true];
    ${unnamed}
    RESIDUE
  }
`;
