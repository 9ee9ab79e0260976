package stepwire

import (
	"bytes"
	"context"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero/api"
)

// countingFunction adds up the sizes of the inputs of a function of the kernel.
type countingFunction struct {
	api.Function
	bytes *int
}

func (function countingFunction) CallWithStack(ctx context.Context, stack []uint64) error {
	*function.bytes += int(stack[0])
	return function.Function.CallWithStack(ctx, stack)
}

// countingDecoder returns a decoder, and how many bytes the kernel has read for it.
func countingDecoder(t *testing.T, options ...EventOption) (*EventDecoder, *int) {
	t.Helper()
	transcoder, err := NewTranscoder("stepwire.chat.v1.ChatCompletionStreamEvent")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transcoder.Close)
	instance, err := transcoder.pool.acquire()
	if err != nil {
		t.Fatal(err)
	}
	var work int
	instance.packEvents = countingFunction{instance.packEvents, &work}
	transcoder.pool.release(instance)
	decoder, err := transcoder.NewEventDecoder(options...)
	if err != nil {
		t.Fatal(err)
	}
	return decoder, &work
}

// The kernel does not read an event again for each of its lines.
func TestWorkForAnEventInManyChunks(t *testing.T) {
	for _, line := range []string{"data: a line\n", "id: 1\n", "data: a line\r\n"} {
		decoder, work := countingDecoder(t, WithLenientFraming())
		size := 0
		for size < 500_000 {
			size += len(line)
			if _, err := decoder.Decode([]byte(line)); err != nil {
				t.Fatal(err)
			}
		}
		if *work == 0 || *work > 20*size {
			t.Errorf("%q: the kernel has read %d bytes for %d", line, *work, size)
		}
	}
}

// The kernel does not read all of the rest for each refused event.
func TestWorkForRefusedEvents(t *testing.T) {
	const refused = "data: {}}\n\n"
	const count = 2_000
	decoder, work := countingDecoder(t)
	input := strings.Repeat(refused, count)
	_, err := decoder.Decode([]byte(input))
	for range count - 1 {
		if failure, isRefused := err.(*EventError); !isRefused || failure.IsLast {
			t.Fatal(err)
		}
		_, err = decoder.Decode(nil)
	}
	if failure, isRefused := err.(*EventError); !isRefused || failure.Index != count-1 {
		t.Fatal(err)
	}
	if messages, err := decoder.End(); err != nil || len(messages) > 0 {
		t.Errorf("got %q, %v", messages, err)
	}
	if *work > count*smallestWindow {
		t.Errorf("the kernel has read %d bytes for %d", *work, len(input))
	}
}

// An event that is larger than the window, between refused ones, is read as a whole.
func TestEventsLargerThanTheWindow(t *testing.T) {
	large := `data: {"id":"` + strings.Repeat("x", 3*largestWindow) +
		"\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[]}\n\n"
	const small = "data: [DONE]\n\n"
	decoder, work := countingDecoder(t)
	input := "data: {}}\n\n" + large + small + "data: {}}\n\n" + small + large
	decoder.window = smallestWindow
	var sizes []int
	chunk := []byte(input)
	for refused := 0; ; refused++ {
		messages, err := decoder.Decode(chunk)
		for _, message := range messages {
			sizes = append(sizes, len(message))
		}
		if chunk = nil; err == nil {
			break
		}
		if refused == 2 {
			t.Fatal(err)
		}
	}
	if len(sizes) != 4 || sizes[0] != sizes[3] || sizes[0] < 3*largestWindow || sizes[1] != sizes[2] {
		t.Errorf("got messages of %v bytes", sizes)
	}
	if *work > 5*len(input) {
		t.Errorf("the kernel has read %d bytes for %d", *work, len(input))
	}
}

// The kernel does not read all of the rest for each refused event of ApplyAll.
func TestWorkForRefusedDeltas(t *testing.T) {
	accumulator, err := NewAccumulator("stepwire.chat.v1.ChatCompletionStreamEvent")
	if err != nil {
		t.Fatal(err)
	}
	defer accumulator.Close()
	work := 0
	accumulator.applyAll = countingFunction{accumulator.applyAll, &work}
	// Refused events, one that is larger than the window, an empty one, and what is no size.
	const count = 1_000
	unknown := binary.AppendUvarint([]byte{0xf2, 0x7f}, 3*largestWindow)
	unknown = append(unknown, make([]byte, 3*largestWindow)...)
	large := append(binary.AppendUvarint(nil, uint64(len(unknown))), unknown...)
	input := bytes.Repeat([]byte("\x01\xff"), count)
	input = append(append(append(input, large...), "\x00\xff\xff\xff\xff\xff"...), make([]byte, largestWindow)...)
	rest := input
	for index := range count {
		var applied int
		applied, rest, err = accumulator.ApplyAll(rest)
		if _, isRefused := err.(*AccumulationError); !isRefused || applied != 0 || len(rest) != len(input)-2*(index+1) {
			t.Fatalf("event %d: %d, %d bytes, %v", index, applied, len(rest), err)
		}
	}
	if applied, rest, err := accumulator.ApplyAll(rest[:len(large)+1]); applied != 2 || len(rest) != 0 || err != nil {
		t.Errorf("got %d, %d bytes, %v", applied, len(rest), err)
	}
	if applied, rest, err := accumulator.ApplyAll(rest); applied != 2 || len(rest) != 0 || err == nil {
		t.Errorf("got %d, %d bytes, %v", applied, len(rest), err)
	}
	if work > (count+20)*largestWindow {
		t.Errorf("the kernel has read %d bytes for %d", work, len(input))
	}
}
