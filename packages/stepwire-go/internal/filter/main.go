// The command filter reads messages and writes them again: through a message of
// Protobuf's own library, to JSON and back. packages/conformance/test/languages runs
// such a program of each language in a pipe. A line is the full name of a
// message, a blank and the message in hexadecimal.
package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/stepwire/stepwire-go"
	_ "github.com/stepwire/stepwire-go/gen/stepwire/v1"
)

func main() {
	if err := filter(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "go:", err)
		os.Exit(1)
	}
}

func filter(from io.Reader, to io.Writer) error {
	transcoders := map[string]*stepwire.Transcoder{}
	input := bufio.NewScanner(from)
	input.Buffer(nil, 256<<20)
	output := bufio.NewWriter(to)
	for input.Scan() {
		name, text, _ := strings.Cut(input.Text(), " ")
		transcoder := transcoders[name]
		if transcoder == nil {
			var err error
			transcoder, err = stepwire.NewTranscoder(
				protoreflect.FullName(name), stepwire.WithMode(stepwire.Archive), stepwire.WithMaxDepth(1000))
			if err != nil {
				return err
			}
			transcoders[name] = transcoder
		}
		again, err := convert(transcoder, name, text)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Fprintf(output, "%s %x\n", name, again)
	}
	if err := input.Err(); err != nil {
		return err
	}
	return output.Flush()
}

func convert(transcoder *stepwire.Transcoder, name, text string) ([]byte, error) {
	binary, err := hex.DecodeString(text)
	if err != nil {
		return nil, err
	}
	kind, err := protoregistry.GlobalTypes.FindMessageByName(protoreflect.FullName(name))
	if err != nil {
		return nil, err
	}
	message := kind.New().Interface()
	if err := proto.Unmarshal(binary, message); err != nil {
		return nil, err
	}
	json, err := transcoder.Marshal(message)
	if err != nil {
		return nil, err
	}
	return transcoder.ToBinary(json)
}
