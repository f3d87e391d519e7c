package spf

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mailauth/checks/spf/spftest"
)

// Tests of the suite whose permerror comes from DNS or from a limit, not from
// the grammar of the record at the tested domain.
var semanticPermerrors = []string{
	"multitxt1", "multitxt2", "include-permerror", "include-none", "redirect-none", "redirect-loop", "include-loop",
	"mx-limit", "mech-over-limit", "include-over-limit", "void-over-limit",
}

// The RFC 7208 suite decides which records are valid: a test that is permerror
// for its syntax must be broken here, every other record must not.
func TestSuiteSyntax(t *testing.T) { judgeSuite(t, spftest.RFC7208(), 100, 40) }

// The older suite says the same of records, but for tests that RFC 7208 settled
// otherwise.
func TestOldSuiteSyntax(t *testing.T) { judgeSuite(t, spftest.RFC4408(), 100, 40) }

func judgeSuite(t *testing.T, suite spftest.Suite, minValid, minBroken int) {
	valid, broken := 0, 0
	for _, s := range suite.Scenarios(t) {
		for _, test := range s.Tests {
			for _, text := range spfTexts(s.Zonedata, test.Domain()) {
				wantBroken := slices.Equal(test.Result, []string{"permerror"}) && !slices.Contains(semanticPermerrors, test.Name)
				either := len(test.Result) > 1 && slices.Contains(test.Result, "permerror")
				got := len(Parse(text).Errors) > 0
				if got != wantBroken && !either {
					t.Errorf("%s: %q broken %v, the suite says %v", test.Name, text, got, wantBroken)
				}
				if got {
					broken++
				} else {
					valid++
				}
			}
		}
	}
	if valid < minValid || broken < minBroken {
		t.Errorf("only %d valid and %d broken records were tried", valid, broken)
	}
}

// spfTexts returns the SPF records of a host; the suite keeps octets as runes.
func spfTexts(zone map[string][]any, host string) []string {
	var texts []string
	for name, records := range zone {
		for _, record := range records {
			m, _ := record.([]any)
			if !strings.EqualFold(name, host) || len(m) != 2 || m[0] != "TXT" && m[0] != "SPF" {
				continue
			}
			var b []byte
			for _, r := range joinStrings(m[1]) {
				b = append(b, byte(r))
			}
			if IsSPF(string(b)) && !slices.Contains(texts, string(b)) {
				texts = append(texts, string(b))
			}
		}
	}
	return texts
}

func joinStrings(v any) string {
	list, ok := v.([]any)
	if !ok {
		s, _ := v.(string)
		return s
	}
	joined := ""
	for _, s := range list {
		part, _ := s.(string)
		joined += part
	}
	return joined
}

// Mail Check's tables of arguments, each put into the term that it belongs to.
func TestMailCheckArguments(t *testing.T) {
	var suite struct {
		Cases []struct {
			File, Test string
			Testcases  []string
		}
	}
	spftest.Material(t, &suite, "spf", "mailcheck-spf.json")
	terms := map[string]string{
		"Ip4AddrParserTests.cs Test":                          "ip4:",
		"Ip6AddrParserTests.cs TestWithErrors":                "ip6:",
		"Ip6AddrParserTests.cs TestWithoutErrors":             "ip6:",
		"Ip4CidrBlockParserTests.cs TestWithErrors":           "ip4:192.0.2.1/",
		"Ip4CidrBlockParserTests.cs TestWithoutErrors":        "ip4:192.0.2.1/",
		"Ip6CidrBlockParserTests.cs TestWithErrors":           "ip6:2001:db8::1/",
		"Ip6CidrBlockParserTests.cs TestWithoutErrors":        "ip6:2001:db8::1/",
		"DomainSpecParserPassiveTests.cs Test":                "include:",
		"DomainSpecDualCidrBlockMechanismParserTests.cs Test": "a:",
	}
	// Where the tables differ from RFC 7208: a zone is no part of an IPv6
	// address (§5.6), and a slash wants a number behind it.
	exceptions := map[string]bool{"fe80::b88a:c43a:2f51:89b6%8": true, "": true, "32//128": true, "/32//128": true}
	first := regexp.MustCompile(`^"([^"]*)"`)
	count := 0
	for _, c := range suite.Cases {
		prefix := terms[filepath.Base(c.File)+" "+c.Test]
		if prefix == "" {
			continue
		}
		for _, line := range c.Testcases {
			value := first.FindStringSubmatch(line)
			if value == nil || exceptions[value[1]] {
				continue
			}
			count++
			want := strings.Contains(strings.ToLower(line), "invalid") // what the row says of itself
			r := Parse("v=spf1 " + prefix + value[1])
			if got := len(r.Errors) > 0; got != want {
				t.Errorf("%s%s: broken %v, the table says %v (%s)", prefix, value[1], got, want, line)
			}
		}
	}
	if count < 15 {
		t.Errorf("only %d arguments were tried", count)
	}
}

// Records that fuzzing of another implementation found interesting.
func TestFuzzSeeds(t *testing.T) {
	dir := os.Getenv("MAILAUTH_TESTDATA")
	if dir == "" {
		t.Skip("MAILAUTH_TESTDATA is not set: the public test suites are not at hand")
	}
	files, err := filepath.Glob(filepath.Join(dir, "spf", "fuzz", "*", "*"))
	if err != nil || len(files) < 100 {
		t.Fatalf("%d seeds, %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(data), "\n") {
			quoted, ok := strings.CutPrefix(line, "string(")
			if !ok {
				continue
			}
			text, err := strconv.Unquote(strings.TrimSuffix(quoted, ")"))
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			if got := Parse(text).String(); got != text {
				t.Errorf("String() = %q, parsed %q", got, text)
			}
			Examine([]string{text})
		}
	}
}
