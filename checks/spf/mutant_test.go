package spf

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// mutant is a mistake that an evaluator of SPF can have, planted into a copy of
// one of our files.
type mutant struct {
	why, file string
	edits     []string // old, new, old, new …
	// caught are the tests that must each fail with it.
	caught []string
}

var (
	oneClient  = []string{"TestCheckHostOnPublicSuites", "TestPeerOnRandomWorlds"}
	allClients = []string{"TestPolicyOnPublicSuites", "TestPolicyOnRandomWorlds"}
)

// planted are the mistakes of other checkers that the proof stands on.
var planted = []mutant{
	{"three void look-ups are allowed", "host_terms.go", []string{"c.eval.Voids > MaxVoids ", "c.eval.Voids > MaxVoids+1 "}, oneClient},
	{"a redirect is followed although there is all", "host_check.go",
		[]string{"if !t.Kind.Mechanism() {", "if !t.Kind.Mechanism() || t.Kind == All && f.record.first(Redirect) != nil {"}, oneClient},
	{"an mx of eleven hosts is allowed", "host_terms.go", []string{"len(r.Answer.Records) > maxMX:", "len(r.Answer.Records) > maxMX+1:"}, oneClient},
}

// further mutants: the same three in the evaluator over all addresses, and
// what else can go wrong in either.
var further = []mutant{
	{"three void look-ups are allowed", "compile.go", []string{"f.voids <= MaxVoids ", "f.voids <= MaxVoids+1 "}, allClients},
	{"a redirect is followed although there is all", "select.go", []string{"out[i] = !all", "out[i] = !all || true",
		"if e.Reachable && e.Kind.Mechanism() {", "if e.Reachable && e.Kind.Mechanism() && !(e.Kind == All && d.Record.first(Redirect) != nil) {"}, allClients},
	{"an mx of eleven hosts is allowed", "effect.go", []string{"len(r.Answer.Records) > maxMX:", "len(r.Answer.Records) > maxMX+1:"}, allClients},
	{"eleven look-ups are allowed", "host_terms.go", []string{"c.eval.Lookups > MaxLookups ", "c.eval.Lookups > MaxLookups+1 "}, oneClient},
	{"eleven look-ups are allowed", "compile.go", []string{"f.lookups <= MaxLookups &&", "f.lookups <= MaxLookups+1 &&"}, allClients},
	{"exists asks for AAAA", "host_terms.go", []string{"asked = resolver.TypeA\n", "asked = c.addressType()\n"}, oneClient},
	{"a server that fails for ptr is an error", "host_reverse.go", []string{"if resultOf(err) == ResultTempError {\n\t\treturn nil\n", "if false {\n\t\treturn nil\n"}, oneClient},
	{"the neutral of an included record is a match", "host_terms.go", []string{"case ResultFail, ResultSoftFail, ResultNeutral:", "case ResultFail, ResultSoftFail:"}, oneClient},
	{"the neutral of an included record is a match", "effect_target.go", []string{"case ResultFail, ResultSoftFail, ResultNeutral:", "case ResultFail, ResultSoftFail:"}, allClients},
	{"an include forgets its qualifier", "host_check.go", []string{"v.result, v.frame = t.Qualifier.Result(), f", "v.frame = f\n\t\tif t.Kind != Include {\n\t\t\tv.result = t.Qualifier.Result()\n\t\t}"}, oneClient},
	{"a redirect to nothing is none", "host_check.go", []string{"if v.result == ResultNone {", "if false {"}, oneClient},
	{"a redirect to nothing is none", "effect_target.go", []string{"case result == ResultNone:", "case result == ResultNone && e.Kind == Include:"}, allClients},
	{"exchanges are taken backwards", "host_terms.go", []string{"cmp.Compare(a.Preference, b.Preference)", "cmp.Compare(b.Preference, a.Preference)"}, []string{"TestPeerOnRandomWorlds"}},
	{"exchanges are taken in the order of their names", "host_terms.go", []string{"cmp.Compare(a.Preference, b.Preference), ", ""}, []string{"TestPeerOnRandomWorlds"}},
	{"an mx host that fails stops those before it", "effect.go", []string{"\tif !pending {\n\t\treturn earlier\n\t}\n", "\tif !pending && c.values[this][0].result != ResultTempError {\n\t\treturn earlier\n\t}\n"}, []string{"TestPolicyOnRandomWorlds"}},
	{"the prefix length of the other family", "host_terms.go", []string{"if c.query.IP.Is6() {\n\t\tbits = t.CIDR6", "if c.query.IP.Is4() {\n\t\tbits = t.CIDR6"}, oneClient},
	{"a mistake behind the match is not seen", "host_check.go", []string{"if d.Outcome == Malformed {", "if d.Outcome == Malformed && f.record.Terms[0].Broken {"}, []string{"TestCheckHostOnPublicSuites", "TestPolicyOnRandomWorlds"}},
	{"a record in a circle is remembered as it looks from inside", "compile.go", []string{"if c.cut >= depth {", "if true {"}, []string{"TestPolicyOnCircles"}},
	{"the void look-ups of an include are forgotten", "compile.go", []string{"min(f.voids+g.voids, maxCounted)", "max(f.voids, g.voids)"}, allClients},
}

// Mistakes of other checkers, planted into our own evaluators one by one, are
// caught, each by the public suites and by random worlds on their own. The
// mutant is compiled from a changed copy: nothing in the program can be
// switched to it.
func TestPlantedMistakesAreCaught(t *testing.T) {
	mutants := planted
	switch os.Getenv("MAILAUTH_MUTANTS") {
	case "":
		t.Skip("MAILAUTH_MUTANTS is not set (planted, or all): each mutant takes seconds to compile")
	case "all":
		mutants = append(mutants, further...)
	}
	for _, m := range mutants {
		t.Run(m.file+"/"+m.why, func(t *testing.T) {
			t.Parallel()
			binary := m.compile(t)
			for _, name := range m.caught {
				run := exec.Command(binary, "-test.run", "^"+name+"$")
				run.Env = append(os.Environ(), "MAILAUTH_WORLDS=400")
				if out, err := run.CombinedOutput(); err == nil || !strings.Contains(string(out), "--- FAIL: "+name) || strings.Contains(string(out), "panic:") {
					t.Errorf("%s does not see it: %v\n%.2000s", name, err, out)
				}
			}
		})
	}
}

// compile builds this package's tests with the mutant in place of the file.
func (m mutant) compile(t *testing.T) (binary string) {
	t.Helper()
	path, err := filepath.Abs(m.file)
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := string(source)
	for i := 0; i < len(m.edits); i += 2 {
		if strings.Count(text, m.edits[i]) != 1 {
			t.Fatalf("%q stands %d times in %s: give this mutant another place", m.edits[i], strings.Count(text, m.edits[i]), m.file)
		}
		text = strings.Replace(text, m.edits[i], m.edits[i+1], 1)
	}
	dir := t.TempDir()
	changed, overlay, binary := filepath.Join(dir, m.file), filepath.Join(dir, "overlay.json"), filepath.Join(dir, "mutant.test")
	files, err := json.Marshal(map[string]map[string]string{"Replace": {path: changed}})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{changed: []byte(text), overlay: files} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command("go", "test", "-c", "-overlay", overlay, "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("the mutant does not compile: %v\n%s", err, out)
	}
	return binary
}
