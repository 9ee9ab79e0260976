package stepwire_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stepwire/stepwire-go"
	chatv1 "github.com/stepwire/stepwire-go/gen/stepwire/chat/v1"
	stepwirev1 "github.com/stepwire/stepwire-go/gen/stepwire/v1"
)

const (
	runEvent  = "stepwire.v1.StreamEvent"
	chatEvent = "stepwire.chat.v1.ChatCompletionStreamEvent"
)

const chatStream = `data: {"id":"c_1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}]}

: a comment
data: {"id":"c_1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"lo"},"finish_reason":null}]}

data: [DONE]

`

func TestEvents(t *testing.T) {
	transcoder := newTranscoder(t, chatEvent)
	for name, open := range readers {
		var text, done string
		for event, err := range stepwire.DecodeEvents[chatv1.ChatCompletionStreamEvent](
			transcoder, open([]byte(chatStream)),
		) {
			if err != nil {
				t.Fatal(err)
			}
			for _, choice := range event.GetChunk().GetChoices() {
				text += choice.GetDelta().GetContent().GetText()
			}
			done += event.GetDone()
		}
		if text != "Hello" || done != "[DONE]" {
			t.Errorf("%s: got %q, %q", name, text, done)
		}
	}
}

func TestEncodedEvents(t *testing.T) {
	transcoder := newTranscoder(t, chatEvent)
	var messages, output bytes.Buffer
	encoder, err := transcoder.NewEventEncoder(&messages)
	if err != nil {
		t.Fatal(err)
	}
	typed, err := transcoder.NewEventEncoder(&output)
	if err != nil {
		t.Fatal(err)
	}
	for message, err := range transcoder.DecodeEvents(strings.NewReader(chatStream)) {
		if err == nil {
			err = encoder.Write(message)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for event, err := range stepwire.DecodeEvents[chatv1.ChatCompletionStreamEvent](transcoder, strings.NewReader(chatStream)) {
		if err == nil {
			err = typed.WriteMessages(event)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	expected := strings.ReplaceAll(chatStream, ": a comment\n", "")
	if messages.String() != expected {
		t.Errorf("got %s", messages.String())
	}
	if output.String() != expected {
		t.Errorf("got %s", output.String())
	}
}

func TestRefusedEvents(t *testing.T) {
	transcoder := newTranscoder(t, chatEvent)
	const input = "data: {\"id\":1}\n\ndata: [DONE]\n\ndata: {\"id\":\n\ndata: [DONE]\n\n"
	for name, open := range readers {
		var found []string
		for _, err := range transcoder.DecodeEvents(open([]byte(input))) {
			refused, isRefused := err.(*stepwire.EventError)
			switch {
			case isRefused:
				found = append(found, fmt.Sprint(refused.Index, " ", refused.Err.Code, " ", refused.Err.Pointer))
			case err != nil:
				t.Fatal(err)
			default:
				found = append(found, "done")
			}
		}
		expected := []string{"0 wrong_type /data/id", "done", "2 not_json /data", "done"}
		if !slices.Equal(found, expected) {
			t.Errorf("%s: got %q", name, found)
		}
	}
}

func TestEventsEnd(t *testing.T) {
	transcoder := newTranscoder(t, runEvent)
	failure := errors.New("the connection is lost")
	cut := "event: done\ndata: [DONE]\n\nevent: thread.created\n"
	for name, each := range map[string]struct {
		source io.Reader
		check  func(error) bool
	}{
		"an event that is cut off": {strings.NewReader(cut), func(err error) bool {
			refused, isRefused := err.(*stepwire.EventError)
			return isRefused && refused.IsLast && refused.Index == 1
		}},
		"a failure": {io.MultiReader(strings.NewReader(cut), iotest.ErrReader(failure)), func(err error) bool {
			return err == failure
		}},
	} {
		count := 0
		for _, err := range transcoder.DecodeEvents(each.source) {
			if count++; (err != nil) != (count == 2) || err != nil && !each.check(err) {
				t.Errorf("%s: got %v", name, err)
			}
		}
		if count != 2 {
			t.Errorf("%s: there are %d events", name, count)
		}
	}
	for range transcoder.DecodeEvents(strings.NewReader(cut)) {
		break
	}
	decoder, err := transcoder.NewEventDecoder()
	if err != nil {
		t.Fatal(err)
	}
	if messages, err := decoder.End(); err != nil || len(messages) > 0 {
		t.Errorf("an empty stream: %v", err)
	}
	if _, err := decoder.Decode([]byte(cut)); err == nil {
		t.Error("a decoder reads on after the end")
	}
}

func TestLimitsOfEvents(t *testing.T) {
	transcoder := newTranscoder(t, runEvent)
	long := "event: done\ndata: " + strings.Repeat("x", 1000)
	for name, open := range readers {
		for _, err := range transcoder.DecodeEvents(open([]byte(long)), stepwire.WithMaxEventBytes(100)) {
			refused, isRefused := err.(*stepwire.EventError)
			if !isRefused || refused.Err.Code != stepwire.TooLarge || !refused.IsLast {
				t.Errorf("%s: got %v", name, err)
			}
		}
	}
	if _, err := transcoder.NewEventDecoder(stepwire.WithMaxEventBytes(0)); err == nil {
		t.Error("a limit of 0 is accepted")
	}
	if _, err := transcoder.NewEventEncoder(io.Discard, stepwire.WithMaxEventBytes(0)); err == nil {
		t.Error("a limit of 0 is accepted")
	}
}

func TestOtherMessagesAreNoEvents(t *testing.T) {
	transcoder := newTranscoder(t, creation)
	for _, err := range transcoder.DecodeEvents(strings.NewReader(chatStream)) {
		if err == nil {
			t.Error("a message is an event")
		}
	}
	for _, err := range stepwire.DecodeEvents[stepwirev1.StreamEvent](transcoder, strings.NewReader(chatStream)) {
		if err == nil {
			t.Error("a message of another type is an event")
		}
	}
	encoder, err := transcoder.NewEventEncoder(io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if err := encoder.WriteMessages(&stepwirev1.StreamEvent{}); err == nil {
		t.Error("a message of another type was written")
	}
}

func TestRefusedMessages(t *testing.T) {
	transcoder := newTranscoder(t, runEvent)
	done := []byte("\xa2\x06\x06[DONE]")
	for message, err := range transcoder.DecodeEvents(strings.NewReader("event: done\ndata: [DONE]\n\n")) {
		if err != nil {
			t.Fatal(err)
		}
		done = bytes.Clone(message)
	}
	var output bytes.Buffer
	encoder, err := transcoder.NewEventEncoder(&output)
	if err != nil {
		t.Fatal(err)
	}
	err = encoder.Write(done, []byte{0xff}, done)
	refused, isRefused := err.(*stepwire.EventError)
	if !isRefused || refused.Index != 1 || refused.Err.Code != stepwire.MalformedBinary {
		t.Errorf("got %v", err)
	}
	if err := encoder.Write(done); err != nil {
		t.Error(err)
	}
	if output.String() != strings.Repeat("event: done\ndata: [DONE]\n\n", 2) {
		t.Errorf("got %q", output.String())
	}
}

// An event is returned while the stream is silent.
func TestEventsDoNotWait(t *testing.T) {
	transcoder := newTranscoder(t, runEvent)
	reader, writer := io.Pipe()
	defer writer.Close()
	go func() { _, _ = writer.Write([]byte("event: done\ndata: [DONE]\n\n: more")) }()
	for _, err := range transcoder.DecodeEvents(reader) {
		if err != nil {
			t.Error(err)
		}
		break
	}
}
