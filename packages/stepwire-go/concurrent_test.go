package stepwire_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stepwire/stepwire-go"
	"github.com/stepwire/stepwire-go/archive"
)

const (
	workers = 8
	// long is the variable for tests that take minutes.
	long = "STEPWIRE_LONG"
)

// Everything at once, with shared transcoders. `pnpm test:languages-long` runs it with the race
// detector.
func TestAllAtOnce(t *testing.T) {
	rounds := 10
	if os.Getenv(long) != "" {
		rounds = 100
	}
	steps, events := newTranscoder(t, "stepwire.v1.RunStep"), newTranscoder(t, chatEvent)
	var group sync.WaitGroup
	for worker := range workers {
		group.Go(func() {
			for round := range rounds {
				if err := work(steps, events, fmt.Sprintf("%d-%d", worker, round)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
}

// work uses all parts of the package, with an identifier in each document.
func work(steps, events *stepwire.Transcoder, id string) error {
	step := strings.Replace(runStep, "step_1", id, 1)
	lines := strings.Repeat(step+"\n", 20)
	packed, err := steps.PackLines([]byte(lines))
	if err != nil {
		return err
	}
	var file bytes.Buffer
	writer, err := archive.NewWriter(&file, "stepwire.v1.RunStep", archive.WithZstd())
	if err != nil {
		return err
	}
	if err := errors.Join(writer.WriteDelimited(packed), writer.Close()); err != nil {
		return err
	}
	for document, err := range archive.Read(&file) {
		if err != nil {
			return err
		}
		json, err := steps.ToJSON(document.Bytes)
		if err != nil || string(json) != step {
			return fmt.Errorf("%s became %s: %w", step, json, err)
		}
	}
	for json, err := range steps.UnpackedLines(bytes.NewReader(packed)) {
		if err != nil || string(json) != step {
			return fmt.Errorf("%s became %s: %w", step, json, err)
		}
	}

	stream := strings.ReplaceAll(chatStream, "c_1", id)
	accumulator, err := stepwire.NewAccumulator(chatEvent)
	if err != nil {
		return err
	}
	defer accumulator.Close()
	var written bytes.Buffer
	encoder, err := events.NewEventEncoder(&written)
	if err != nil {
		return err
	}
	for message, err := range events.DecodeEvents(strings.NewReader(stream)) {
		if err == nil {
			err = encoder.Write(message)
		}
		if err == nil {
			_, err = accumulator.Apply(message)
		}
		if err != nil {
			return err
		}
	}
	if written.String() != strings.Replace(stream, ": a comment\n", "", 1) {
		return fmt.Errorf("%s became %s", stream, written.String())
	}
	if accumulator.Find(completion, id) != 1 {
		return fmt.Errorf("there is no completion %s", id)
	}
	return nil
}

func TestMillionsOfCalls(t *testing.T) {
	if os.Getenv(long) == "" {
		t.Skip("it takes a minute: pnpm test:languages-long")
	}
	steps, events := newTranscoder(t, "stepwire.v1.RunStep"), newTranscoder(t, chatEvent)
	accumulator := newAccumulator(t, chatEvent)
	delta := chatEvents(t)[0]
	var binary, json []byte
	expectNoGrowth(t, "documents", 1_000_000, func(index int) error {
		// The sizes vary, and some documents are refused.
		text := fmt.Appendf(nil, `{"id":"%0*d"%s`, index%500+1, index, runStep[len(`{"id":"step_1"`):])
		var err error
		if binary, err = steps.AppendBinary(binary[:0], text); err != nil {
			return err
		}
		if json, err = steps.AppendJSON(json[:0], binary); err != nil || !bytes.Equal(json, text) {
			return fmt.Errorf("%s became %s: %w", text, json, err)
		}
		if index%100 == 0 {
			if _, err := steps.ToBinary(text[1:]); err == nil {
				return errors.New("it is not refused")
			}
		}
		return nil
	})
	expectNoGrowth(t, "streams", 100_000, func(int) error {
		for _, err := range events.DecodeEvents(strings.NewReader(chatStream)) {
			if err != nil {
				return err
			}
		}
		return nil
	})
	expectNoGrowth(t, "deltas", 1_000_000, func(index int) error {
		number, err := accumulator.Apply(delta)
		if index%1000 == 0 {
			accumulator.Remove(number)
		}
		return err
	})
	expectNoGrowth(t, "accumulators", 10_000, func(int) error {
		accumulator, err := stepwire.NewAccumulator(chatEvent)
		if err == nil {
			_, err = accumulator.Apply(delta)
			accumulator.Close()
		}
		return err
	})
	lines := []byte(strings.Repeat(runStep+"\n", 100))
	expectNoGrowth(t, "lines", 10_000, func(int) error {
		return steps.PackLinesTo(io.Discard, bytes.NewReader(lines))
	})
}

// expectNoGrowth makes calls, and compares the heap after a tenth of them with that at the end.
// Memories of WebAssembly are in the heap.
func expectNoGrowth(t *testing.T, what string, calls int, call func(index int) error) {
	t.Helper()
	var before uint64
	for index := range calls {
		if index == calls/10 {
			before = heap()
		}
		if err := call(index); err != nil {
			t.Fatalf("%s, call %d: %v", what, index, err)
		}
	}
	after := heap()
	t.Logf("%s: %d calls, %d KiB, then %d KiB", what, calls, before>>10, after>>10)
	if after > before+1<<20 {
		t.Errorf("%s: the heap has grown from %d to %d bytes", what, before, after)
	}
}

// heap returns the size of what is in use.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var statistics runtime.MemStats
	runtime.ReadMemStats(&statistics)
	return statistics.HeapAlloc
}
