package stream_test

import (
	"bytes"
	"errors"
	"fmt"
	"log"

	"google.golang.org/protobuf/proto"

	"github.com/stepwire/stepwire-go"
	stepwirev1 "github.com/stepwire/stepwire-go/gen/stepwire/v1"
	"github.com/stepwire/stepwire-go/stream"
)

func Example() {
	events, err := stepwire.NewTranscoder("stepwire.v1.StreamEvent")
	if err != nil {
		log.Fatal(err)
	}
	defer events.Close()
	first, err := events.ToBinary([]byte(`{"event":"thread.message.delta","data":{"id":"msg_1",
		"object":"thread.message.delta","delta":{"content":[{"index":0,"type":"text","text":{"value":"Hello"}}]}}}`))
	if err != nil {
		log.Fatal(err)
	}
	second, err := events.ToBinary([]byte(`{"event":"thread.message.delta","data":{"id":"msg_1",
		"object":"thread.message.delta","delta":{"content":[{"index":0,"type":"text","text":{"value":" world"}}]}}}`))
	if err != nil {
		log.Fatal(err)
	}

	var socket bytes.Buffer
	schema := (&stepwirev1.StreamEvent{}).ProtoReflect().Descriptor()
	writer, err := stream.NewWriter(&socket, schema, stream.WithEncoding(stream.Zstd))
	if err != nil {
		log.Fatal(err)
	}
	// Events that came together are written together.
	err = writer.Write(first, second)
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
