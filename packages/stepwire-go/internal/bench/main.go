// The command bench measures Stepwire in Go, and the same work without Stepwire.
// `pnpm bench languages` runs it: the parameters are a file of documents and how many
// milliseconds a set is measured; a line of output has the times of one contender.
package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strconv"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/stepwire/stepwire-go"
)

// document is a line of the file.
type document struct {
	Set    string
	Schema protoreflect.FullName
	JSON   string
	// Binary is what Node makes of it.
	Binary []byte
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "go:", err)
		os.Exit(1)
	}
}

func run(parameters []string) error {
	if len(parameters) != 2 {
		return errors.New("the parameters are FILE MILLISECONDS")
	}
	milliseconds, err := strconv.Atoi(parameters[1])
	if err != nil {
		return err
	}
	sets, err := read(parameters[0])
	if err != nil {
		return err
	}
	output := json.NewEncoder(os.Stdout)
	for _, documents := range sets {
		name := documents[0].Set
		contenders, err := contendersFor(documents)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		duration := time.Duration(milliseconds) * time.Millisecond
		results, err := measure(contenders, len(documents), duration)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for _, result := range results {
			result.Set = name
			if err := output.Encode(result); err != nil {
				return err
			}
		}
	}
	return nil
}

// read reads a file in which the documents of a set follow one another.
func read(name string) ([][]document, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var sets [][]document
	for input := json.NewDecoder(file); ; {
		var next document
		if err := input.Decode(&next); err == io.EOF {
			return sets, nil
		} else if err != nil {
			return nil, err
		}
		if last := len(sets) - 1; last >= 0 && sets[last][0].Set == next.Set {
			sets[last] = append(sets[last], next)
		} else {
			sets = append(sets, []document{next})
		}
	}
}

func contendersFor(documents []document) ([]contender, error) {
	transcoder, err := stepwire.NewTranscoder(documents[0].Schema)
	if err != nil {
		return nil, err
	}
	texts := make([][]byte, len(documents))
	for index, document := range documents {
		if err := check(transcoder, document); err != nil {
			return nil, err
		}
		texts[index] = []byte(document.JSON)
	}
	lines, starts := joinLines(texts)
	if err := checkLines(transcoder, lines, documents); err != nil {
		return nil, err
	}
	var buffer []byte
	return []contender{
		each("stepwire", func(index int) error {
			var err error
			buffer, err = transcoder.AppendBinary(buffer[:0], texts[index])
			return err
		}),
		each("parse", func(index int) error {
			var value map[string]any
			return json.Unmarshal(texts[index], &value)
		}),
		each("struct", func(index int) error {
			_, err := structToBinary(texts[index])
			return err
		}),
		{"lines", func(from, to int) error {
			var err error
			buffer, err = transcoder.AppendPackedLines(buffer[:0], lines[starts[from]:starts[to]])
			return err
		}},
		{"parseLines", func(from, to int) error {
			decoder := json.NewDecoder(bytes.NewReader(lines[starts[from]:starts[to]]))
			for index := from; index < to; index++ {
				var value map[string]any
				if err := decoder.Decode(&value); err != nil {
					return err
				}
			}
			return nil
		}},
	}, nil
}

// joinLines returns the documents in lines, and where each line starts and the last one ends.
func joinLines(texts [][]byte) ([]byte, []int) {
	var lines []byte
	starts := []int{0}
	for _, text := range texts {
		lines = append(append(lines, text...), '\n')
		starts = append(starts, len(lines))
	}
	return lines, starts
}

// checkLines compares the batch with the messages of Node.
func checkLines(transcoder *stepwire.Transcoder, lines []byte, documents []document) error {
	packed, err := transcoder.PackLines(lines)
	if err != nil {
		return err
	}
	var expected []byte
	for _, document := range documents {
		expected = binary.AppendUvarint(expected, uint64(len(document.Binary)))
		expected = append(expected, document.Binary...)
	}
	if !bytes.Equal(packed, expected) {
		return errors.New("not the bytes of Node in lines")
	}
	return nil
}

// check compares what the contenders make before anything is timed.
func check(transcoder *stepwire.Transcoder, document document) error {
	text := []byte(document.JSON)
	message, err := transcoder.ToBinary(text)
	if err != nil {
		return err
	}
	if !bytes.Equal(message, document.Binary) {
		return errors.New("not the bytes of Node")
	}
	if message, err = structToBinary(text); err != nil {
		return err
	}
	var object structpb.Struct
	if err := proto.Unmarshal(message, &object); err != nil {
		return err
	}
	var value map[string]any
	if err := json.Unmarshal(text, &value); err != nil {
		return err
	}
	if !reflect.DeepEqual(object.AsMap(), value) {
		return errors.New("the Struct is not the same")
	}
	return nil
}

// structToBinary is how JSON of unknown shape gets into Protobuf.
func structToBinary(text []byte) ([]byte, error) {
	var value map[string]any
	if err := json.Unmarshal(text, &value); err != nil {
		return nil, err
	}
	message, err := structpb.NewStruct(value)
	if err != nil {
		return nil, err
	}
	return proto.Marshal(message)
}
