package stepwire_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stepwire/stepwire-go"
)

// feed gives chunks to a decoder. After each, it checks that as many events have been returned
// as the function requires, and at the end that all have been.
func feed(
	t *testing.T, transcoder *stepwire.Transcoder, chunks []string,
	required func(arrived string) int, options ...stepwire.EventOption,
) {
	t.Helper()
	decoder, err := transcoder.NewEventDecoder(options...)
	if err != nil {
		t.Fatal(err)
	}
	arrived, found := "", 0
	for _, chunk := range chunks {
		messages, err := decoder.Decode([]byte(chunk))
		if err != nil {
			t.Fatal(err)
		}
		arrived += chunk
		found += len(messages)
		if expected := required(arrived); found < expected {
			t.Fatalf("%d of %d events were returned after %d bytes, the last of them %q",
				found, expected, len(arrived), chunk)
		}
	}
	messages, err := decoder.End()
	if err != nil {
		t.Fatal(err)
	}
	if all := strings.Count(arrived, "data:"); found+len(messages) != all {
		t.Errorf("%d of %d events were returned", found+len(messages), all)
	}
}

// An event is returned as soon as its blank line has arrived.
func TestEventsInChunksOfEqualSize(t *testing.T) {
	transcoder := newTranscoder(t, chatEvent)
	const event = "data: {\"id\":\"c_1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[]}\n\n"
	blanks := func(arrived string) int { return strings.Count(arrived, "\n\n") }
	feed(t, transcoder, []string{event, event, event, event}, blanks)
	feed(t, transcoder, []string{event, event, event, event}, blanks, stepwire.WithLenientFraming())
}

func TestEventsAtRandomCuts(t *testing.T) {
	transcoder := newTranscoder(t, chatEvent)
	random := rand.New(rand.NewPCG(1, 2))
	for _, lineEnd := range []string{"\n", "\r\n", "\r"} {
		stream := strings.ReplaceAll(chatStream, "\n", lineEnd)
		blank := lineEnd + lineEnd
		for largest := 1; largest <= 256; largest *= 2 {
			for range 20 {
				var chunks []string
				for rest := stream; rest != ""; {
					size := min(1+random.IntN(largest), len(rest))
					chunks, rest = append(chunks, rest[:size]), rest[size:]
				}
				feed(t, transcoder, chunks, func(arrived string) int { return strings.Count(arrived, blank) })
			}
		}
	}
}

// With lenient framing, an event is returned once a line has begun the next one.
func TestLenientEventsInChunks(t *testing.T) {
	transcoder := newTranscoder(t, chatEvent)
	long := strings.Repeat("x", 20_000)
	payload := func(model string) string {
		return "data: {\"id\":\"c_1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"" + model + "\",\"choices\":[]}\n"
	}
	for _, each := range []struct {
		lines    []string
		required []int
	}{
		{
			[]string{payload("m"), payload("m"), payload("m"), "data: [DONE]\n"},
			[]int{0, 1, 2, 3},
		},
		{
			[]string{"id: 1\n", payload(long), "id: 2\n", payload("m"), "id: 3\n", payload(long), "id: 4\n"},
			[]int{0, 0, 1, 1, 2, 2, 3},
		},
		{
			[]string{payload(long), "id: 1\n", "id: 2\n", payload("m"), "\n", payload(long), "\n"},
			[]int{0, 0, 1, 1, 2, 2, 3},
		},
	} {
		chunks := 0
		feed(t, transcoder, each.lines, func(string) int {
			chunks++
			return each.required[chunks-1]
		}, stepwire.WithLenientFraming())
	}
}
