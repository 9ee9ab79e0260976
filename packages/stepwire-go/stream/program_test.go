package stream_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

const (
	project = "../../.."
	program = project + "/examples/go"
)

// TestTheExampleReadsALiveStream runs the example against an ingress that serves a sample.
func TestTheExampleReadsALiveStream(t *testing.T) {
	expected, err := os.ReadFile(project + "/examples/output.txt")
	if os.IsNotExist(err) {
		t.Skip("the example is not here, only in the project's repository")
	}
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command("go", "run", ".", startIngress(t))
	command.Dir = program
	command.Stderr = os.Stderr
	output, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(output, expected) {
		t.Errorf("the output is\n%s", output)
	}
}

// startIngress starts an ingress from source, and returns its address.
func startIngress(t *testing.T) string {
	t.Helper()
	script, err := filepath.Abs(project + "/scripts/gateway.ts")
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command("node", script, "ingress", "--port", "0", "--compression")
	command.Stderr = os.Stderr
	log, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	for lines := bufio.NewScanner(log); lines.Scan(); {
		var line struct{ Msg, URL string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "listening" {
			return line.URL
		}
	}
	t.Fatal("the ingress does not start")
	return ""
}
