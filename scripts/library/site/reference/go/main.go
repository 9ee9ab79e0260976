// Command main writes the documentation of a module's packages as JSON, with Markdown inside. Its
// parameter is the folder of the module. Only what its users can import is written.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/doc"
	"go/doc/comment"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const modulePath = "github.com/stepwire/stepwire-go"

type documented struct {
	Path     string `json:"path"`
	Name     string `json:"name"`
	Synopsis string `json:"synopsis"`
	Markdown string `json:"markdown"`
}

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(root string) error {
	var packages []documented
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		switch entry.Name() {
		// Generated messages are in the reference of the schema.
		case "internal", "gen", "testdata", "proto":
			return filepath.SkipDir
		}
		relative, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		found, err := document(path, strings.TrimPrefix(filepath.ToSlash(relative), "."))
		if err == nil && found != nil {
			packages = append(packages, *found)
		}
		return err
	})
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(packages)
}

// document returns the documentation of the package in a folder; nil if there is none.
func document(folder, path string) (*documented, error) {
	fset := token.NewFileSet()
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	var files []*ast.File
	for _, name := range names {
		file, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		if isIncluded(file, name) {
			files = append(files, file)
		}
	}
	if len(files) == 0 {
		return nil, nil
	}
	importPath := strings.TrimSuffix(modulePath+"/"+path, "/")
	pkg, err := doc.NewFromFiles(fset, files, importPath)
	if err != nil {
		return nil, err
	}
	writer := &writer{fset: fset, pkg: pkg, anchors: anchorsOfValues(pkg)}
	writer.write(importPath)
	return &documented{path, pkg.Name, pkg.Synopsis(pkg.Doc), writer.text.String()}, nil
}

// isIncluded returns whether a file is part of the package on Linux; of tests, only examples are.
func isIncluded(file *ast.File, name string) bool {
	if strings.HasSuffix(name, "_test.go") {
		return strings.HasSuffix(name, "example_test.go")
	}
	for _, group := range file.Comments {
		for _, line := range group.List {
			expression, err := constraint.Parse(line.Text)
			if err == nil && group.Pos() < file.Package {
				return expression.Eval(func(tag string) bool { return tag == "linux" || tag == "amd64" })
			}
		}
	}
	return true
}

type writer struct {
	fset *token.FileSet
	pkg  *doc.Package
	// Where constants and variables are, which have no headings.
	anchors map[string]string
	text    bytes.Buffer
}

// anchorsOfValues returns the heading above each constant and variable.
func anchorsOfValues(pkg *doc.Package) map[string]string {
	anchors := make(map[string]string)
	add := func(anchor string, values []*doc.Value) {
		for _, value := range values {
			for _, name := range value.Names {
				anchors[name] = anchor
			}
		}
	}
	add("#constants", pkg.Consts)
	add("#variables", pkg.Vars)
	for _, each := range pkg.Types {
		add("#"+strings.ToLower(each.Name), slices.Concat(each.Consts, each.Vars))
	}
	return anchors
}

func (w *writer) write(importPath string) {
	fmt.Fprintf(&w.text, "```go\nimport %q\n```\n\n", importPath)
	w.comment(w.pkg.Doc)
	w.examples(w.pkg.Examples)
	w.values("Constants", w.pkg.Consts)
	w.values("Variables", w.pkg.Vars)
	if len(w.pkg.Funcs) > 0 {
		w.text.WriteString("## Functions\n\n")
		w.functions(w.pkg.Funcs, "")
	}
	if len(w.pkg.Types) > 0 {
		w.text.WriteString("## Types\n\n")
	}
	for _, each := range w.pkg.Types {
		fmt.Fprintf(&w.text, "### %s\n\n", each.Name)
		w.declaration(each.Decl)
		w.comment(each.Doc)
		w.examples(each.Examples)
		for _, value := range slices.Concat(each.Consts, each.Vars) {
			w.declaration(value.Decl)
			w.comment(value.Doc)
		}
		w.functions(each.Funcs, "")
		w.functions(each.Methods, each.Name)
	}
}

func (w *writer) values(title string, values []*doc.Value) {
	if len(values) == 0 {
		return
	}
	fmt.Fprintf(&w.text, "## %s\n\n", title)
	for _, value := range values {
		w.declaration(value.Decl)
		w.comment(value.Doc)
	}
}

func (w *writer) functions(functions []*doc.Func, receiver string) {
	for _, each := range functions {
		name := each.Name
		if receiver != "" {
			name = receiver + "." + name
		}
		fmt.Fprintf(&w.text, "#### %s\n\n", name)
		w.declaration(each.Decl)
		w.comment(each.Doc)
		w.examples(each.Examples)
	}
}

func (w *writer) examples(examples []*doc.Example) {
	for _, each := range examples {
		if each.Doc != "" {
			w.comment(each.Doc)
		}
		title := "Example"
		if each.Suffix != "" {
			title += ": " + each.Suffix
		}
		fmt.Fprintf(&w.text, "%s:\n\n", title)
		code := w.source(each.Code)
		if _, isBlock := each.Code.(*ast.BlockStmt); isBlock {
			code = strings.TrimSuffix(strings.TrimPrefix(code, "{"), "}")
			code = strings.ReplaceAll(strings.Trim(code, "\n"), "\n\t", "\n")
			code = strings.TrimPrefix(code, "\t")
		}
		fmt.Fprintf(&w.text, "```go\n%s\n```\n\n", code)
		if each.Output != "" {
			fmt.Fprintf(&w.text, "Output:\n\n```text\n%s```\n\n", each.Output)
		}
	}
}

func (w *writer) declaration(declaration ast.Decl) {
	fmt.Fprintf(&w.text, "```go\n%s\n```\n\n", w.source(declaration))
}

func (w *writer) source(node any) string {
	var text bytes.Buffer
	if err := format.Node(&text, w.fset, node); err != nil {
		return err.Error()
	}
	return text.String()
}

func (w *writer) comment(text string) {
	printer := w.pkg.Printer()
	printer.HeadingLevel = 5
	printer.HeadingID = func(*comment.Heading) string { return "" }
	printer.DocLinkURL = func(link *comment.DocLink) string {
		if link.ImportPath != "" {
			return link.DefaultURL("https://pkg.go.dev")
		}
		if anchor, isValue := w.anchors[link.Name]; isValue && link.Recv == "" {
			return anchor
		}
		return "#" + strings.ToLower(strings.TrimPrefix(link.Recv+link.Name, "*"))
	}
	w.text.Write(printer.Markdown(w.pkg.Parser().Parse(text)))
	w.text.WriteString("\n")
}
