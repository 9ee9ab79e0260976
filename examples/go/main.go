// Starts a run through an ingress, and prints the events of its stream as they come.
package main

import (
	"bytes"
	"fmt"
	"log"
	"net/http"
	"os"

	"google.golang.org/protobuf/proto"

	stepwirev1 "github.com/stepwire/stepwire-go/gen/stepwire/v1"
	"github.com/stepwire/stepwire-go/stream"
)

func main() {
	run := &stepwirev1.CreateRun{ThreadId: "thread_sample_3", Body: `{"assistant_id":"asst_sample_bakery","stream":true}`}
	body, err := proto.Marshal(&stepwirev1.StreamRunEventsRequest{
		Start: &stepwirev1.StreamRunEventsRequest_CreateRun{CreateRun: run},
	})
	check(err)
	address := os.Args[1] + "/stepwire.v1.RunStepService/StreamRunEvents"
	request, err := http.NewRequest(http.MethodPost, address, bytes.NewReader(body))
	check(err)
	request.Header.Set("Authorization", "Bearer "+os.Getenv("OPENAI_API_KEY"))
	request.Header.Set("Content-Type", "application/proto")
	request.Header.Set("Accept", "application/vnd.stepwire.stream")
	request.Header.Set("Accept-Encoding", "zstd, gzip")
	response, err := http.DefaultClient.Do(request)
	check(err)
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		log.Fatal(response.Status)
	}
	encoding := stream.Encoding(response.Header.Get("Content-Encoding"))
	for each, err := range stream.Read(response.Body, stream.WithEncoding(encoding)) {
		check(err)
		event := &stepwirev1.StreamEvent{}
		check(proto.Unmarshal(each.Bytes, event))
		switch data := event.GetEvent().(type) {
		case *stepwirev1.StreamEvent_RunStepCreated:
			fmt.Println(each.Number, data.RunStepCreated.GetId(), "created")
		case *stepwirev1.StreamEvent_RunStepDelta:
			for _, call := range data.RunStepDelta.GetDelta().GetStepDetails().GetToolCalls().GetToolCalls() {
				fmt.Printf("%d code %q\n", each.Number, call.GetCodeInterpreter().GetInput())
			}
		case *stepwirev1.StreamEvent_MessageDelta:
			for _, content := range data.MessageDelta.GetDelta().GetContent() {
				fmt.Printf("%d text %q\n", each.Number, content.GetText().GetValue())
			}
		case *stepwirev1.StreamEvent_RunStepCompleted:
			fmt.Println(each.Number, data.RunStepCompleted.GetId(), "completed")
		}
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
