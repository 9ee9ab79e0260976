package stepwire_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"

	"github.com/stepwire/stepwire-go"
	"github.com/stepwire/stepwire-go/archive"
	chatv1 "github.com/stepwire/stepwire-go/gen/stepwire/chat/v1"
	stepwirev1 "github.com/stepwire/stepwire-go/gen/stepwire/v1"
	"github.com/stepwire/stepwire-go/gen/stepwire/v1/stepwirev1connect"
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

func Example_lines() {
	steps, err := stepwire.NewTranscoder("stepwire.v1.RunStepDelta")
	if err != nil {
		log.Fatal(err)
	}
	defer steps.Close()

	// Any reader and any writer, such as files or the body of a request.
	lines := strings.NewReader(`{"id":"step_1","object":"thread.run.step.delta","delta":{}}
{"id":2}
{"id":"step_3","object":"thread.run.step.delta","delta":{}}
`)
	var packed bytes.Buffer
	err = steps.PackLinesTo(&packed, lines, stepwire.WithSkipped(func(refused *stepwire.LineError) {
		fmt.Println("line", refused.Index+1, refused.Err.Code, refused.Err.Pointer)
	}))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(packed.Len(), "bytes")

	for json, err := range steps.UnpackedLines(&packed) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(string(json))
	}
	// Output:
	// line 2 wrong_type /id
	// 22 bytes
	// {"id":"step_1","object":"thread.run.step.delta","delta":{}}
	// {"id":"step_3","object":"thread.run.step.delta","delta":{}}
}

func Example_events() {
	events, err := stepwire.NewTranscoder("stepwire.chat.v1.ChatCompletionStreamEvent")
	if err != nil {
		log.Fatal(err)
	}
	defer events.Close()

	// What the body of a response has.
	const stream = `data: {"id":"c_1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}]}

data: {"id":"c_1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"lo"},"finish_reason":null}]}

data: [DONE]

`
	var written bytes.Buffer // or an http.ResponseWriter
	encoder, err := events.NewEventEncoder(&written)
	if err != nil {
		log.Fatal(err)
	}
	for event, err := range stepwire.DecodeEvents[chatv1.ChatCompletionStreamEvent](events, strings.NewReader(stream)) {
		if err != nil {
			log.Fatal(err)
		}
		for _, choice := range event.GetChunk().GetChoices() {
			fmt.Println(choice.GetDelta().GetContent().GetText())
		}
		if err := encoder.WriteMessages(event); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(written.String() == stream)
	// Output:
	// Hel
	// lo
	// true
}

func Example_accumulator() {
	events, err := stepwire.NewTranscoder("stepwire.v1.StreamEvent")
	if err != nil {
		log.Fatal(err)
	}
	defer events.Close()
	accumulator, err := stepwire.NewAccumulator("stepwire.v1.StreamEvent")
	if err != nil {
		log.Fatal(err)
	}
	defer accumulator.Close()

	body := strings.NewReader(`event: thread.message.delta
data: {"id":"msg_1","object":"thread.message.delta","delta":{"content":[{"index":0,"type":"text","text":{"value":"Hello"}}]}}

event: thread.message.delta
data: {"id":"msg_1","object":"thread.message.delta","delta":{"content":[{"index":0,"type":"text","text":{"value":" world"}}]}}

event: done
data: [DONE]

`)
	for event, err := range events.DecodeEvents(body) {
		if err != nil {
			log.Fatal(err)
		}
		if _, err := accumulator.Apply(event); err != nil {
			log.Fatal(err)
		}
	}

	objects, err := accumulator.Objects()
	if err != nil {
		log.Fatal(err)
	}
	for _, object := range objects {
		var message stepwirev1.ThreadMessage
		if err := accumulator.Unmarshal(object.Number, &message); err != nil {
			log.Fatal(err)
		}
		fmt.Println(object.Type, object.ID, message.GetContent()[0].GetText().GetValue())
	}
	fmt.Println(accumulator.Ended())
	// Output:
	// stepwire.v1.ThreadMessage msg_1 Hello world
	// done
}

func Example_archive() {
	documents, err := stepwire.NewTranscoder("stepwire.v1.Document", stepwire.WithMode(stepwire.Archive))
	if err != nil {
		log.Fatal(err)
	}
	defer documents.Close()

	packed, err := documents.PackLines([]byte(`{"id":"asst_1","object":"assistant","name":"Ada","tools":[]}
{"id":"chatcmpl_1","object":"chat.completion","choices":[]}
{"my":"own","number":1.50}
`))
	if err != nil {
		log.Fatal(err)
	}
	var file bytes.Buffer // or a file
	writer, err := archive.NewWriter(&file, "stepwire.v1.Document", archive.WithZstd())
	if err != nil {
		log.Fatal(err)
	}
	err = writer.WriteDelimited(packed)
	if err := errors.Join(err, writer.Close()); err != nil {
		log.Fatal(err)
	}

	for document, err := range archive.Read(&file) {
		if err != nil {
			log.Fatal(err)
		}
		json, err := documents.ToJSON(document.Bytes)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(document.Number, string(json))
	}
	// Output:
	// 1 {"id":"asst_1","object":"assistant","name":"Ada","tools":[]}
	// 2 {"id":"chatcmpl_1","object":"chat.completion","choices":[]}
	// 3 {"my":"own","number":1.50}
}

func Example_service() {
	// A server of the service; all methods that it does not have answer "unimplemented".
	mux := http.NewServeMux()
	mux.Handle(stepwirev1connect.NewRunStepServiceHandler(stepwirev1connect.UnimplementedRunStepServiceHandler{}))
	server := httptest.NewServer(mux)
	defer server.Close()

	// The address of a server, such as the ingress of the gateway.
	client := stepwirev1connect.NewRunStepServiceClient(http.DefaultClient, server.URL)
	response, err := client.GetRunStep(context.Background(), connect.NewRequest(
		&stepwirev1.GetRunStepRequest{ThreadId: "thread_1", RunId: "run_1", StepId: "step_1"},
	))
	if err != nil {
		fmt.Println(connect.CodeOf(err))
		return
	}
	fmt.Println(response.Msg.GetRunStep().GetStatus())
	// Output:
	// unimplemented
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
