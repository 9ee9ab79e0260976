// The command bench measures Stepwire in Go, and the same work without Stepwire.
// `pnpm bench languages` runs it: the parameters are a file of documents, how many
// rounds to measure, and how many milliseconds a contender has in each; a line of
// output has the times of one contender.
package main

import (
	"bytes"
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
	Name   string
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
	if len(parameters) != 3 {
		return errors.New("the parameters are FILE ROUNDS MILLISECONDS")
	}
	rounds, err := strconv.Atoi(parameters[1])
	if err != nil {
		return err
	}
	milliseconds, err := strconv.Atoi(parameters[2])
	if err != nil {
		return err
	}
	file, err := os.Open(parameters[0])
	if err != nil {
		return err
	}
	defer file.Close()
	input, output := json.NewDecoder(file), json.NewEncoder(os.Stdout)
	for {
		var document document
		if err := input.Decode(&document); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		contenders, err := contendersFor(document)
		if err != nil {
			return fmt.Errorf("%s: %w", document.Name, err)
		}
		results, err := measure(contenders, rounds, time.Duration(milliseconds)*time.Millisecond)
		if err != nil {
			return fmt.Errorf("%s: %w", document.Name, err)
		}
		for _, result := range results {
			result.Document = document.Name
			if err := output.Encode(result); err != nil {
				return err
			}
		}
	}
}

func contendersFor(document document) ([]contender, error) {
	text := []byte(document.JSON)
	transcoder, err := stepwire.NewTranscoder(document.Schema)
	if err != nil {
		return nil, err
	}
	if err := check(transcoder, document); err != nil {
		return nil, err
	}
	return []contender{
		{"stepwire", func() error {
			_, err := transcoder.ToBinary(text)
			return err
		}},
		{"parse", func() error {
			var value map[string]any
			return json.Unmarshal(text, &value)
		}},
		{"struct", func() error {
			_, err := structToBinary(text)
			return err
		}},
	}, nil
}

// check compares what the contenders make before anything is timed.
func check(transcoder *stepwire.Transcoder, document document) error {
	text := []byte(document.JSON)
	binary, err := transcoder.ToBinary(text)
	if err != nil {
		return err
	}
	if !bytes.Equal(binary, document.Binary) {
		return errors.New("not the bytes of Node")
	}
	if binary, err = structToBinary(text); err != nil {
		return err
	}
	var message structpb.Struct
	if err := proto.Unmarshal(binary, &message); err != nil {
		return err
	}
	var value map[string]any
	if err := json.Unmarshal(text, &value); err != nil {
		return err
	}
	if !reflect.DeepEqual(message.AsMap(), value) {
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
