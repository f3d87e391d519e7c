package hygiene

import (
	"bytes"
	"errors"
	"go/ast"
	"go/format"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// layers orders the rooms of the house: a package may import those of lower
// layers. The first prefix that fits decides. Packages of one layer do not
// import each other, but for those below a common folder that own says so.
var layers = []struct {
	prefix string
	layer  int
}{
	{"cmd/internal/hygiene", 100},
	{"cmd/mailauth", 90},
	{"cmd/internal/cli", 80},
	{"cmd/internal/rulepage", 75},
	{"docs", 5},
	{"cmd/internal/report", 70},
	{"checks/all", 60},
	{"checks/receivers", 58},
	{"checks/catalog", 55},
	{"checks/simulate", 50},
	{"checks/cross", 50},
	{"checks/role", 45},
	{"checks/authority", 45},
	{"checks/message", 45},
	{"checks/dnsbl", 45},
	{"checks/blocklist", 15},
	{"checks/taglist", 30},
	{"checks/fieldlist", 30},
	{"checks/spf/flatten", 42},
	{"checks/provider", 15},
	{"checks/", 40}, // the protocols
	{"checks", 20},
	{"resolver/adapter", 12},
	{"resolver/dnstest", 12},
	{"resolver/validation", 12},
	{"resolver/zone", 11},
	{"resolver", 10},
	{"fixtures/corpus/make", 66},
	{"fixtures/corpus", 64},
	{"fixtures", 65},
}

func layerOf(dir string) int {
	for _, l := range layers {
		if dir == strings.TrimSuffix(l.prefix, "/") && !strings.HasSuffix(l.prefix, "/") || strings.HasPrefix(dir, strings.TrimSuffix(l.prefix, "/")+"/") {
			return l.layer
		}
	}
	return -1
}

func TestImportsRunOneWay(t *testing.T) {
	for _, s := range sources(t, token.NewFileSet()) {
		from := layerOf(s.dir)
		if from < 0 {
			t.Errorf("%s is in a folder without a place in the layout", s.path())
		}
		for _, spec := range s.file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if dir, own := strings.CutPrefix(imported, "mailauth/"); own && !s.isTest() && layerOf(dir) >= from {
				t.Errorf("%s imports %s, which is not below it", s.path(), imported)
			}
			if imported == "github.com/miekg/dns" && !strings.HasPrefix(s.dir+"/", "resolver/") {
				t.Errorf("%s imports %s, which only resolver/ knows", s.path(), imported)
			}
		}
	}
}

func TestNoInit(t *testing.T) {
	for _, s := range sources(t, token.NewFileSet()) {
		for _, decl := range s.file.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s has an init function", s.path())
			}
		}
	}
}

func TestFormatted(t *testing.T) {
	for _, s := range sources(t, token.NewFileSet()) {
		want, err := format.Source(s.text)
		if err != nil {
			t.Fatalf("%s: %v", s.path(), err)
		}
		if !bytes.Equal(s.text, want) {
			t.Errorf("%s is not as gofmt writes it", s.path())
		}
	}
}

func TestPackageVariablesAreConstant(t *testing.T) {
	fset := token.NewFileSet()
	packages := map[string][]*ast.File{}
	for _, s := range sources(t, fset) {
		if !s.isTest() {
			packages[s.dir] = append(packages[s.dir], s.file)
		}
	}
	for dir, files := range packages {
		for _, found := range reassigned(fset, dir, files) {
			t.Errorf("%s", found)
		}
	}
}

// noImports makes every import fail: identifiers of the package itself resolve
// all the same, and nothing else is asked.
type noImports struct{}

func (noImports) Import(string) (*types.Package, error) { return nil, errors.New("not needed") }

// reassigned lists the assignments to package-level variables, their fields
// and their elements.
func reassigned(fset *token.FileSet, dir string, files []*ast.File) (found []string) {
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: noImports{}, Error: func(error) {}}
	pkg, _ := config.Check(path.Base(dir), fset, slices.Clone(files), info) // errors are those of the imports
	report := func(lhs ast.Expr) {
		id := rootIdent(lhs)
		if id == nil {
			return
		}
		if v, ok := info.Uses[id].(*types.Var); ok && pkg != nil && v.Parent() == pkg.Scope() {
			found = append(found, fset.Position(id.Pos()).String()+": assigns to package-level "+id.Name)
		}
	}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for _, lhs := range n.Lhs {
					report(lhs)
				}
			case *ast.IncDecStmt:
				report(n.X)
			case *ast.CallExpr:
				if fn, ok := n.Fun.(*ast.Ident); ok && (fn.Name == "delete" || fn.Name == "clear") && len(n.Args) > 0 {
					report(n.Args[0])
				}
			}
			return true
		})
	}
	return found
}

func rootIdent(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.IndexExpr:
			e = x.X
		case *ast.SelectorExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return nil
		}
	}
}

func TestModuleFileIsTidy(t *testing.T) {
	cmd := exec.Command("go", "mod", "tidy", "-diff")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off")
	out, err := cmd.CombinedOutput()
	if err == nil {
		return
	}
	if bytes.Contains(out, []byte("GOPROXY=off")) {
		t.Skip("the module cache does not hold what `go mod tidy` reads beyond the build")
	}
	t.Errorf("go mod tidy would change go.mod or go.sum:\n%s", out)
}
