package dmarc

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mailauth/checks"
)

// readCorpus reads one of the test tables of other projects. They are not part
// of this repository.
func readCorpus[T any](t *testing.T, name string) []T {
	t.Helper()
	root := os.Getenv("MAILAUTH_TESTDATA")
	if root == "" {
		t.Skip("MAILAUTH_TESTDATA is not set: the test tables of other projects are not here")
	}
	data, err := os.ReadFile(filepath.Join(root, "dmarc", name))
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []T }
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) == 0 {
		t.Fatalf("%s holds no cases", name)
	}
	return file.Cases
}

// flawed reports whether there is anything to say against a record's form:
// faults, values that a tag does not have, addresses that nobody can use.
func flawed(text string) bool {
	if !IsDMARC(text) {
		return true
	}
	r := Parse(text)
	bad := func(q Request) bool { return q.Tag != nil && q.Policy == "" }
	if len(r.Faults) > 0 || len(r.Unknown()) > 0 || r.P.Policy == "" || bad(r.SP) || bad(r.NP) {
		return true
	}
	for i := range r.List.Tags {
		if !r.soundTag(i) {
			return true
		}
	}
	return false
}

// deviations are the cases in which the other project expects something else
// than RFC 9989 says.
var deviations = map[string]string{
	`v=dmarc1;p=none`:                          "§4.7: the value of v has case",
	`v=dmarc1 ;p=none`:                         "§4.7: the value of v has case",
	`v= DMARC1; p=none`:                        "§4.8: white space may follow the equals sign",
	`RuaTests.cs v=DMARC1;p=none;rua=`:         "§4.8: a value has at least one character",
	`RufTests.cs v=DMARC1;p=none;ruf=`:         "§4.8: a value has at least one character",
	`v=DMARC1;p=none;fo= 0`:                    "§4.8: white space may follow the equals sign",
	`v=DMARC1;p=none;fo= 1`:                    "§4.8: white space may follow the equals sign",
	`v=DMARC1;p=none;fo= d`:                    "§4.8: white space may follow the equals sign",
	`v=DMARC1;p=none;fo= s`:                    "§4.8: white space may follow the equals sign",
	`v=DMARC1;p=none;rf=999`:                   "Appendix C: rf is historic; what it says is ignored",
	`v=DMARC1;p=none;rf=abc`:                   "Appendix C: rf is historic; what it says is ignored",
	`v=DMARC1;p=none;rf=`:                      "Appendix C: rf is historic; what it says is ignored",
	`v=DMARC1;p=none;ri=-18`:                   "Appendix C: ri is historic; what it says is ignored",
	`v=DMARC1;p=none;pct=-18`:                  "Appendix C: pct is historic; what it says is ignored",
	`v=DMARC1;p=none;ruf=http://a.c.com`:       "§4.7: any valid URI can be specified",
	`v=DMARC1;p=none;rua=http://a.c.com`:       "§4.7: any valid URI can be specified",
	`v=DMARC1; p=n;`:                           "§4.8: p is none, quarantine or reject in full",
	`v=DMARC1; p=none; rf=bob;`:                "Appendix C: rf is historic; what it says is ignored",
	`v=DMARC1; p=none; pct=500;`:               "Appendix C: pct is historic; what it says is ignored",
	`v=DMARC1; p=none; ruf=mailto://abuse.com`: "RFC 6068: mailto has no authority part",
	`v=DMARC1; p=none; ruf=mailto://abuse.com; foo=bar; buzz=happy;`: "RFC 6068: mailto has no authority part; unknown tags are told",
	`v=DMARC1; p=none; rf=000000000000000000000000000000000`:         "Appendix C: rf is historic; what it says is ignored",
}

func judgeCase(t *testing.T, from, text string, wantFlawed bool) {
	t.Helper()
	reason, listed := deviations[text]
	if !listed {
		reason, listed = deviations[strings.Fields(from)[0]+" "+text]
	}
	switch got := flawed(text); {
	case got != wantFlawed && !listed:
		t.Errorf("%s: %q flawed %v, want %v", from, text, got, wantFlawed)
	case got == wantFlawed && listed:
		t.Errorf("%s: %q agrees, but is listed as deviating: %s", from, text, reason)
	}
}

