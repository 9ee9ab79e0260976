package stream_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"google.golang.org/protobuf/proto"

	stepwirev1 "github.com/stepwire/stepwire-go/gen/stepwire/v1"
	"github.com/stepwire/stepwire-go/stream"
)

func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

func startStream(response http.ResponseWriter, encoding stream.Encoding) *stream.Writer {
	response.Header().Set("Content-Type", "application/vnd.stepwire.stream")
	response.Header().Set("Content-Encoding", string(encoding))
	writer, err := stream.NewWriter(response, schema, stream.WithEncoding(encoding))
	if err != nil {
		panic(err)
	}
	return writer
}

var request = &stepwirev1.StreamRunEventsRequest{
	Start: &stepwirev1.StreamRunEventsRequest_CreateRun{
		CreateRun: &stepwirev1.CreateRun{ThreadId: "thread_1"},
	},
}

func TestOpenReturnsMessages(t *testing.T) {
	for _, encoding := range []stream.Encoding{stream.Identity, stream.Gzip, stream.Zstd} {
		url := serve(t, func(response http.ResponseWriter, got *http.Request) {
			body, _ := io.ReadAll(got.Body)
			var sent stepwirev1.StreamRunEventsRequest
			if err := proto.Unmarshal(body, &sent); err != nil || !proto.Equal(&sent, request) {
				t.Errorf("the request is %v, %v", &sent, err)
			}
			if got.Header.Get("Authorization") != "Bearer key" {
				t.Errorf("the headers are %v", got.Header)
			}
			writer := startStream(response, encoding)
			_ = writer.Write(textDelta("msg_1", "Hello"), textDelta("msg_1", " world"))
			_ = writer.End()
		})
		var text string
		auth := stream.WithHeader("Authorization", "Bearer key")
		for event, err := range stream.Open[stepwirev1.StreamEvent](url, request, auth) {
			if err != nil {
				t.Fatal(err)
			}
			text += event.Event.GetMessageDelta().GetDelta().GetContent()[0].GetText().GetValue()
		}
		if text != "Hello world" {
			t.Errorf("%s: the text is %q", encoding, text)
		}
	}
}

// lastError opens a stream, and returns the number of its events and its error.
func lastError(url string, options ...stream.CallOption) (int, error) {
	count := 0
	for _, err := range stream.Open[stepwirev1.StreamEvent](url, request, options...) {
		if err != nil {
			return count, err
		}
		count++
	}
	return count, nil
}

func TestOpenReturnsTheErrorOfTheService(t *testing.T) {
	url := serve(t, func(response http.ResponseWriter, _ *http.Request) {
		response.Header().Set("Stepwire-Error", "not_found answer")
		response.WriteHeader(http.StatusNotFound)
		_, _ = response.Write(make([]byte, 20_000))
	})
	_, err := lastError(url)
	var refused *stream.StatusError
	if !errors.As(err, &refused) || refused.Status != 404 || refused.Code != "not_found" || len(refused.Body) != 16<<10 {
		t.Errorf("the error is %v", err)
	}
}

func TestOpenRefusesAnotherMediaType(t *testing.T) {
	url := serve(t, func(response http.ResponseWriter, _ *http.Request) {
		response.Header().Set("Content-Type", "text/html")
	})
	_, err := lastError(url)
	var refused *stream.StatusError
	if !errors.As(err, &refused) || refused.Status != 200 || refused.Code != "" {
		t.Errorf("the error is %v", err)
	}
}

func TestOpenReportsAStreamThatIsCutOff(t *testing.T) {
	url := serve(t, func(response http.ResponseWriter, _ *http.Request) {
		_ = startStream(response, stream.Identity).Write(textDelta("msg_1", "Hello"))
	})
	count, err := lastError(url)
	var malformed *stream.Error
	if !errors.As(err, &malformed) || malformed.Code != stream.CutOff || count != 1 {
		t.Errorf("the error after %d events is %v", count, err)
	}
}

func TestOpenReportsAnEventThatIsNoMessage(t *testing.T) {
	url := serve(t, func(response http.ResponseWriter, _ *http.Request) {
		writer := startStream(response, stream.Identity)
		_ = writer.Write([]byte{0xff})
		_ = writer.End()
	})
	if _, err := lastError(url); err == nil {
		t.Error("there is no error")
	}
}

func TestOpenEndsTheCall(t *testing.T) {
	ended := make(chan struct{}, 2)
	url := serve(t, func(response http.ResponseWriter, got *http.Request) {
		_ = startStream(response, stream.Identity).Write(textDelta("msg_1", "Hello"))
		response.(http.Flusher).Flush()
		<-got.Context().Done()
		ended <- struct{}{}
	})
	for range stream.Open[stepwirev1.StreamEvent](url, request) {
		break
	}
	<-ended
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	client := stream.WithClient(&http.Client{})
	for _, err := range stream.Open[stepwirev1.StreamEvent](url, request, stream.WithContext(ctx), client) {
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v", err)
		}
		cancel()
	}
	<-ended
}

func TestOpenHasTheLimitsThatAreSet(t *testing.T) {
	url := serve(t, func(response http.ResponseWriter, _ *http.Request) {
		writer := startStream(response, stream.Identity)
		_ = writer.Write(textDelta("msg_1", "Hello"))
		_ = writer.End()
	})
	_, err := lastError(url, stream.WithReadOptions(stream.WithMaxEventBytes(3)))
	var malformed *stream.Error
	if !errors.As(err, &malformed) || malformed.Code != stream.TooLarge {
		t.Errorf("the error is %v", err)
	}
}
