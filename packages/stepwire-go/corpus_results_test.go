package stepwire_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/stepwire/stepwire-go"
)

// corpusResults is the variable with the folder that `pnpm corpus-results` has written.
const corpusResults = "STEPWIRE_CORPUS_RESULTS"

// corpusResult is what a recorded stream becomes in TypeScript.
type corpusResult struct {
	Name, File, Framing string
	Schema              protoreflect.FullName
	Events              int
	Messages, Written   string
	Objects             []accumulatedObject
	Ended               *stepwire.Ending
	Refused             []int
}

type accumulatedObject struct {
	Type    protoreflect.FullName
	Message string
}

func TestResultsOfTypeScript(t *testing.T) {
	folder := os.Getenv(corpusResults)
	if folder == "" {
		t.Skip("there are no results to compare with: pnpm test:languages-long writes them")
	}
	text, err := os.ReadFile(filepath.Join(folder, "index.json"))
	if err != nil {
		t.Fatal(err)
	}
	var results []corpusResult
	if err := json.Unmarshal(text, &results); err != nil {
		t.Fatal(err)
	}
	for _, result := range results {
		t.Run(result.Name, func(t *testing.T) {
			stream, err := os.ReadFile(filepath.Join(folder, result.File))
			if err != nil {
				t.Fatal(err)
			}
			result.check(t, stream)
		})
	}
}

func (result *corpusResult) check(t *testing.T, stream []byte) {
	transcoder := archivist(t, result.Schema)
	var options []stepwire.EventOption
	if result.Framing == "lenient" {
		options = append(options, stepwire.WithLenientFraming())
	}
	var all, written bytes.Buffer
	encoder, err := transcoder.NewEventEncoder(&written)
	if err != nil {
		t.Fatal(err)
	}
	accumulator := newAccumulator(t, result.Schema)
	var refused []int
	count := 0
	for message, err := range transcoder.DecodeEvents(bytes.NewReader(stream), options...) {
		if err != nil {
			t.Fatal(err)
		}
		all.Write(binary.AppendUvarint(nil, uint64(len(message))))
		all.Write(message)
		if err := encoder.Write(message); err != nil {
			t.Fatal(err)
		}
		var refusal *stepwire.AccumulationError
		if _, err := accumulator.Apply(message); errors.As(err, &refusal) {
			refused = append(refused, count)
		} else if err != nil {
			t.Fatal(err)
		}
		count++
	}
	if count != result.Events || hash(all.Bytes()) != result.Messages {
		t.Errorf("the %d messages differ", count)
	}
	if hash(written.Bytes()) != result.Written {
		t.Error("the written events differ")
	}
	ended := stepwire.NotEnded
	if result.Ended != nil {
		ended = *result.Ended
	}
	if !slices.Equal(refused, result.Refused) || accumulator.Ended() != ended {
		t.Errorf("the events %v were refused, not %v; ended %q", refused, result.Refused, accumulator.Ended())
	}
	objects, err := accumulator.Objects()
	if err != nil {
		t.Fatal(err)
	}
	// In TypeScript, objects are in the order of their types.
	rest := slices.Clone(result.Objects)
	for _, object := range objects {
		message, err := accumulator.Snapshot(object.Number)
		if err != nil {
			t.Fatal(err)
		}
		index := slices.Index(rest, accumulatedObject{object.Type, hash(message)})
		if index < 0 {
			t.Errorf("%v differs", object)
			continue
		}
		rest = slices.Delete(rest, index, index+1)
	}
	if len(rest) > 0 {
		t.Errorf("there is no %v", rest)
	}
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
