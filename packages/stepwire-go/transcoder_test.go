package stepwire_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/stepwire/stepwire-go"
	stepwirev1 "github.com/stepwire/stepwire-go/gen/stepwire/v1"
)

const creation = "stepwire.v1.MessageCreation"

func newTranscoder(
	t *testing.T, message protoreflect.FullName, options ...stepwire.Option,
) *stepwire.Transcoder {
	t.Helper()
	transcoder, err := stepwire.NewTranscoder(message, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transcoder.Close)
	return transcoder
}

func TestConcurrentUse(t *testing.T) {
	transcoder := newTranscoder(t, creation)
	var group sync.WaitGroup
	for worker := range 16 {
		group.Go(func() {
			for round := range 200 {
				id := fmt.Sprintf("%d/%d %s", worker, round, strings.Repeat("x", round))
				text := fmt.Sprintf(`{"message_id":"%s"}`, id)
				message := &stepwirev1.MessageCreation{}
				if err := transcoder.Unmarshal([]byte(text), message); err != nil {
					t.Error(err)
					return
				}
				back, err := transcoder.Marshal(message)
				if err != nil || message.GetMessageId() != id || string(back) != text {
					t.Errorf("%s came back as %s, %v", text, back, err)
					return
				}
				if _, err := transcoder.ToBinary([]byte(`{"message_id":1}`)); err == nil {
					t.Error("a number is no id")
				}
			}
		})
	}
	group.Wait()
}

func TestLargeDocuments(t *testing.T) {
	transcoder := newTranscoder(t, creation)
	for _, size := range []int{1 << 10, 1 << 20, 20 << 20, 100} {
		text := []byte(`{"message_id":"` + strings.Repeat("x", size) + `"}`)
		binary, err := transcoder.ToBinary(text)
		if err != nil {
			t.Fatal(err)
		}
		back, err := transcoder.ToJSON(binary)
		if err != nil || !bytes.Equal(back, text) {
			t.Fatalf("%d bytes do not come back: %v", size, err)
		}
	}
}

func TestMaxBytes(t *testing.T) {
	transcoder := newTranscoder(t, creation, stepwire.WithMaxBytes(4))
	_, err := transcoder.ToBinary([]byte("{    }"))
	var refusal *stepwire.Error
	if !errors.As(err, &refusal) || refusal.Code != stepwire.TooLarge {
		t.Errorf("a document of 6 bytes: %v", err)
	}
}

func TestMistakesOfTheCaller(t *testing.T) {
	for name, given := range map[string]stepwire.Option{
		"no mode":      stepwire.WithMode(7),
		"no depth":     stepwire.WithMaxDepth(0),
		"a huge depth": stepwire.WithMaxDepth(1001),
		"no bytes":     stepwire.WithMaxBytes(0),
	} {
		if _, err := stepwire.NewTranscoder(creation, given); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	if _, err := stepwire.NewTranscoder("stepwire.v1.Nothing"); err == nil {
		t.Error("a message that does not exist is accepted")
	}
	transcoder := newTranscoder(t, creation)
	if err := transcoder.Unmarshal([]byte("{}"), &stepwirev1.RunStep{}); err == nil {
		t.Error("a message of another type is accepted")
	}
	transcoder.Close()
	if _, err := transcoder.ToJSON(nil); !errors.Is(err, stepwire.ErrClosed) {
		t.Errorf("a closed transcoder: %v", err)
	}
}

func TestAppending(t *testing.T) {
	transcoder := newTranscoder(t, creation)
	text := []byte(`{"message_id":"m"}`)
	binary, err := transcoder.AppendBinary([]byte("<"), text)
	if err != nil || string(binary) != "<\n\x01m" {
		t.Errorf("got %q, %v", binary, err)
	}
	back, err := transcoder.AppendJSON([]byte(">"), binary[1:])
	if err != nil || string(back) != ">"+string(text) {
		t.Errorf("got %q, %v", back, err)
	}
	// The output may overwrite the input.
	buffer := bytes.Clone(text)
	binary, err = transcoder.AppendBinary(buffer[:0], buffer)
	if err != nil || string(binary) != "\n\x01m" {
		t.Errorf("got %q, %v", binary, err)
	}
	refused, err := transcoder.AppendBinary([]byte("<"), []byte("{}"))
	if err == nil || string(refused) != "<" {
		t.Errorf("got %q, %v", refused, err)
	}
	if none, err := transcoder.ToBinary([]byte("{}")); err == nil || none != nil {
		t.Errorf("got %q, %v", none, err)
	}
}

func TestAppendingDoesNotAllocate(t *testing.T) {
	transcoder := newTranscoder(t, "stepwire.v1.RunStep")
	text := []byte(runStep)
	binary, err := transcoder.ToBinary(text)
	if err != nil {
		t.Fatal(err)
	}
	buffer := make([]byte, 0, 4096)
	for name, call := range map[string]func() ([]byte, error){
		"AppendBinary": func() ([]byte, error) { return transcoder.AppendBinary(buffer, text) },
		"AppendJSON":   func() ([]byte, error) { return transcoder.AppendJSON(buffer, binary) },
	} {
		allocations := testing.AllocsPerRun(100, func() {
			if _, err := call(); err != nil {
				t.Error(err)
			}
		})
		if allocations != 0 {
			t.Errorf("%s allocates %v times for each call", name, allocations)
		}
	}
}

func BenchmarkAppendBinary(b *testing.B) {
	buffer := make([]byte, 0, 4096)
	benchmark(b, func(transcoder *stepwire.Transcoder, json, _ []byte) error {
		_, err := transcoder.AppendBinary(buffer, json)
		return err
	})
}

func BenchmarkAppendJSON(b *testing.B) {
	buffer := make([]byte, 0, 4096)
	benchmark(b, func(transcoder *stepwire.Transcoder, _, binary []byte) error {
		_, err := transcoder.AppendJSON(buffer, binary)
		return err
	})
}

func BenchmarkToBinary(b *testing.B) {
	benchmark(b, func(transcoder *stepwire.Transcoder, json, _ []byte) error {
		_, err := transcoder.ToBinary(json)
		return err
	})
}

func BenchmarkToJSON(b *testing.B) {
	benchmark(b, func(transcoder *stepwire.Transcoder, _, binary []byte) error {
		_, err := transcoder.ToJSON(binary)
		return err
	})
}

func benchmark(b *testing.B, call func(_ *stepwire.Transcoder, json, binary []byte) error) {
	transcoder, err := stepwire.NewTranscoder("stepwire.v1.RunStep")
	if err != nil {
		b.Fatal(err)
	}
	defer transcoder.Close()
	json := []byte(runStep)
	binary, err := transcoder.ToBinary(json)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(json)))
	b.ReportAllocs()
	for b.Loop() {
		if err := call(transcoder, json, binary); err != nil {
			b.Fatal(err)
		}
	}
}

const runStep = `{"id":"step_1","object":"thread.run.step","created_at":1788300010,"run_id":"run_1","assistant_id":"asst_1","thread_id":"thread_1","type":"tool_calls","status":"completed","cancelled_at":null,"completed_at":1788300019,"expires_at":null,"failed_at":null,"last_error":null,"step_details":{"type":"tool_calls","tool_calls":[{"id":"call_1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Bern\"}","output":null}}]},"usage":{"prompt_tokens":412,"completion_tokens":57,"total_tokens":469}}`
