// Starts a run through an ingress, and prints the events of its stream as they come.
package main

import (
	"fmt"
	"log"
	"os"

	stepwirev1 "github.com/stepwire/stepwire-go/gen/stepwire/v1"
	"github.com/stepwire/stepwire-go/stream"
)

func main() {
	run := &stepwirev1.CreateRun{ThreadId: "thread_sample_3", Body: `{"assistant_id":"asst_sample_bakery","stream":true}`}
	request := &stepwirev1.StreamRunEventsRequest{Start: &stepwirev1.StreamRunEventsRequest_CreateRun{CreateRun: run}}
	key := stream.WithHeader("Authorization", "Bearer "+os.Getenv("OPENAI_API_KEY"))
	for message, err := range stream.Open[stepwirev1.StreamEvent](os.Args[1]+"/stepwire.v1.RunStepService/StreamRunEvents", request, key) {
		if err != nil {
			log.Fatal(err)
		}
		switch event := message.Event.GetEvent().(type) {
		case *stepwirev1.StreamEvent_RunStepCreated:
			fmt.Println(message.Number, event.RunStepCreated.GetId(), "created")
		case *stepwirev1.StreamEvent_MessageDelta:
			for _, content := range event.MessageDelta.GetDelta().GetContent() {
				fmt.Printf("%d text %q\n", message.Number, content.GetText().GetValue())
			}
		}
	}
}
