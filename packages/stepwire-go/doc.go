// Package stepwire converts OpenAI run steps between their JSON and Protobuf.
//
// A [Transcoder] goes from JSON bytes to binary bytes and back, without building an
// object, by the same WebAssembly kernel as in every other language: the bytes are
// the same everywhere. The messages for Go are in the package
// github.com/stepwire/stepwire-go/gen/stepwire/v1.
//
// What a document has beyond the schema is kept in the message, so that JSON →
// binary → JSON gives back every value; what is refused instead, a [Mode] says.
package stepwire
