package mtasts

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// corpusCase is a test of another project, as far as its tables say.
type corpusCase struct {
	File, Test, Params          string
	Testcases, Records, Asserts []string
}

func readCorpus(t *testing.T, name string) []corpusCase {
	t.Helper()
	root := os.Getenv("MAILAUTH_TESTDATA")
	if root == "" {
		t.Skip("MAILAUTH_TESTDATA is not set: the test tables of other projects are not here")
	}
	data, err := os.ReadFile(filepath.Join(root, "transport", name))
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []corpusCase }
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) == 0 {
		t.Fatalf("%s holds no cases", name)
	}
	return file.Cases
}

// deviations are the cases in which the other project expects something else
// than RFC 8461 says.
var deviations = map[string]string{
	"v=STSv1":                          "§3.1: at least one field follows the version, and one is the id",
	"v=STSv1; extension-1_2.3=values;": "§3.1: an extension is no id",
	"mx:  ncsc-gov-uk.mail.protection.outlook.com": "§3.2: white space may follow the colon",
	"mx: ncsc-gov-uk.mail.protection.outlook.com ": "§3.2: white space may stand at the end of a line",
	"mx:  *.protection.outlook.com":                "§3.2: white space may follow the colon",
	"mx: *.protection.outlook.com ":                "§3.2: white space may stand at the end of a line",
}

var (
	countOfAdvice = regexp.MustCompile(`AreEqual\((\d+), result\.AdvisoryMessages\.Count\)`)
	placeholder   = regexp.MustCompile(`\{[a-zA-Z]+\}`)
)

// wants says whether the other project has something against its input.
func (c corpusCase) wants() (flawed, said bool) {
	for _, assert := range c.Asserts {
		if m := countOfAdvice.FindStringSubmatch(assert); m != nil {
			return m[1] != "0", true
		}
	}
	return false, false
}

// texts are the inputs: the record or line, for each value where there are several.
func (c corpusCase) texts() (list []string) {
	if strings.HasSuffix(c.File, "MxParserTests.cs") {
		for _, values := range c.Testcases {
			_, value, _ := strings.Cut(values, ", ")
			list = append(list, "mx: "+strings.Trim(value, `"`))
		}
		return list
	}
	if len(c.Records) == 0 {
		return nil
	}
	if len(c.Testcases) == 0 {
		return []string{placeholder.ReplaceAllString(c.Records[0], "values")}
	}
	for _, value := range c.Testcases {
		list = append(list, placeholder.ReplaceAllString(c.Records[0], strings.ReplaceAll(strings.Trim(value, `"`), "$", "$$")))
	}
	return list
}

// flawedLine judges one line of a policy in the place where it belongs.
func flawedLine(line string) bool {
	key, _, _ := strings.Cut(line, ":")
	rest := map[string]string{"version": "version: STSv1\n", "mode": "mode: testing\n", "mx": "mx: mail.example.jp\n", "max_age": "max_age: 86400\n"}
	delete(rest, key)
	text := line + "\n"
	for _, other := range rest {
		text += other
	}
	return !ParsePolicy(text).Valid()
}

func TestMailCheckCorpus(t *testing.T) {
	tried := 0
	for _, c := range readCorpus(t, "mailcheck-mtasts.json") {
		want, said := c.wants()
		line := strings.Contains(c.File, "PolicyFetcher.Test/Parsing")
		if !said || !line && !strings.Contains(c.File, "TagTests.cs") && !strings.Contains(c.File, "RecordTests.cs") {
			continue // rules of that project's own
		}
		if c.Test == "MultipleRecordsIsInvalid" {
			continue // not about one record
		}
		for _, text := range c.texts() {
			tried++
			got := line && flawedLine(text) || !line && len(ParseRecord(text).Faults()) > 0
			reason, listed := deviations[text]
			switch {
			case got != want && !listed:
				t.Errorf("%s %s: %q flawed %v, want %v", filepath.Base(c.File), c.Test, text, got, want)
			case got == want && listed:
				t.Errorf("%s: %q agrees, but is listed as deviating: %s", c.Test, text, reason)
			}
		}
	}
	if tried < 20 {
		t.Errorf("%d texts tried, expected at least 20: the tables have another form", tried)
	}
}

// The other table fetches policies of real domains; what it says of mail servers
// is held against policies of the same form.
func TestPostalsysCorpus(t *testing.T) {
	policies := map[string]string{
		"gmail.com":         "version: STSv1\nmode: enforce\nmx: gmail-smtp-in.l.google.com\nmx: *.gmail-smtp-in.l.google.com\nmax_age: 86400\n",
		"unknown.kreata.ee": "",
	}
	var cases []struct {
		JS string `json:"js_body"`
	}
	root := os.Getenv("MAILAUTH_TESTDATA")
	if root == "" {
		t.Skip("MAILAUTH_TESTDATA is not set: the test tables of other projects are not here")
	}
	data, err := os.ReadFile(filepath.Join(root, "transport", "mtasts-mailauth.json"))
	if err != nil {
		t.Fatal(err)
	}
	file := struct{ Cases any }{&cases}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	domain := regexp.MustCompile(`getPolicy\('([^']+)'\)`)
	host := regexp.MustCompile(`validateMx\('([^']+)'`)
	for _, c := range cases {
		text, known := policies[domain.FindStringSubmatch(c.JS)[1]]
		if !known {
			t.Errorf("a domain that this test does not know:\n%s", c.JS)
			continue
		}
		name := host.FindStringSubmatch(c.JS)[1] + "."
		p := ParsePolicy(text)
		valid := !p.Valid() || len(p.Uncovered([]string{name})) == 0 // without a policy every server will do
		if want := strings.Contains(c.JS, "valid).to.be.true"); valid != want {
			t.Errorf("%s for %q: %v, want %v", name, text, valid, want)
		}
	}
	if len(cases) == 0 {
		t.Error("the table holds no cases")
	}
}
