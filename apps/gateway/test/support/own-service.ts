import { join } from "node:path";
import type { DescService } from "@bufbuild/protobuf";
import { buildProtos, createFolder, registryOf } from "@stepwire/testing";

/** A small model that no code knows: kettles, the events of boiling them, and a service. */
const kettles = `
  syntax = "proto3";
  package kettle.v1;

  import "google/protobuf/duration.proto";
  import "stepwire/json/v1/json.proto";
  import "stepwire/json/v1/route.proto";
  import "stepwire/json/v1/sse.proto";
  import "stepwire/rpc/v1/rpc.proto";

  service KettleService {
    rpc GetKettle(GetKettleRequest) returns (GetKettleResponse) {
      option (stepwire.json.v1.route) = { get: "/kettles/{kettle_id}" query: "rest" };
    }
    rpc ListKettles(ListKettlesRequest) returns (ListKettlesResponse) {
      option (stepwire.json.v1.route) = { get: "/kitchens/{kitchen_id}/kettles" };
    }
    rpc DeleteKettle(DeleteKettleRequest) returns (DeleteKettleResponse) {
      option (stepwire.json.v1.route) = { delete: "/kettles/{kettle_id}" };
    }
    rpc Boil(BoilRequest) returns (BoilResponse) {
      option (stepwire.json.v1.route) = { post: "/kettles/{kettle_id}/boil" body: "body" query: "rest" };
    }
    rpc StreamBoiling(StreamBoilingRequest) returns (stream StreamBoilingResponse) {
      option (stepwire.json.v1.route) = {
        post: "/kettles/{name_or_id}/boil" arm: "boil" body: "json" first_event: "kettle.on"
      };
      option (stepwire.json.v1.route) = { get: "/kettles/{kettle_id}/events" arm: "watch" };
    }
    rpc CloseBoiling(CloseBoilingRequest) returns (CloseBoilingResponse) {
      option (stepwire.json.v1.closes_streams) = true;
    }
  }

  message GetKettleRequest {
    string kettle_id = 1;
    optional sint64 since = 2;
    optional bool full = 3;
    optional double scale = 4;
    Unit unit = 5;
    string note = 6;
    repeated string include = 7 [(stepwire.json.v1.field).name = "include[]"];
    repeated stepwire.rpc.v1.QueryParameter rest = 8;
  }
  enum Unit {
    UNIT_UNSPECIFIED = 0;
    UNIT_CELSIUS = 1 [(stepwire.json.v1.enum_value).value = "celsius"];
  }
  message GetKettleResponse { Kettle kettle = 3; }
  message ListKettlesRequest {
    string kitchen_id = 1;
    optional uint32 limit = 2;
    optional string order = 3;
  }
  message ListKettlesResponse { KettleList list = 1; }
  message DeleteKettleRequest { string kettle_id = 1; }
  message DeleteKettleResponse { Kettle kettle = 1; }
  message BoilRequest {
    string kettle_id = 1;
    string body = 2;
    repeated stepwire.rpc.v1.QueryParameter rest = 3;
  }
  message BoilResponse { Kettle kettle = 1; }
  message StreamBoilingRequest {
    oneof start {
      StartBoiling boil = 1;
      WatchKettle watch = 2;
      stepwire.rpc.v1.ResumeStream resume = 3;
    }
    google.protobuf.Duration resume_window = 4;
  }
  message StartBoiling { string name_or_id = 1; string json = 2; }
  message WatchKettle { string kettle_id = 1; optional uint32 from = 2; }
  message StreamBoilingResponse {
    uint32 number = 5;
    oneof content {
      KettleEvent kettle_event = 2;
      stepwire.rpc.v1.StreamOpening opening = 4;
    }
  }
  message CloseBoilingRequest { string stream_id = 1; }
  message CloseBoilingResponse {}

  message Kettle {
    option (stepwire.json.v1.message).constants = { name: "object" value: "kitchen.kettle" };
    string id = 1;
    optional string kitchen_id = 2;
    optional double degrees = 3;
    stepwire.json.v1.JsonResidue json_residue = 2047;
  }
  message KettleList {
    option (stepwire.json.v1.message).constants = { name: "object" value: "list" };
    repeated Kettle data = 1 [(stepwire.json.v1.field).presence = PRESENCE_REQUIRED];
    optional string first_id = 2;
    optional string last_id = 3;
    bool has_more = 4;
    stepwire.json.v1.JsonResidue json_residue = 2047;
  }
  message KettleEvent {
    oneof event {
      option (stepwire.json.v1.oneof).adjacent = { tag: "event" content: "data" };
      Kettle on = 1 [(stepwire.json.v1.field).tag_value = "kettle.on"];
      Kettle hot = 2 [(stepwire.json.v1.field).tag_value = "kettle.hot"];
      string done = 3 [(stepwire.json.v1.sse).done_text = "[DONE]"];
      OtherKettleEvent other = 4 [(stepwire.json.v1.field).any_other = true];
    }
    optional string id = 5 [(stepwire.json.v1.sse).id = true];
    optional string data_text = 6 [(stepwire.json.v1.sse).text = true];
    stepwire.json.v1.JsonResidue json_residue = 2047;
  }
  message OtherKettleEvent {
    string event = 1;
    optional string data = 2 [(stepwire.json.v1.field).verbatim = true];
  }
  message KitchenDocument {
    oneof document {
      option (stepwire.json.v1.oneof).inline.tag = "object";
      Kettle kettle = 1;
      KettleEvent kettle_event = 7;
    }
  }
`;

/** Compiles the model. Returns its services. */
export function kettleServices(): DescService[] {
  const { files } = registryOf(buildProtos({ "kettle.proto": kettles }));
  return [...files].flatMap(({ services }) => services);
}

/** Compiles the model. Returns the path of its descriptors, which are deleted after the test. */
export function compileKettles(change = (proto: string): string => proto): string {
  const descriptors = buildProtos({ "kettle.proto": change(kettles) });
  return join(createFolder({ "kettles.binpb": descriptors }), "kettles.binpb");
}
