package stepwire_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// The programs of the README, and what they print.
var programs = regexp.MustCompile(
	"(?s)```go\n.*?func main\\(\\) {\n(.*?)\n}\n```\n\nOutput:\n\n```text\n(.*?)```",
)

func TestTheReadmeHasTheExamples(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	found := programs.FindAllStringSubmatch(string(readme), -1)
	if len(found) != 7 || strings.Count(string(readme), "```go") != 7 {
		t.Fatalf("the README has %d programs with their output, not 7", len(found))
	}
	for _, program := range found {
		output := "\t// " + strings.ReplaceAll(strings.TrimSuffix(program[2], "\n"), "\n", "\n\t// ")
		example := "() {\n" + program[1] + "\n\t// Output:\n" + output + "\n}\n"
		if !strings.Contains(string(source), example) {
			t.Errorf("example_test.go has no such example:\n%s", example)
		}
	}
}