func TestMailCheckCorpus(t *testing.T) {
	type testCase struct {
		File, Test         string
		Testcases, Records []string
	}
	templates := map[string]string{
		"AspfParserStrategyTests.cs":           "v=DMARC1;p=none;aspf=%",
		"FailureOptionsParserStrategyTests.cs": "v=DMARC1;p=none;fo=%",
		"PolicyParserStrategyTests.cs":         "v=DMARC1;p=%",
		"VersionParserStrategyTests.cs":        "%;p=none",
		"DmarcUriParserTests.cs":               "v=DMARC1;p=none;rua=%",
		"RuaTagsShouldBeMailToTests.cs":        "v=DMARC1;p=none;rua=%",
		"RufTagsShouldBeMailToTests.cs":        "v=DMARC1;p=none;ruf=%",
	}
	placeholder := regexp.MustCompile(`\{[a-zA-Z]+\}`)
	tried := 0
	for _, c := range readCorpus[testCase](t, "mailcheck-dmarc.json") {
		base := filepath.Base(c.File)
		template := templates[base]
		if template == "" && strings.Contains(c.File, "TagParser") && len(c.Records) > 0 {
			template = placeholder.ReplaceAllString(c.Records[0], "%")
		}
		if template != "" && !strings.Contains(template, "%") {
			tried++
			judgeCase(t, base+" "+c.Test, template, c.Test != "EmptyTagGivesNoError" && c.Test != "DefaultTagsArePopulated")
			continue
		}
		for _, params := range c.Testcases {
			value, wantFlawed, ok := readParams(c.Test, params)
			if template == "" || !ok {
				continue
			}
			tried++
			judgeCase(t, base+" "+c.Test, strings.Replace(template, "%", value, 1), wantFlawed)
		}
	}
	if tried < 150 {
		t.Errorf("only %d cases tried: has the table changed its form?", tried)
	}
}

// readParams reads a row of the table: a quoted value, and whether an error is
// expected of it.
func readParams(test, params string) (value string, wantFlawed, ok bool) {
	quoted := regexp.MustCompile(`^"([^"]*)"`).FindStringSubmatch(params)
	if quoted == nil || strings.Contains(params, `", "`) {
		return "", false, false // null is no value at all; a pair is two
	}
	rest := regexp.MustCompile(`, TestName *=.*$`).ReplaceAllString(params[len(quoted[0]):], "")
	switch {
	case strings.Contains(test, "Invalid"), strings.HasSuffix(rest, ", 1"), strings.HasSuffix(rest, ", true"):
		return quoted[1], true, true
	}
	return quoted[1], false, true
}

func TestOpenDMARCParseCorpus(t *testing.T) {
	type testCase struct{ Record, Outcome string }
	for _, c := range readCorpus[testCase](t, "opendmarc-parse.json") {
		judgeCase(t, c.Outcome, c.Record, c.Outcome != "DMARC_PARSE_OKAY")
	}
}

func TestOpenDMARCAlignmentCorpus(t *testing.T) {
	type testCase struct{ From, Authdomain, Mode, Outcome string }
	for _, c := range readCorpus[testCase](t, "opendmarc-alignment.json") {
		from, authenticated := strings.Trim(c.From, ".")+".", strings.Trim(c.Authdomain, ".")+"."
		org := checks.OrganizationalDomain(from)
		at := world{org: "v=DMARC1; p=none", checks.OrganizationalDomain(authenticated): "v=DMARC1; p=none"}.at
		aligned, known := Aligned(from, authenticated, strings.HasSuffix(c.Mode, "STRICT"), at)
		if !known || aligned != (c.Outcome == "0") {
			t.Errorf("%s with %s, %s: aligned %v, want %s", c.From, c.Authdomain, c.Mode, aligned, c.Outcome)
		}
	}
}

func TestMailauthCorpus(t *testing.T) {
	type testCase struct {
		Title   string
		DNSStub []struct{ Answer [][]string } `json:"dns_stub"`
		Expect  []string
	}
	reject := regexp.MustCompile(`expect\(result\.([a-z]+)\)\.to\.equal\('([^']*)'\)`)
	for _, c := range readCorpus[testCase](t, "dmarc-get-record.json") {
		if len(c.DNSStub) == 0 {
			continue // about the resolver, not about the record
		}
		var found []*Record
		for _, parts := range c.DNSStub[0].Answer {
			if text := strings.Join(parts, ""); IsDMARC(text) {
				found = append(found, Parse(text))
			}
		}
		if slices.Contains(c.Expect, "expect(result).to.be.false") {
			if len(found) == 1 {
				t.Errorf("%s: a record applies, want none", c.Title)
			}
			continue
		}
		if len(found) != 1 {
			t.Errorf("%s: %d records, want one", c.Title, len(found))
			continue
		}
		for _, expect := range c.Expect {
			if m := reject.FindStringSubmatch(expect); m != nil && m[1] != "rr" && m[1] != "false" {
				if tag := found[0].Tag(m[1]); tag == nil || tag.Value != m[2] {
					t.Errorf("%s: tag %s = %+v, want %q", c.Title, m[1], tag, m[2])
				}
			}
		}
	}
}
