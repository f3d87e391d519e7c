package tlsrpt

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mailauth/checks"
)

// deviations are the cases in which the other project expects something else
// than RFC 8460 says.
var deviations = map[string]string{
	"v=TLSRPTv1":   "§3: at least one field follows the version, and one is rua",
	" v=TLSRPTv1;": "§3: a record begins with its version, and has a rua",
	"v=TLSRPTv1 ;": "§3: a record has a rua",
	"v=TLSRPTv1; ": "§3: a record has a rua",
	"https://com":  "RFC 3986: a host name may have one label",
}

func TestMailCheckCorpus(t *testing.T) {
	root := os.Getenv("MAILAUTH_TESTDATA")
	if root == "" {
		t.Skip("MAILAUTH_TESTDATA is not set: the test tables of other projects are not here")
	}
	data, err := os.ReadFile(filepath.Join(root, "transport", "mailcheck-tlsrpt.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			File, Test                  string
			Testcases, Records, Asserts []string
		}
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	tried := 0
	judge := func(from, text string, got, want bool) {
		tried++
		reason, listed := deviations[text]
		switch {
		case got != want && !listed:
			t.Errorf("%s: %q good %v, want %v", from, text, got, want)
		case got == want && listed:
			t.Errorf("%s: %q agrees, but is listed as deviating: %s", from, text, reason)
		}
	}
	for _, c := range file.Cases {
		base := filepath.Base(c.File)
		for _, values := range c.Testcases {
			text, rest, _ := strings.Cut(strings.TrimPrefix(values, `"`), `"`)
			switch {
			case strings.HasSuffix(base, "UriValidatorTests.cs"):
				uris := parseURIs(text, checks.Span{End: len(text)})
				judge(base, text, len(uris) == 1 && uris[0].Fault == "", strings.HasPrefix(rest, ", true"))
			case base == "RuaParserTests.cs":
				uris := parseURIs(text, checks.Span{End: len(text)})
				judge(base, text, len(uris) == 2 && uris[0].Fault == "" && uris[1].Fault == "", true)
			case base == "TlsRptRecordParserTests.cs":
				judge(base, text, len(ParseRecord(text).Faults()) == 0, true)
			}
		}
		if base == "TlsRptRecordParserTests.cs" && len(c.Records) > 0 {
			good := strings.Contains(strings.Join(c.Asserts, "\n"), "result.Errors, Is.Empty")
			judge(c.Test, c.Records[0], len(ParseRecord(c.Records[0]).Faults()) == 0, good)
		}
	}
	if tried < 12 {
		t.Errorf("%d texts tried, expected at least 12: the table has another form", tried)
	}
}
