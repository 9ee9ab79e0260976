// The command oracle reads documents with the types of openai-go and writes them again. A
// line of input is a type's name, a blank and JSON; the line of output is an object with
// json or errors under the package's name.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/packages/pagination"
)

type result struct {
	JSON   string   `json:"json,omitempty"`
	Errors []string `json:"errors,omitempty"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(nil, 64<<20)
	output := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(output)
	encoder.SetEscapeHTML(false)
	for input.Scan() {
		name, text, _ := strings.Cut(input.Text(), " ")
		written, err := rewrite(name, text)
		if err := encoder.Encode(map[string]result{"openai-go": written}); err != nil {
			return err
		}
		if err != nil {
			return err
		}
	}
	if err := input.Err(); err != nil {
		return err
	}
	return output.Flush()
}

func rewrite(name, text string) (result, error) {
	switch name {
	case "RunStep":
		return rewriteAs[openai.RunStep](text), nil
	case "RunStepDelta":
		return rewriteAs[openai.RunStepDeltaEvent](text), nil
	case "RunStepList":
		return rewriteAs[pagination.CursorPage[openai.RunStep]](text), nil
	}
	return result{}, fmt.Errorf("no type %s", name)
}

func rewriteAs[T any](text string) result {
	var value T
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		return result{Errors: []string{err.Error()}}
	}
	written, err := json.Marshal(value)
	if err != nil {
		return result{Errors: []string{err.Error()}}
	}
	return result{JSON: string(written)}
}
