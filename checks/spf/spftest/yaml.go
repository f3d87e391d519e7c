package spftest

import (
	"cmp"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// peerScenarios reads a suite that comes with the module of the second opinion,
// so that the suites are at hand wherever the program can be built. They are in
// YAML, and the tests that the module itself leaves out are among them.
func peerScenarios(t testing.TB, file string) []Scenario {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "blitiri.com.ar/go/spf").Output()
	dir := strings.TrimSpace(string(out))
	if err != nil || dir == "" {
		t.Skip("the sources of blitiri.com.ar/go/spf are not in the module cache: its copy of the suites is not at hand")
	}
	f, err := os.Open(filepath.Join(dir, "testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var scenarios []Scenario
	for d := yaml.NewDecoder(f); ; {
		var doc yamlScenario
		switch err := d.Decode(&doc); {
		case errors.Is(err, io.EOF):
			return scenarios
		case err != nil:
			t.Fatal(err)
		}
		scenarios = append(scenarios, doc.scenario())
	}
}

type yamlScenario struct {
	Description string
	Zonedata    map[string][]any
	Tests       map[string]struct {
		Helo, Mailfrom, Host, Receiver, Explanation string
		Result                                      any
	}
}

// scenario brings a document into the form of the JSON suites.
func (y yamlScenario) scenario() Scenario {
	s := Scenario{Description: y.Description, Zonedata: map[string][]any{}}
	for owner, entries := range y.Zonedata {
		for _, entry := range entries {
			s.Zonedata[owner] = append(s.Zonedata[owner], yamlEntry(entry)...)
		}
	}
	for name, test := range y.Tests {
		s.Tests = append(s.Tests, Test{
			Name: name, Helo: test.Helo, Mailfrom: test.Mailfrom, Host: test.Host, Receiver: test.Receiver,
			Result: stringsOf(test.Result), Explanation: test.Explanation,
		})
	}
	slices.SortFunc(s.Tests, func(a, b Test) int { return cmp.Compare(a.Name, b.Name) })
	return s
}

// yamlEntry reads "TYPE: value", or TIMEOUT alone.
func yamlEntry(entry any) []any {
	fields, ok := entry.(map[string]any)
	if !ok {
		return []any{[]any{entry, nil}}
	}
	var entries []any
	for kind, value := range fields {
		if list, ok := value.([]any); ok && kind == "MX" {
			preference, _ := list[0].(int)
			value = []any{float64(preference), list[1]}
		}
		entries = append(entries, []any{kind, value})
	}
	return entries
}

// stringsOf reads a string, or a list of them.
func stringsOf(value any) []string {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	out := make([]string, len(list))
	for i, v := range list {
		out[i], _ = v.(string)
	}
	return out
}

var (
	singleLabel  = regexp.MustCompile(`^[a-z0-9-]+$`)
	singleTarget = regexp.MustCompile(`((?:include|a|mx|ptr|exists):|(?:redirect|exp)=)([a-z0-9-]+)( |$)`)
)

// qualified gives every name of one label a second one: no mail comes from such
// a name (RFC 7208 §4.3), and no domain-spec can have it (§7.1).
func qualified(s Scenario) Scenario {
	full := func(name string) string {
		if singleLabel.MatchString(name) {
			return name + ".example"
		}
		return name
	}
	zone := map[string][]any{}
	for owner, entries := range s.Zonedata {
		for _, e := range entries {
			pair := e.([]any)
			switch value := pair[1].(type) {
			case string:
				pair[1] = singleTarget.ReplaceAllString(full(value), "${1}${2}.example${3}")
			case []any:
				if name, ok := value[1].(string); ok && pair[0] == "MX" {
					value[1] = full(name)
				}
			}
		}
		zone[full(owner)] = entries
	}
	s.Zonedata = zone
	for i, test := range s.Tests {
		if local, domain, ok := strings.Cut(test.Mailfrom, "@"); ok {
			s.Tests[i].Mailfrom = local + "@" + full(domain)
		}
	}
	return s
}
