package stream

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"mime"
	"net/http"

	"google.golang.org/protobuf/proto"
)

const (
	mediaType = "application/vnd.stepwire.stream"
	// maxErrorBytes bounds the body of an error that is read.
	maxErrorBytes = 16 << 10
)

// Message is an event of a stream as a message.
type Message[Event proto.Message] struct {
	// Number is greater than that of the event before.
	Number uint64
	Event  Event
}

// StatusError says that a service refused to open a stream.
type StatusError struct {
	// Status is the HTTP status.
	Status int
	// Code is the name of the error's Connect code, such as "not_found"; empty if the
	// answer did not come from a service.
	Code string
	// Body is the body of the answer, at most 16 KiB of it.
	Body []byte
}

// Error returns the status and the code.
func (err *StatusError) Error() string {
	return fmt.Sprintf("stepwire: the service answered with the status %d %s", err.Status, err.Code)
}

type call struct {
	context context.Context
	client  *http.Client
	header  http.Header
	options []Option
}

// CallOption changes how [Open] calls a service.
type CallOption func(*call)

// WithContext sets the context of the call; its end ends the stream.
func WithContext(ctx context.Context) CallOption {
	return func(call *call) { call.context = ctx }
}

// WithClient sets the HTTP client; [http.DefaultClient] by default.
func WithClient(client *http.Client) CallOption {
	return func(call *call) { call.client = client }
}

// WithHeader adds a header to the request, such as the credentials of the caller.
func WithHeader(name, value string) CallOption {
	return func(call *call) { call.header.Add(name, value) }
}

// WithReadOptions sets the limits of the stream.
func WithReadOptions(options ...Option) CallOption {
	return func(call *call) { call.options = options }
}

// Open calls a streaming rpc over HTTP, and returns the events of its stream as messages,
// each as soon as it has arrived. The last pair has an error if the stream is not
// complete: a [*StatusError] if the service refused the call, an error of [Read], or that
// of the connection. If the iteration ends early, so does the call. The sequence makes
// the call anew each time it is used.
//
// url is the address of the rpc, such as
// http://127.0.0.1:8081/acme.v1.JobService/StreamJob. Event is the type of
// the event message.
func Open[Event any, Pointer interface {
	*Event
	proto.Message
}](url string, request proto.Message, options ...CallOption) iter.Seq2[Message[Pointer], error] {
	return func(yield func(Message[Pointer], error) bool) {
		body, encoding, given, err := post(url, request, options)
		if err != nil {
			yield(Message[Pointer]{}, err)
			return
		}
		defer body.Close()
		for each, err := range Read(body, append(given, WithEncoding(encoding))...) {
			message := Message[Pointer]{Number: each.Number}
			if err == nil {
				message.Event = new(Event)
				err = proto.Unmarshal(each.Bytes, message.Event)
			}
			if !yield(message, err) || err != nil {
				return
			}
		}
	}
}

// post sends the request. It returns the body of the answer, and how to read it.
func post(url string, request proto.Message, options []CallOption) (io.ReadCloser, Encoding, []Option, error) {
	call := call{context: context.Background(), client: http.DefaultClient, header: http.Header{}}
	for _, option := range options {
		option(&call)
	}
	content, err := proto.Marshal(request)
	if err != nil {
		return nil, "", nil, err
	}
	post, err := http.NewRequestWithContext(call.context, http.MethodPost, url, bytes.NewReader(content))
	if err != nil {
		return nil, "", nil, err
	}
	post.Header = call.header
	post.Header.Set("Content-Type", "application/proto")
	post.Header.Set("Accept", fmt.Sprintf("%s;version=%d", mediaType, version))
	post.Header.Set("Accept-Encoding", "zstd, gzip")
	response, err := call.client.Do(post)
	if err != nil {
		return nil, "", nil, err
	}
	found, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if response.StatusCode != http.StatusOK || found != mediaType {
		defer response.Body.Close()
		text, _ := io.ReadAll(io.LimitReader(response.Body, maxErrorBytes))
		return nil, "", nil, &StatusError{response.StatusCode, codeIn(response.Header), text}
	}
	return response.Body, Encoding(response.Header.Get("Content-Encoding")), call.options, nil
}

// codeIn returns the first word of the header stepwire-error.
func codeIn(header http.Header) string {
	var code string
	_, _ = fmt.Sscan(header.Get("Stepwire-Error"), &code)
	return code
}
