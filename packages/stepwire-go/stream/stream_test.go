package stream_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"runtime"
	"testing"

	"google.golang.org/protobuf/proto"

	stepwirev1 "github.com/stepwire/stepwire-go/gen/stepwire/v1"
	"github.com/stepwire/stepwire-go/stream"
)

var schema = (&stepwirev1.StreamEvent{}).ProtoReflect().Descriptor()

// textDelta returns an event that appends a text to a message.
func textDelta(id, text string) []byte {
	content := &stepwirev1.DeltaMessageContent_Text{Text: &stepwirev1.DeltaMessageText{Value: proto.String(text)}}
	delta := &stepwirev1.ThreadMessageDelta{Id: id, Delta: &stepwirev1.ThreadMessageDeltaFields{
		Content: []*stepwirev1.DeltaMessageContent{{Content: content}},
	}}
	event, err := proto.Marshal(&stepwirev1.StreamEvent{
		Event: &stepwirev1.StreamEvent_MessageDelta{MessageDelta: delta},
	})
	if err != nil {
		panic(err)
	}
	return event
}

func newWriter(t *testing.T, destination io.Writer, options ...stream.Option) *stream.Writer {
	t.Helper()
	writer, err := stream.NewWriter(destination, schema, options...)
	if err != nil {
		t.Fatal(err)
	}
	return writer
}

// errIdle says that the source was read before the next block had arrived.
var errIdle = errors.New("nothing has arrived")

// arrivals is a source of what has arrived.
type arrivals struct{ bytes.Buffer }

func (source *arrivals) Read(buffer []byte) (int, error) {
	if source.Len() == 0 {
		return 0, errIdle
	}
	return source.Buffer.Read(buffer)
}

func TestEventsArriveWithTheirBlock(t *testing.T) {
	for _, encoding := range []stream.Encoding{"", stream.Identity, stream.Gzip, stream.Zstd} {
		t.Run(string(encoding), func(t *testing.T) {
			var source arrivals
			writer := newWriter(t, &source, stream.WithEncoding(encoding))
			next, stop := iter.Pull2(stream.Read(&source, stream.WithEncoding(encoding)))
			defer stop()
			for _, text := range []string{"Hi", " to", "", "!"} {
				event := textDelta("m", text)
				if err := writer.Write(event, event); err != nil {
					t.Fatal(err)
				}
				for range 2 {
					if read, err, _ := next(); err != nil || !bytes.Equal(read.Bytes, event) {
						t.Fatalf("read %x, %v", read.Bytes, err)
					}
				}
			}
			if _, err, _ := next(); !errors.Is(err, errIdle) {
				t.Errorf("the error is %v, not that of the source", err)
			}
		})
	}
}

func TestGzipArrivesAfterPartialFlush(t *testing.T) {
	// As zlib compresses three events, with Z_PARTIAL_FLUSH after each.
	blocks := []string{
		"1f8b0800000000000003ea0c0e6764b49262e262cc15e2e0621362e162f2c80408",
		"2021294e6e85927c8000",
		"e2500408",
	}
	var source arrivals
	next, stop := iter.Pull2(stream.Read(&source, stream.WithEncoding(stream.Gzip)))
	defer stop()
	for index, text := range []string{"Hi", " to", "!"} {
		block, err := hex.DecodeString(blocks[index])
		if err != nil {
			t.Fatal(err)
		}
		source.Write(block)
		if event, err, _ := next(); err != nil || !bytes.Equal(event.Bytes, textDelta("m", text)) {
			t.Fatalf("event %d is %x, %v", index+1, event.Bytes, err)
		}
	}
}

// randomEvents returns events that share much with those before, and other bytes.
func randomEvents(random *rand.Rand) [][]byte {
	events := make([][]byte, random.IntN(40))
	for index := range events {
		text := make([]byte, random.IntN(300))
		for at := range text {
			text[at] = byte('a' + random.IntN(26))
		}
		events[index] = textDelta(fmt.Sprint("m", random.IntN(2)), string(text))
		if random.IntN(8) == 0 {
			event := events[index]
			event[random.IntN(len(event))] = byte(random.IntN(256))
		}
	}
	return events
}

func TestAnyBytesAreRestored(t *testing.T) {
	for seed := range uint64(150) {
		random := rand.New(rand.NewPCG(seed, 0))
		events := randomEvents(random)
		encoding := []stream.Encoding{stream.Identity, stream.Gzip, stream.Zstd}[seed%3]
		state := stream.WithMaxStateBytes(random.IntN(1000))
		var written bytes.Buffer
		writer := newWriter(t, &written, stream.WithEncoding(encoding), state)
		for rest := events; len(rest) > 0; {
			size := 1 + random.IntN(len(rest))
			if err := writer.WriteFrom(writer.Number()+random.Uint64N(3), rest[:size]...); err != nil {
				t.Fatal(err)
			}
			if err := writer.Alive(); err != nil {
				t.Fatal(err)
			}
			rest = rest[size:]
		}
		if err := writer.End(); err != nil {
			t.Fatal(err)
		}
		var read [][]byte
		for event, err := range stream.Read(&written, stream.WithEncoding(encoding), state) {
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			read = append(read, event.Bytes)
		}
		if fmt.Sprintf("%x", read) != fmt.Sprintf("%x", events) {
			t.Fatalf("seed %d: the events are %x, not %x", seed, read, events)
		}
	}
}

