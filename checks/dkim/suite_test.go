package dkim

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// suite reads a file of other projects' test material.
func suite(t *testing.T, name string) []byte {
	t.Helper()
	root := os.Getenv("MAILAUTH_TESTDATA")
	if root == "" {
		t.Skip("MAILAUTH_TESTDATA is not set: the suites of other projects are not part of the repository")
	}
	data, err := os.ReadFile(filepath.Join(root, "dkim", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The broken and sound keys of dkimpy, with what its tests expect of a verifier.
func TestSuiteDkimpy(t *testing.T) {
	for _, tt := range []struct {
		file   string
		usable bool
		want   []FaultKind
		why    string
	}{
		{"dkimpy/test.txt", true, nil, "g=* is obsolete and harmless"},
		{"dkimpy/test2.txt", true, nil, "k= has a default"},
		{"dkimpy/ed25519test.dns", true, nil, "RFC 8463, without v="},
		{"dkimpy/eximtest.dns", true, nil, "RFC 8463"},
		{"dkimpy/badk.txt", false, []FaultKind{KeyType}, "k=ed25519-sha256 is a signature algorithm"},
		{"dkimpy/badversion.txt", false, []FaultKind{Version, Syntax}, "a colon behind DKIM1"},
		{"dkimpy/test_tlsrpt.txt", false, []FaultKind{Service}, "a key for reports is not one for mail"},
		// dkimpy keeps this key to see a signature fail: its last octet was
		// changed from AB to A=, which cuts the exponent short.
		{"dkimpy/test_bad.txt", false, []FaultKind{DER}, "an octet of the DER is missing"},
	} {
		k := ParseKey(splitText(strings.TrimSpace(string(suite(t, tt.file)))))
		var got []FaultKind
		for _, f := range k.Faults {
			got = append(got, f.Kind)
		}
		if !slices.Equal(got, tt.want) || k.Usable() != tt.usable {
			t.Errorf("%s: faults %v, usable %t; want %v, %t: %s", tt.file, got, k.Usable(), tt.want, tt.usable, tt.why)
		}
	}
}

type mailCheckCase struct {
	Test      string
	TestCases []string
	Records   []string
}

// quoted is the first C# argument of a test case: a string literal or null.
var quoted = regexp.MustCompile(`^(null|"(?:[^"\\]|\\.)*"),`)

// Mail Check tests each tag by itself: accepted values have null for a message.
func TestSuiteMailCheck(t *testing.T) {
	// Where Mail Check and RFC 6376 part, the standard wins.
	deviations := map[string]string{
		"PublicKeyDataParserStrategy null": "no p= tag at all is not p= without a value (§3.6.1): the record is no key",
		"PublicKeyTypeParserStrategy null": "k= is optional, rsa by default (§3.6.1)",
		"ServiceTypeParserStrategy null":   "s= is optional, all services by default (§3.6.1)",
		"VersionParserStategy null":        "v= is recommended, not required (§3.6.1)",
	}
	kinds := map[string][]FaultKind{
		// Mail Check looks no further than the alphabet and the line ends here, we at the key as well.
		"PublicKeyDataParserStrategy": {Base64, Syntax},
		"PublicKeyTypeParserStrategy": {KeyType},
		"ServiceTypeParserStrategy":   {Service},
		"VersionParserStategy":        {Version},
	}
	tags := map[string]string{"PublicKeyDataParserStrategy": "p", "PublicKeyTypeParserStrategy": "k", "ServiceTypeParserStrategy": "s", "VersionParserStategy": "v"}
	var file struct{ Cases []mailCheckCase }
	if err := json.Unmarshal(suite(t, "mailcheck-dkim.json"), &file); err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, c := range file.Cases {
		for _, testcase := range c.TestCases {
			literal := quoted.FindStringSubmatch(testcase)
			if tags[c.Test] == "" || literal == nil {
				t.Fatalf("%s: cannot read the case %q", c.Test, testcase)
			}
			if reason, ok := deviations[c.Test+" "+literal[1]]; ok {
				t.Logf("%s %s: %s", c.Test, literal[1], reason)
				continue
			}
			var value string
			if err := json.Unmarshal([]byte(literal[1]), &value); err != nil {
				t.Fatal(err)
			}
			tried++
			k := ParseKey(splitText(tags[c.Test] + "=" + value))
			bad := slices.ContainsFunc(k.Faults, func(f Fault) bool { return slices.Contains(kinds[c.Test], f.Kind) })
			if want := strings.Contains(testcase, "EvaluationErrorType.Error"); bad != want {
				t.Errorf("%s: %s=%q has faults %v, want one of %v: %t", c.Test, tags[c.Test], value, k.Faults, kinds[c.Test], want)
			}
		}
		if c.Test == "TestEvaluation" {
			tried++
			if k := ParseKey(splitText(c.Records[0])); !k.Usable() || k.Material.Bits != 1024 {
				t.Errorf("%s: %q is not a usable key of 1024 bits: %v", c.Test, c.Records[0], k.Faults)
			}
		}
	}
	if tried < 20 {
		t.Errorf("only %d cases of Mail Check were tried", tried)
	}
}

// Selectors that were seen in the wild can all be asked for, or are no names at
// all; the list has many that are dates, and none is read as one to come.
func TestSuiteSelectors(t *testing.T) {
	now := time.Date(2026, 5, 20, 0, 0, 0, 0, time.UTC)
	lines := strings.Fields(string(suite(t, "selectors.lst")))
	dated := 0
	for _, line := range lines {
		selector, err := ParseSelector(line, domain)
		if err != nil {
			t.Errorf("%q: %v", line, err)
			continue
		}
		if date, ok := madeOn(selector, now); ok {
			dated++
			if date.end.Year() < 2004 || date.end.AddDate(-1, 0, 0).After(now) {
				t.Errorf("%q is of %s", line, date.text)
			}
		}
	}
	if len(lines) < 2000 || dated == 0 {
		t.Errorf("%d selectors, %d of them dates", len(lines), dated)
	}
}
