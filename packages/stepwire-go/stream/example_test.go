package stream_test

import (
	"bytes"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	stepwirev1 "github.com/stepwire/stepwire-go/gen/stepwire/v1"
	"github.com/stepwire/stepwire-go/stream"
)

func Example() {
	var socket bytes.Buffer
	writer, err := stream.NewWriter(&socket, schema, stream.WithEncoding(stream.Zstd))
	if err != nil {
		log.Fatal(err)
	}
	// Events that came together are written together.
	err = writer.Write(textDelta("msg_1", "Hello"), textDelta("msg_1", " world"))
	if err := errors.Join(err, writer.End()); err != nil {
		log.Fatal(err)
	}

	for event, err := range stream.Read(&socket, stream.WithEncoding(stream.Zstd)) {
		if err != nil {
			log.Fatal(err)
		}
		var message stepwirev1.StreamEvent
		if err := proto.Unmarshal(event.Bytes, &message); err != nil {
			log.Fatal(err)
		}
		delta := message.GetMessageDelta()
		fmt.Println(event.Number, delta.GetId(), delta.GetDelta().GetContent()[0].GetText().GetValue())
	}
	// Output:
	// 1 msg_1 Hello
	// 2 msg_1  world
}

func TestTheReadmeHasTheExample(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(readme), "## Streams\n")
	_, section, _ = strings.Cut(section, "```go\n")
	example, _, ok := strings.Cut(section, "```\n")
	indented := strings.ReplaceAll("\n"+strings.TrimSpace(example), "\n", "\n\t")
	indented = strings.ReplaceAll(indented, "\n\t\n", "\n\n")
	if !ok || !strings.Contains(string(source), indented) {
		t.Errorf("the README has another example:\n%s", example)
	}
}
