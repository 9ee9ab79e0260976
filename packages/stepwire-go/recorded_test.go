package stepwire_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/stepwire/stepwire-go"
)

// corpus has recorded streams. It is not part of the project.
const corpus = "../../../shared/corpus"

// forEachStream calls a function with each recorded stream.
func forEachStream(t *testing.T, run func(t *testing.T, event protoreflect.FullName, stream []byte, options []stepwire.EventOption)) {
	t.Helper()
	if _, err := os.Stat(corpus); err != nil {
		t.Skip("there are no recorded streams beside the project")
	}
	for folder, event := range map[string]protoreflect.FullName{
		"sse":           runEvent,
		"chat_sse":      chatEvent,
		"responses_sse": "stepwire.responses.v1.ResponseStreamEvent",
	} {
		paths, err := filepath.Glob(filepath.Join(corpus, folder, "*.sse"))
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s has no streams: %v", folder, err)
		}
		for _, path := range paths {
			stream, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var options []stepwire.EventOption
			if isUnframed(stream) {
				options = append(options, stepwire.WithLenientFraming())
			}
			t.Run(folder+"/"+filepath.Base(path), func(t *testing.T) { run(t, event, stream, options) })
		}
	}
}

// isUnframed returns whether a stream has no blank lines between its events.
func isUnframed(stream []byte) bool {
	text := strings.ReplaceAll(string(stream), "\r\n", "\n")
	return strings.Count(strings.TrimSpace(text), "\n\n") == 0
}

func TestRecordedStreams(t *testing.T) {
	forEachStream(t, func(t *testing.T, event protoreflect.FullName, stream []byte, options []stepwire.EventOption) {
		transcoder := archivist(t, event)
		messages := decodeAll(t, transcoder, bytes.NewReader(stream), options...)
		if len(messages) == 0 {
			t.Fatal("there are no events")
		}
		chunks := io.Reader(iotest.OneByteReader(bytes.NewReader(stream)))
		if !equalAll(decodeAll(t, transcoder, chunks, options...), messages) {
			t.Error("the events are others if they arrive byte by byte")
		}
		var output bytes.Buffer
		encoder, err := transcoder.NewEventEncoder(&output)
		if err != nil {
			t.Fatal(err)
		}
		if err := encoder.Write(messages...); err != nil {
			t.Fatal(err)
		}
		if !equalAll(decodeAll(t, transcoder, &output), messages) {
			t.Error("the events do not come back")
		}
	})
}

// archivist returns a transcoder that refuses nothing. Each type has one for all tests.
func archivist(t *testing.T, message protoreflect.FullName) *stepwire.Transcoder {
	t.Helper()
	if archivists[message] == nil {
		transcoder, err := stepwire.NewTranscoder(message, stepwire.WithMode(stepwire.Archive))
		if err != nil {
			t.Fatal(err)
		}
		archivists[message] = transcoder
	}
	return archivists[message]
}

var archivists = map[protoreflect.FullName]*stepwire.Transcoder{}

func decodeAll(
	t *testing.T, transcoder *stepwire.Transcoder, source io.Reader, options ...stepwire.EventOption,
) [][]byte {
	t.Helper()
	var messages [][]byte
	for message, err := range transcoder.DecodeEvents(source, options...) {
		if err != nil {
			t.Fatal(err)
		}
		messages = append(messages, bytes.Clone(message))
	}
	return messages
}

func equalAll(left, right [][]byte) bool {
	return slices.EqualFunc(left, right, bytes.Equal)
}
