package stepwire_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"connectrpc.com/connect"

	stepwirev1 "github.com/stepwire/stepwire-go/gen/stepwire/v1"
	"github.com/stepwire/stepwire-go/gen/stepwire/v1/stepwirev1connect"
)

// steps is a server with one step. All other methods are unimplemented.
type steps struct {
	stepwirev1connect.UnimplementedRunStepServiceHandler
}

func (steps) GetRunStep(
	_ context.Context, request *connect.Request[stepwirev1.GetRunStepRequest],
) (*connect.Response[stepwirev1.GetRunStepResponse], error) {
	if request.Msg.GetStepId() != "step_1" {
		return nil, connect.NewError(connect.CodeNotFound, errors.New("there is no such step"))
	}
	step := &stepwirev1.RunStep{Id: request.Msg.GetStepId(), RunId: request.Msg.GetRunId()}
	return connect.NewResponse(&stepwirev1.GetRunStepResponse{RunStep: step}), nil
}

func (steps) StreamRunEvents(
	_ context.Context, _ *connect.Request[stepwirev1.StreamRunEventsRequest],
	stream *connect.ServerStream[stepwirev1.StreamRunEventsResponse],
) error {
	for number := range uint32(3) {
		event := &stepwirev1.StreamEvent{Event: &stepwirev1.StreamEvent_Done{Done: "[DONE]"}}
		response := &stepwirev1.StreamRunEventsResponse{
			Content: &stepwirev1.StreamRunEventsResponse_Event{Event: event},
			Number:  number + 1,
		}
		if err := stream.Send(response); err != nil {
			return err
		}
	}
	return nil
}

func TestService(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle(stepwirev1connect.NewRunStepServiceHandler(steps{}))
	server := httptest.NewUnstartedServer(mux)
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	for name, options := range map[string][]connect.ClientOption{
		"Connect":  nil,
		"gRPC":     {connect.WithGRPC()},
		"gRPC-Web": {connect.WithGRPCWeb()},
	} {
		client := stepwirev1connect.NewRunStepServiceClient(server.Client(), server.URL, options...)
		request := &stepwirev1.GetRunStepRequest{ThreadId: "thread_1", RunId: "run_1", StepId: "step_1"}
		response, err := client.GetRunStep(t.Context(), connect.NewRequest(request))
		if err != nil || response.Msg.GetRunStep().GetRunId() != "run_1" {
			t.Errorf("%s: got %v, %v", name, response, err)
		}
		request.StepId = "step_2"
		if _, err := client.GetRunStep(t.Context(), connect.NewRequest(request)); connect.CodeOf(err) != connect.CodeNotFound {
			t.Errorf("%s: got %v", name, err)
		}
		events, err := client.StreamRunEvents(t.Context(), connect.NewRequest(&stepwirev1.StreamRunEventsRequest{}))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		count := 0
		for events.Receive() {
			count++
		}
		if err := errors.Join(events.Err(), events.Close()); err != nil || count != 3 {
			t.Errorf("%s: %d events, %v", name, count, err)
		}
	}
}
