// Package vectors reads the test cases that all languages share;
// packages/conformance/vectors/README.md describes them.
package vectors

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// ForEach runs a test for each case of the files that match a pattern. It skips the test if
// there are none.
func ForEach[Case any](t *testing.T, pattern string, run func(*testing.T, *Case)) {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		t.Skip("the vectors are not here, only in the project's repository")
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var names struct {
			Topic string
			Cases []struct{ Name string }
		}
		var file struct{ Cases []Case }
		for _, target := range []any{&names, &file} {
			if err := json.Unmarshal(text, target); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
		}
		for i, named := range names.Cases {
			t.Run(names.Topic+"/"+named.Name, func(t *testing.T) { run(t, &file.Cases[i]) })
		}
	}
}
