// The command doctor is an adapter for `stepwire doctor --lines`: it reads documents and streams with the
// client of openai-go, and writes what it returns with encoding/json.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/responses"
)

const model = "stepwire-doctor"

type probe struct {
	Family string   `json:"family"`
	Form   string   `json:"form"`
	Name   string   `json:"name"`
	Chunks []string `json:"chunks"`
}

type answer struct {
	Output  string `json:"output"`
	Refused string `json:"refused,omitempty"`
}

func main() {
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(nil, 64<<20)
	encoder := json.NewEncoder(os.Stdout)
	for input.Scan() {
		var line probe
		if err := json.Unmarshal(input.Bytes(), &line); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if err := encoder.Encode(rewrite(line)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func rewrite(line probe) answer {
	client := openai.NewClient(
		option.WithAPIKey("none"),
		option.WithBaseURL("http://doctor.invalid/v1"),
		option.WithMaxRetries(0),
		option.WithMiddleware(func(request *http.Request, _ option.MiddlewareNext) (*http.Response, error) {
			return respond(line, request), nil
		}),
	)
	var output strings.Builder
	write := writeDocument
	if line.Form == "stream" {
		write = writeStream
	}
	if err := write(client, line, &output); err != nil {
		return answer{Output: output.String(), Refused: kindOf(err)}
	}
	return answer{Output: output.String()}
}

// kindOf returns the kind of an error without the values of the document.
func kindOf(err error) string {
	if strings.Contains(err.Error(), "received error while streaming") {
		return "an error of the stream"
	}
	return fmt.Sprintf("%T", err)
}

// chunks reads the body of a response in the chunks of a probe.
type chunks struct{ rest [][]byte }

func (c *chunks) Read(target []byte) (int, error) {
	for len(c.rest) > 0 && len(c.rest[0]) == 0 {
		c.rest = c.rest[1:]
	}
	if len(c.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(target, c.rest[0])
	c.rest[0] = c.rest[0][n:]
	return n, nil
}

func respond(line probe, request *http.Request) *http.Response {
	body := &chunks{}
	for _, chunk := range line.Chunks {
		decoded, err := base64.StdEncoding.DecodeString(chunk)
		if err != nil {
			panic(err)
		}
		body.rest = append(body.rest, decoded)
	}
	kind := "application/json"
	if line.Form == "stream" {
		kind = "text/event-stream"
	}
	return &http.Response{
		StatusCode: http.StatusOK,
		Header:     http.Header{"Content-Type": {kind}},
		Body:       io.NopCloser(body),
		Request:    request,
	}
}

func marshal(value any) (string, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return "", err
	}
	return strings.TrimSuffix(buffer.String(), "\n"), nil
}

func writeDocument(client openai.Client, line probe, output *strings.Builder) error {
	ctx := context.Background()
	var value any
	var err error
	switch line.Family {
	case "chat":
		value, err = client.Chat.Completions.New(ctx, openai.ChatCompletionNewParams{Model: model})
	case "responses":
		value, err = client.Responses.New(ctx, responses.ResponseNewParams{Model: model})
	default:
		value, err = client.Beta.Threads.Runs.Steps.Get(ctx, "thread_probe_1", "run_probe_1", "step_probe_1",
			openai.BetaThreadRunStepGetParams{})
	}
	if err != nil {
		return err
	}
	text, err := marshal(value)
	output.WriteString(text)
	return err
}

func writeStream(client openai.Client, line probe, output *strings.Builder) error {
	ctx := context.Background()
	switch line.Family {
	case "chat":
		stream := client.Chat.Completions.NewStreaming(ctx, openai.ChatCompletionNewParams{Model: model})
		for stream.Next() {
			if err := writeEvent(output, "", stream.Current()); err != nil {
				return err
			}
		}
		if err := stream.Err(); err != nil {
			return err
		}
		output.WriteString("data: [DONE]\n\n")
	case "responses":
		stream := client.Responses.NewStreaming(ctx, responses.ResponseNewParams{Model: model})
		for stream.Next() {
			event := stream.Current()
			if err := writeEvent(output, event.Type, event); err != nil {
				return err
			}
		}
		return stream.Err()
	default:
		stream := client.Beta.Threads.Runs.NewStreaming(ctx, "thread_probe_1",
			openai.BetaThreadRunNewParams{AssistantID: "asst_probe_1"})
		for stream.Next() {
			event := stream.Current()
			if err := writeEvent(output, event.Event, event.Data); err != nil {
				return err
			}
		}
		if err := stream.Err(); err != nil {
			return err
		}
		output.WriteString("event: done\ndata: [DONE]\n\n")
	}
	return nil
}

func writeEvent(output *strings.Builder, name string, payload any) error {
	text, err := marshal(payload)
	if err != nil {
		return err
	}
	if name != "" {
		fmt.Fprintf(output, "event: %s\n", name)
	}
	fmt.Fprintf(output, "data: %s\n\n", text)
	return nil
}
