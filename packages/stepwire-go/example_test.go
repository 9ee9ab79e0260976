package stepwire_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"

	"google.golang.org/protobuf/encoding/protodelim"
	"google.golang.org/protobuf/proto"

	"github.com/stepwire/stepwire-go"
	stepwirev1 "github.com/stepwire/stepwire-go/gen/stepwire/v1"
	"github.com/stepwire/stepwire-go/stream"
)

func Example_document() {
	// Keep it: any number of goroutines may share it.
	transcoder, err := stepwire.NewTranscoder("stepwire.v1.RunStepDelta")
	if err != nil {
		log.Fatal(err)
	}
	defer transcoder.Close()

	// Plain Protobuf, for any language.
	binary, err := transcoder.ToBinary([]byte(`{"id":"step_1","object":"thread.run.step.delta",
		"delta":{"step_details":{"type":"tool_calls","tool_calls":[
		{"index":0,"type":"browser","browser":{"tab":12345678901234567890}}]}}}`))
	if err != nil {
		log.Fatal(err)
	}
	// Every value, to the last digit.
	json, err := transcoder.ToJSON(binary)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(binary), "bytes")
	fmt.Println(string(json))

	var delta stepwirev1.RunStepDelta
	if err := transcoder.Unmarshal(json, &delta); err != nil {
		log.Fatal(err)
	}
	fmt.Println(delta.GetId())

	_, err = transcoder.ToBinary([]byte(`{"id":1}`))
	var refusal *stepwire.Error
	if errors.As(err, &refusal) {
		fmt.Println(refusal.Code, refusal.Pointer, refusal.Offset)
	}
	// Output:
	// 81 bytes
	// {"id":"step_1","object":"thread.run.step.delta","delta":{"step_details":{"type":"tool_calls","tool_calls":[{"index":0,"type":"browser","browser":{"tab":12345678901234567890}}]}}}
	// step_1
	// wrong_type /id 6
}

func Example_stream() {
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

func Example_archive() {
	documents, err := stepwire.NewTranscoder("stepwire.v1.Document", stepwire.WithMode(stepwire.Archive))
	if err != nil {
		log.Fatal(err)
	}
	defer documents.Close()

	var archive bytes.Buffer // or a file
	for _, line := range []string{
		`{"id":"asst_1","object":"assistant","name":"Ada","tools":[]}`,
		`{"id":"chatcmpl_1","object":"chat.completion","choices":[]}`,
		`{"my":"own","number":1.50}`,
	} {
		var document stepwirev1.Document
		err := documents.Unmarshal([]byte(line), &document)
		if err != nil {
			log.Fatal(err)
		}
		if _, err := protodelim.MarshalTo(&archive, &document); err != nil {
			log.Fatal(err)
		}
	}

	for {
		var document stepwirev1.Document
		err := protodelim.UnmarshalFrom(&archive, &document)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			log.Fatal(err)
		}
		json, err := documents.Marshal(&document)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(string(json))
	}
	// Output:
	// {"id":"asst_1","object":"assistant","name":"Ada","tools":[]}
	// {"id":"chatcmpl_1","object":"chat.completion","choices":[]}
	// {"my":"own","number":1.50}
}

func ExampleTranscoder_Unmarshal() {
	transcoder, err := stepwire.NewTranscoder("stepwire.v1.FunctionCall")
	if err != nil {
		log.Fatal(err)
	}
	defer transcoder.Close()

	var call stepwirev1.FunctionCall
	err = transcoder.Unmarshal([]byte(`{"name":"weather","arguments":"{}","output":null}`), &call)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(call.GetName())
	// Output: weather
}

func ExampleError() {
	transcoder, err := stepwire.NewTranscoder("stepwire.v1.FunctionCall")
	if err != nil {
		log.Fatal(err)
	}
	defer transcoder.Close()

	_, err = transcoder.ToBinary([]byte(`{"name":"weather","arguments":{"city":"Bern"}}`))
	var refusal *stepwire.Error
	if errors.As(err, &refusal) {
		fmt.Println(refusal.Code, refusal.Pointer, refusal.Offset)
	}
	// Output: wrong_type /arguments 30
}
