package stepwire_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/stepwire/stepwire-go"
	chatv1 "github.com/stepwire/stepwire-go/gen/stepwire/chat/v1"
	stepwirev1 "github.com/stepwire/stepwire-go/gen/stepwire/v1"
)

func newAccumulator(
	t *testing.T, event protoreflect.FullName, options ...stepwire.AccumulatorOption,
) *stepwire.Accumulator {
	t.Helper()
	accumulator, err := stepwire.NewAccumulator(event, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(accumulator.Close)
	return accumulator
}

// chatEvents returns the events of chatStream.
func chatEvents(t *testing.T) [][]byte {
	t.Helper()
	return decodeAll(t, newTranscoder(t, chatEvent), strings.NewReader(chatStream))
}

const completion = "stepwire.chat.v1.ChatCompletion"

func TestAccumulator(t *testing.T) {
	accumulator := newAccumulator(t, chatEvent)
	events := chatEvents(t)
	var numbers []int
	for _, event := range events {
		number, err := accumulator.Apply(event)
		if err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, number)
	}
	if !slices.Equal(numbers, []int{1, 1, 0}) || accumulator.Ended() != stepwire.Done {
		t.Errorf("got %v, %q", numbers, accumulator.Ended())
	}
	objects, err := accumulator.Objects()
	if err != nil || !slices.Equal(objects, []stepwire.Object{{Number: 1, Type: completion, ID: "c_1"}}) {
		t.Errorf("got %v, %v", objects, err)
	}
	var message chatv1.ChatCompletion
	if err := accumulator.Unmarshal(1, &message); err != nil {
		t.Fatal(err)
	}
	if text := message.GetChoices()[0].GetMessage().GetContent().GetText(); text != "Hello" {
		t.Errorf("got %q", text)
	}
	json, err := newTranscoder(t, completion).Marshal(&message)
	if err != nil {
		t.Fatal(err)
	}
	const expected = `{"id":"c_1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,` +
		`"message":{"content":"Hello"},"finish_reason":null}]}`
	if string(json) != expected {
		t.Errorf("got %s", json)
	}

	if number := accumulator.Find(completion, "c_1"); number != 1 || accumulator.Size() == 0 {
		t.Errorf("got %d, %d", number, accumulator.Size())
	}
	if accumulator.Find(completion, "c_2") != 0 || accumulator.Find("other", "c_1") != 0 {
		t.Error("an object that does not exist was found")
	}
	if !accumulator.Remove(1) || accumulator.Remove(1) || accumulator.Find(completion, "c_1") != 0 {
		t.Error("the object was not removed")
	}
	if _, err := accumulator.Get(completion, "c_1"); err != stepwire.ErrNoObject {
		t.Errorf("got %v", err)
	}
}

