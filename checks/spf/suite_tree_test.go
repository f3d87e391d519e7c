package spf

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/resolver"
)

type suiteTest struct {
	Name, Helo, Mailfrom, Host string
	Result                     []string
}

// The suite names one client and the result for it. What passes for certain
// must pass here, whatever is permerror must have a finding that says so.
func TestSuiteTrees(t *testing.T) {
	var suite struct {
		Scenarios []struct {
			Zonedata map[string][]any
			Tests    []suiteTest
		}
	}
	testdata(t, &suite, "spf", "rfc7208.json")
	tried := map[string]int{}
	for _, s := range suite.Scenarios {
		w := suiteWorld(t, s.Zonedata)
		for _, test := range s.Tests {
			if len(test.Result) > 1 {
				continue
			}
			domain := test.Helo
			if test.Mailfrom != "" {
				domain = test.Mailfrom[strings.LastIndexByte(test.Mailfrom, '@')+1:]
			}
			name, err := resolver.CanonicalName(domain)
			if err != nil || resolver.CountLabels(name) < 2 {
				continue
			}
			report, err := checks.Audit(context.Background(), name, w, []*checks.Check{Check}, checks.Options{SkipTrials: true})
			if err != nil {
				t.Fatal(err)
			}
			tried[test.Result[0]]++
			if complaint := disagrees(test, report); complaint != "" {
				t.Errorf("%s (%s): %s", test.Name, name, complaint)
			}
		}
	}
	for result, least := range map[string]int{"pass": 25, "fail": 40, "permerror": 40, "none": 4, "temperror": 2} {
		if tried[result] < least {
			t.Errorf("only %d tests with result %s were tried, expected at least %d", tried[result], result, least)
		}
	}
}

func disagrees(test suiteTest, report *checks.Report) string {
	f := report.Checks[0].Facts.(*Facts)
	ip := netip.MustParseAddr(test.Host).Unmap()
	settled := f.Outcome == Published && len(f.Static.Dynamic) == 0 && len(f.Static.Open) == 0
	switch result := test.Result[0]; {
	case result == "pass" && settled && !f.Static.Set.Contains(ip):
		return "does not pass"
	case slices.Contains([]string{"fail", "softfail", "neutral"}, result) && settled && f.Static.Set.Contains(ip):
		return "passes"
	case result == "permerror" && report.Count(checks.Error) == 0:
		return "no error is found"
	case result == "none" && f.Record != "":
		return "a record is found: " + f.Record
	case result == "temperror" && !slices.ContainsFunc(report.Findings, func(f checks.Finding) bool { return f.Rule == checks.TempFail }):
		return "nothing is called open"
	}
	return ""
}

// suiteWorld serves a scenario. Its type SPF stands for both types, unless
// there is a TXT beside it; TIMEOUT for every type that a name does not have.
func suiteWorld(t *testing.T, data map[string][]any) *world {
	t.Helper()
	w := &world{faults: map[resolver.Question]resolver.ErrorKind{}, asked: map[resolver.Question]int{}}
	var records []resolver.Record
	for owner, entries := range data {
		name, err := resolver.CanonicalName(strings.ReplaceAll(owner, `\`, `\\`))
		if err != nil {
			continue // a name that cannot be asked
		}
		has := map[resolver.Type]bool{}
		timeout := false
		for _, data := range suiteRecords(entries) {
			if data == nil {
				timeout = true
				continue
			}
			has[data.Type()] = true
			records = append(records, resolver.Record{Name: name, TTL: 3600, Data: data})
		}
		for _, typ := range []resolver.Type{resolver.TypeTXT, resolver.TypeSPF, resolver.TypeA, resolver.TypeAAAA, resolver.TypeMX} {
			if timeout && !has[typ] {
				w.faults[resolver.Question{Name: name, Type: typ}] = resolver.Timeout
			}
		}
	}
	zone, err := resolver.NewZone(".", records)
	if err != nil {
		t.Fatal(err)
	}
	w.zone = zone
	return w
}

// suiteRecords reads the entries of one name; nil stands for TIMEOUT.
func suiteRecords(entries []any) []resolver.RData {
	hasTXT := slices.ContainsFunc(entries, func(e any) bool { return e.([]any)[0] == "TXT" })
	var out []resolver.RData
	for _, e := range entries {
		kind, value := e.([]any)[0].(string), e.([]any)[1]
		switch kind {
		case "TIMEOUT":
			out = append(out, nil)
		case "SPF", "TXT":
			if value == "NONE" {
				continue
			}
			data := resolver.TXT{Strings: octetStrings(value)}
			if kind == "TXT" || !hasTXT {
				out = append(out, data)
			}
			if kind == "SPF" {
				out = append(out, resolver.SPF(data))
			}
		case "A":
			out = append(out, resolver.A{Addr: netip.MustParseAddr(value.(string))})
		case "AAAA":
			out = append(out, resolver.AAAA{Addr: netip.MustParseAddr(value.(string))})
		case "MX":
			host, err := resolver.CanonicalName(value.([]any)[1].(string) + ".")
			if err == nil {
				out = append(out, resolver.MX{Preference: uint16(value.([]any)[0].(float64)), Host: host})
			}
		case "CNAME":
			host, err := resolver.CanonicalName(strings.TrimSuffix(value.(string), "."))
			if err == nil {
				out = append(out, resolver.CNAME{Target: host})
			}
		}
	}
	return out
}

// octetStrings turns the runes of the suite's strings into octets.
func octetStrings(value any) []string {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	var out []string
	for _, s := range list {
		var b []byte
		for _, r := range s.(string) {
			b = append(b, byte(r))
		}
		out = append(out, string(b))
	}
	return out
}
