package stepwire_test

import (
	"errors"
	"fmt"
	"log"

	"github.com/stepwire/stepwire-go"
	stepwirev1 "github.com/stepwire/stepwire-go/gen/stepwire/v1"
)

func Example() {
	transcoder, err := stepwire.NewTranscoder("stepwire.v1.RunStepDelta")
	if err != nil {
		log.Fatal(err)
	}
	defer transcoder.Close()

	binary, err := transcoder.ToBinary([]byte(`{"id":"step_1","object":"thread.run.step.delta",
		"delta":{"step_details":{"type":"tool_calls","tool_calls":[
		{"index":0,"type":"browser","browser":{"tab":12345678901234567890}}]}}}`))
	if err != nil {
		log.Fatal(err)
	}
	json, err := transcoder.ToJSON(binary)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(binary), "bytes")
	fmt.Println(string(json))
	// Output:
	// 81 bytes
	// {"id":"step_1","object":"thread.run.step.delta","delta":{"step_details":{"type":"tool_calls","tool_calls":[{"index":0,"type":"browser","browser":{"tab":12345678901234567890}}]}}}
}

func ExampleTranscoder_Unmarshal() {
	transcoder, err := stepwire.NewTranscoder("stepwire.v1.FunctionCall")
	if err != nil {
		log.Fatal(err)
	}
	defer transcoder.Close()

	var call stepwirev1.FunctionCall
	err = transcoder.Unmarshal([]byte(`{"name":"weather","arguments":"{}","output":null}`), &call)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(call.GetName())
	// Output: weather
}

func ExampleError() {
	transcoder, err := stepwire.NewTranscoder("stepwire.v1.FunctionCall")
	if err != nil {
		log.Fatal(err)
	}
	defer transcoder.Close()

	_, err = transcoder.ToBinary([]byte(`{"name":"weather","arguments":{"city":"Bern"}}`))
	var refusal *stepwire.Error
	if errors.As(err, &refusal) {
		fmt.Println(refusal.Code, refusal.Pointer, refusal.Offset)
	}
	// Output: wrong_type /arguments 30
}