func TestApplyingMessages(t *testing.T) {
	accumulator := newAccumulator(t, chatEvent)
	transcoder := newTranscoder(t, chatEvent)
	for event, err := range stepwire.DecodeEvents[chatv1.ChatCompletionStreamEvent](transcoder, strings.NewReader(chatStream)) {
		if err == nil {
			_, err = accumulator.ApplyMessage(event)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if accumulator.Ended() != stepwire.Done {
		t.Error("the stream has not ended")
	}
	if _, err := accumulator.ApplyMessage(&stepwirev1.StreamEvent{}); err == nil {
		t.Error("an event of another type was applied")
	}
	if err := accumulator.Unmarshal(1, &stepwirev1.RunStep{}); err == nil {
		t.Error("an object was read into a message of another type")
	}
}

func TestApplyAll(t *testing.T) {
	var all []byte
	for _, event := range chatEvents(t) {
		all = append(binary.AppendUvarint(all, uint64(len(event))), event...)
	}
	accumulator := newAccumulator(t, chatEvent)
	applied, rest, err := accumulator.ApplyAll(all[:len(all)-1])
	if applied != 2 || err != nil || len(rest) == 0 {
		t.Errorf("got %d, %d bytes, %v", applied, len(rest), err)
	}
	applied, rest, err = accumulator.ApplyAll(append(bytes.Clone(rest), all[len(all)-1]))
	if applied != 1 || err != nil || len(rest) != 0 || accumulator.Ended() != stepwire.Done {
		t.Errorf("got %d, %d bytes, %v", applied, len(rest), err)
	}
	refused := append([]byte("\x01\xff"), all...)
	applied, rest, err = newAccumulator(t, chatEvent).ApplyAll(refused)
	var refusal *stepwire.AccumulationError
	if applied != 0 || !bytes.Equal(rest, all) || !errors.As(err, &refusal) || refusal.Code != stepwire.AccumulationMalformedEvent {
		t.Errorf("got %d, %d bytes, %v", applied, len(rest), err)
	}
}

func TestRefusedDeltas(t *testing.T) {
	transcoder := newTranscoder(t, runEvent, stepwire.WithMode(stepwire.Archive))
	event, err := transcoder.ToBinary([]byte(`{"event":"thread.message.delta","data":{"id":"msg_1",
		"object":"thread.message.delta","delta":{"content":[{"index":7,"type":"text","text":{"value":"Hello"}}]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	accumulator := newAccumulator(t, runEvent, stepwire.WithMaxIndexGap(3))
	_, err = accumulator.Apply(event)
	var refusal *stepwire.AccumulationError
	if !errors.As(err, &refusal) {
		t.Fatalf("got %v", err)
	}
	if refusal.Code != stepwire.AccumulationIndexGap || refusal.Type != "stepwire.v1.ThreadMessage" || refusal.ID != "msg_1" ||
		refusal.Pointer == "" || refusal.Expected == "" || refusal.Found == "" {
		t.Errorf("got %+v", refusal)
	}
	if objects, err := accumulator.Objects(); err != nil || len(objects) != 0 {
		t.Errorf("got %v, %v", objects, err)
	}
	if _, err := newAccumulator(t, runEvent).Apply(event); err != nil {
		t.Error(err)
	}
	_, err = newAccumulator(t, runEvent, stepwire.WithMaxInputBytes(len(event)-1)).Apply(event)
	if !errors.As(err, &refusal) || refusal.Code != stepwire.AccumulationTooLarge {
		t.Errorf("got %v", err)
	}
	other := newAccumulator(t, runEvent, stepwire.WithObjects("stepwire.v1.RunStep"))
	if number, err := other.Apply(event); number != 0 || err != nil {
		t.Errorf("got %d, %v", number, err)
	}
}

func TestMistakesWithAccumulators(t *testing.T) {
	if _, err := stepwire.NewAccumulator("stepwire.v1.RunStep"); err == nil {
		t.Error("a run step is accepted as an event")
	}
	for name, option := range map[string]stepwire.AccumulatorOption{
		"no objects":   stepwire.WithMaxObjects(0),
		"no elements":  stepwire.WithMaxElements(-1),
		"no members":   stepwire.WithMaxMembers(0),
		"no size":      stepwire.WithMaxSize(1 << 40),
		"no text":      stepwire.WithMaxTextLength(0),
		"no input":     stepwire.WithMaxInputBytes(0),
		"other object": stepwire.WithObjects("stepwire.v1.RunStepDelta"),
		"other plan":   stepwire.WithPlan([]byte("{}")),
		"half a plan":  stepwire.WithPlan([]byte("SWA1\x00\x00\x00\x00\x0c\x00\x00\x00")),
	} {
		if _, err := stepwire.NewAccumulator(runEvent, option); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	accumulator := newAccumulator(t, runEvent, stepwire.WithSetNames("a", "b"))
	accumulator.Close()
	if _, err := accumulator.Apply(nil); err != stepwire.ErrClosed {
		t.Errorf("got %v", err)
	}
	if _, err := accumulator.Objects(); err != stepwire.ErrClosed {
		t.Errorf("got %v", err)
	}
	if accumulator.Ended() != stepwire.NotEnded || accumulator.Find("a", "b") != 0 || accumulator.Size() != 0 {
		t.Error("a closed accumulator has objects")
	}
	accumulator.Close()
}

func TestApplyingDoesNotAllocate(t *testing.T) {
	event := chatEvents(t)[0]
	accumulator := newAccumulator(t, chatEvent, stepwire.WithMaxSize(1<<30))
	buffer := make([]byte, 0, 4096)
	allocations := testing.AllocsPerRun(100, func() {
		number, err := accumulator.Apply(event)
		if err == nil {
			buffer, err = accumulator.AppendSnapshot(buffer[:0], number)
		}
		if err != nil {
			t.Error(err)
		}
	})
	if allocations != 0 {
		t.Errorf("a call allocates %v times", allocations)
	}
}

// All recorded streams, event by event and all at once; objects are messages of their types.
func TestAccumulatedStreams(t *testing.T) {
	forEachStream(t, func(t *testing.T, event protoreflect.FullName, stream []byte, options []stepwire.EventOption) {
		transcoder := archivist(t, event)
		one, other := newAccumulator(t, event), newAccumulator(t, event)
		var all []byte
		for _, message := range decodeAll(t, transcoder, bytes.NewReader(stream), options...) {
			all = append(binary.AppendUvarint(all, uint64(len(message))), message...)
			var refusal *stepwire.AccumulationError
			if _, err := one.Apply(message); err != nil && !errors.As(err, &refusal) {
				t.Fatal(err)
			}
		}
		for rest, err := all, error(nil); len(rest) > 0; {
			_, rest, err = other.ApplyAll(rest)
			var refusal *stepwire.AccumulationError
			if err != nil && !errors.As(err, &refusal) {
				t.Fatal(err)
			}
		}
		objects, err := one.Objects()
		if err != nil {
			t.Fatal(err)
		}
		others, err := other.Objects()
		if err != nil || !slices.Equal(objects, others) || one.Ended() != other.Ended() {
			t.Fatalf("got %v, not %v: %v", others, objects, err)
		}
		for _, object := range objects {
			found, err := one.Snapshot(object.Number)
			if err != nil {
				t.Fatal(err)
			}
			same, err := other.Get(object.Type, object.ID)
			if err != nil || !bytes.Equal(found, same) {
				t.Errorf("%v differs: %v", object, err)
			}
			again, err := proto.Marshal(parse(t, object.Type, found))
			if err != nil || len(again) != len(found) {
				t.Errorf("%v has %d bytes, and %d again: %v", object, len(found), len(again), err)
			}
			if _, err := archivist(t, object.Type).ToJSON(found); err != nil {
				t.Errorf("%v has no JSON: %v", object, err)
			}
		}
	})
}

func BenchmarkApply(b *testing.B) {
	transcoder, err := stepwire.NewTranscoder(runEvent)
	if err != nil {
		b.Fatal(err)
	}
	defer transcoder.Close()
	event, err := transcoder.ToBinary([]byte(`{"event":"thread.message.delta","data":{"id":"msg_1",
		"object":"thread.message.delta","delta":{"content":[{"index":0,"type":"text","text":{"value":"Hello"}}]}}}`))
	if err != nil {
		b.Fatal(err)
	}
	accumulator, err := stepwire.NewAccumulator(runEvent)
	if err != nil {
		b.Fatal(err)
	}
	defer accumulator.Close()
	b.ReportAllocs()
	for index := 0; b.Loop(); index++ {
		number, err := accumulator.Apply(event)
		if err != nil {
			b.Fatal(err)
		}
		if index%10_000 == 0 {
			accumulator.Remove(number)
		}
	}
}
