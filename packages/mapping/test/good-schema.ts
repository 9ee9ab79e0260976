/** A schema without mistakes that has every feature of the mapping. */
export const goodSchema = `
  message Thing {
    option (message) = {
      schema_name: "ThingObject"
      constants: { name: "object" value: "thing" after: "id" }
      constants: { name: "version" value: "v1" presence: PRESENCE_OPTIONAL }
    };
    string id = 1;
    optional string nick_name = 2 [(field).name = "nickName"];
    optional int64 ended_at = 3 [(field).presence = PRESENCE_NULLABLE];
    Color color = 4;
    optional Color background = 5;
    Thing parent = 6;
    Thing root = 7 [(field).presence = PRESENCE_REQUIRED];
    repeated string tags = 8;
    repeated Thing children = 9 [(field).presence = PRESENCE_REQUIRED];
    repeated Color colors = 10 [(field).presence = PRESENCE_NULLABLE];
    map<string, google.protobuf.Value> metadata = 11;
    map<string, Thing> things = 12 [(field).presence = PRESENCE_REQUIRED];
    google.protobuf.Value anything = 13;
    string text = 14 [(field).verbatim = true];
    repeated string texts = 15 [(field).verbatim = true];
    bool flag = 16;
    double score = 17;
    Rows rows = 18;
    bytes image = 19;
    repeated bytes images = 20;
    map<string, bytes> named_images = 21;
    Content content = 22 [(field).presence = PRESENCE_REQUIRED];
    repeated Content contents = 23;
    Chosen choice = 24;
    RESIDUE
  }

  message Content {
    option (message).schema_name = "ThingContent";
    oneof content {
      option (oneof).kind = {};
      string text = 1;
      Color color = 2;
      Rows rows = 3;
      Plain row = 4;
      google.protobuf.NullValue none = 5;
      uint32 count = 6;
      bool flag = 7;
      string other = 8 [(field) = { any_other: true verbatim: true }];
    }
  }

  message Plain {
    RESIDUE
  }

  message Chosen {
    oneof choice {
      option (oneof).kind.tag = "object";
      Thing thing = 1;
      Call call = 2;
      Event event = 3;
      bytes data = 4;
    }
  }

  enum Color {
    option allow_alias = true;
    COLOR_UNSPECIFIED = 0;
    COLOR_RED = 1 [(enum_value).value = "red"];
    COLOR_GREY = 2 [(enum_value).value = "grey"];
    COLOR_GRAY = 2;
  }

  message Integers {
    int32 a = 1;
    uint32 b = 2;
    sint32 c = 3;
    fixed32 d = 4;
    sfixed32 e = 5;
    int64 f = 6;
    uint64 g = 7;
    sint64 h = 8;
    fixed64 i = 9;
    sfixed64 j = 10;
    RESIDUE
  }

  message Rows {
    option (message).array = true;
    repeated Row rows = 1;
  }

  message Row {
    option (message) = { array: true schema_name: "TableRow" };
    repeated int32 cells = 1;
  }

  message Call {
    option (message).constants = { name: "object" value: "call" };
    string id = 1;
    oneof call {
      option (oneof).tagged.tag = "type";
      string logs = 2;
      Thing thing = 3 [(field) = {
        name: "the_thing"
        tag_value: "a.thing"
        presence: PRESENCE_NULLABLE
        schema_name: "ThingCall"
      }];
      Rows rows = 4 [(field).presence = PRESENCE_OPTIONAL];
    }
    oneof mood {
      option (oneof).tagged = { tag: "mood" tag_presence: PRESENCE_OPTIONAL };
      string happy = 5;
    }
    string last = 6;
    RESIDUE
  }

  message Event {
    oneof event {
      option (oneof).adjacent = { tag: "event" content: "data" };
      Thing thing_created = 1 [(field).tag_value = "thing.created"];
      string done = 2 [(field).presence = PRESENCE_OPTIONAL];
      OtherEvent other = 3 [(field).any_other = true];
    }
    RESIDUE
  }

  message OtherEvent {
    string event = 1;
    optional string data = 2 [(field).verbatim = true];
  }

  message Document {
    oneof document {
      option (oneof).inline.tag = "object";
      Thing thing = 1;
      Call call = 2;
      Event event = 3;
      string other = 4 [(field) = { any_other: true verbatim: true }];
    }
  }

  message MoreEvents {
    oneof event {
      option (oneof).adjacent = { tag: "event" content: "data" };
      string unnamed = 1 [(field).empty_tag = true];
      string done = 2;
    }
    RESIDUE
  }

  message ThingList {
    option (message).constants = { name: "object" value: "list" };
    repeated Thing things = 1 [(field).name = "data"];
    RESIDUE
  }

  message CallList {
    option (message).constants = { name: "object" value: "list" };
    repeated Call data = 1;
    RESIDUE
  }

  message Lists {
    oneof lists {
      option (oneof).inline = { tag: "object" list: "data" };
      Thing thing = 1;
      MoreEvents more_events = 2;
      Event event = 3;
      ThingList things = 4;
      CallList calls = 5;
    }
  }

  message Search {
    SearchType kind = 1 [(field).name = "object"];
    RESIDUE
  }

  enum SearchType {
    option allow_alias = true;
    SEARCH_TYPE_NONE = 0 [(enum_value).value = "none"];
    SEARCH_TYPE_WEB = 1 [(enum_value).value = "web"];
    SEARCH_TYPE_WWW = 1;
  }

  message Note {
    optional SearchNote object = 1;
    RESIDUE
  }

  enum SearchNote {
    SEARCH_NOTE_UNSPECIFIED = 0;
    SEARCH_NOTE_NOTE = 1 [(enum_value).value = "note"];
  }

  message Remark {
    option (message).constants = { name: "object" value: "remark" presence: PRESENCE_OPTIONAL };
    RESIDUE
  }

  message Searched {
    oneof searched {
      option (oneof).inline.tag = "object";
      Thing thing = 1;
      Search search = 2;
      Remark remark = 3;
      Note note = 4 [(field).without_tag = true];
    }
  }

  message SearchList {
    option (message).constants = { name: "object" value: "list" };
    repeated Search data = 1;
    RESIDUE
  }

  message SearchedLists {
    oneof searched {
      option (oneof).inline = { tag: "object" list: "data" };
      ThingList things = 1;
      SearchList searches = 2;
      Plain plain = 3 [(field).without_tag = true];
      Remark remark = 4;
    }
  }

  message Closed {
    option (message).schema_name = "ClosedDocument";
    oneof document {
      option (oneof).inline.tag = "object";
      Thing thing = 1;
    }
  }
`;
