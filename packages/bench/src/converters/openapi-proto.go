// Writes the .proto file that openapi-proto.go makes of the OpenAPI document on standard input.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/duh-rpc/openapi-proto.go"
)

func main() {
	if err := convert(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func convert(name string) error {
	document, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	result, err := conv.Convert(document, conv.ConvertOptions{
		PackageName: name,
		PackagePath: "stepwire.example/" + name,
	})
	if err != nil {
		return err
	}
	// Schemas with a union become Go code only.
	if len(result.Protobuf) == 0 {
		return fmt.Errorf("there is no message, only Go code")
	}
	_, err = os.Stdout.Write(result.Protobuf)
	return err
}