func TestSpoiledStreamsAreRefusedOrRead(t *testing.T) {
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 1))
		encoding := []stream.Encoding{stream.Identity, stream.Gzip, stream.Zstd}[seed%3]
		var written bytes.Buffer
		writer := newWriter(t, &written, stream.WithEncoding(encoding))
		for _, event := range randomEvents(random) {
			if err := writer.Write(event); err != nil {
				t.Fatal(err)
			}
		}
		if err := writer.End(); err != nil {
			t.Fatal(err)
		}
		spoiled := written.Bytes()
		spoiled[random.IntN(len(spoiled))] ^= byte(1 + random.IntN(255))
		for _, err := range stream.Read(bytes.NewReader(spoiled), stream.WithEncoding(encoding)) {
			var malformed *stream.Error
			var failure *stream.Failure
			if err != nil && !errors.As(err, &malformed) && !errors.As(err, &failure) {
				t.Fatalf("seed %d: %v", seed, err)
			}
		}
	}
}

func TestAnAnnouncedSizeTakesNoMemory(t *testing.T) {
	// An event of 16 MiB - 1, of which one byte arrives.
	input := append([]byte("\x89SW\x01\x01"), 0x80, 0x80, 0x80, 0x10, 0x00)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, err := range stream.Read(bytes.NewReader(input)) {
		var malformed *stream.Error
		if !errors.As(err, &malformed) || malformed.Code != stream.CutOff {
			t.Errorf("the error is %v", err)
		}
	}
	runtime.ReadMemStats(&after)
	if taken := after.TotalAlloc - before.TotalAlloc; taken > 1<<20 {
		t.Errorf("it took %d bytes", taken)
	}
}

func TestALargeEventIsRead(t *testing.T) {
	event := textDelta("m", string(bytes.Repeat([]byte("x"), 5_000_000)))
	var written bytes.Buffer
	writer := newWriter(t, &written)
	if err := errors.Join(writer.Write(event, textDelta("m", "y")), writer.End()); err != nil {
		t.Fatal(err)
	}
	var sizes []int
	for read, err := range stream.Read(&written) {
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(read.Bytes))
	}
	if fmt.Sprint(sizes) != fmt.Sprint([]int{len(event), len(textDelta("m", "y"))}) {
		t.Errorf("the sizes are %d", sizes)
	}
}

func TestALoopCanBeLeft(t *testing.T) {
	for _, encoding := range []stream.Encoding{stream.Identity, stream.Gzip, stream.Zstd} {
		var source arrivals
		writer := newWriter(t, &source, stream.WithEncoding(encoding))
		if err := writer.Write(textDelta("m", "a"), textDelta("m", "b")); err != nil {
			t.Fatal(err)
		}
		for event, err := range stream.Read(&source, stream.WithEncoding(encoding)) {
			if err != nil || event.Number != 1 {
				t.Errorf("event %d, %v", event.Number, err)
			}
			break
		}
	}
}

func TestAWriterThatHasEnded(t *testing.T) {
	writer := newWriter(t, io.Discard)
	if err := writer.Fail([]byte("gone")); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{writer.Write(), writer.Alive(), writer.End(), writer.Fail(nil)} {
		if !errors.Is(err, stream.ErrEnded) {
			t.Errorf("the error is %v", err)
		}
	}
}

func TestAWriterKeepsTheErrorOfItsDestination(t *testing.T) {
	source, destination := io.Pipe()
	_ = source.CloseWithError(errIdle)
	writer := newWriter(t, destination)
	for range 2 {
		if err := writer.Write(textDelta("m", "a")); !errors.Is(err, errIdle) {
			t.Errorf("the error is %v", err)
		}
	}
}

func TestNumbersThatCannotBeWritten(t *testing.T) {
	if _, err := stream.NewWriter(io.Discard, schema, stream.WithFirstNumber(1<<53)); err == nil {
		t.Error("2^53 is accepted")
	}
	writer := newWriter(t, io.Discard, stream.WithFirstNumber(7))
	for _, number := range []uint64{0, 6, 1 << 53} {
		if err := writer.WriteFrom(number, textDelta("m", "a")); err == nil {
			t.Errorf("%d is accepted", number)
		}
	}
	if err := writer.WriteFrom(1<<53-1, textDelta("m", "a"), textDelta("m", "b")); err == nil {
		t.Error("the second event would have the number 2^53")
	}
	if err := writer.WriteFrom(1<<53-1, textDelta("m", "a")); err != nil {
		t.Error(err)
	}
}

func TestOptionsThatDoNotExist(t *testing.T) {
	for _, option := range []stream.Option{
		stream.WithEncoding("br"), stream.WithMaxEventBytes(-1), stream.WithMaxExpansion(-1, 0),
	} {
		if _, err := stream.NewWriter(io.Discard, schema, option); err == nil {
			t.Error("the writer accepts it")
		}
		for _, err := range stream.Read(bytes.NewReader(nil), option) {
			var malformed *stream.Error
			if err == nil || errors.As(err, &malformed) {
				t.Errorf("the error is %v", err)
			}
		}
	}
}
