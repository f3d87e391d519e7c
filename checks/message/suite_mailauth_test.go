package message

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// mailauthSuites says what becomes of each suite of the project mailauth of
// Postal Systems: "" is tried here.
var mailauthSuites = map[string]string{
	"parseHeaders":              "",
	"formatDomain":              "",
	"validateAlgorithm":         "",
	"writeToStream":             "streams of Node.js",
	"getSigningHeaderLines":     "writes signatures; here they are only read",
	"formatSignatureHeaderLine": "writes signatures; here they are only read",
	"formatAuthHeaderRow":       "writes Authentication-Results",
	"escapeCommentValue":        "writes Authentication-Results",
	"formatRelaxedLine":         "canonicalization is go-msgauth's",
	"getAlignment":              "aligns by the public suffix list; RFC 9989's tree walk is tested with alignment",
	"getPtrHostname":            "no DKIM",
	"getCurTime":                "no DKIM",
	"parseDkimHeaders Tests":    "reads Authentication-Results, which anybody can have written",
	"Crafted property keys":     "reads Authentication-Results, and guards against prototypes of JavaScript",
}

type mailauthCase struct {
	Suite, Title string
	Body         string `json:"js_body"`
}

var (
	literal  = regexp.MustCompile(`(?:Buffer\.from|formatDomain|validateAlgorithm)\('([^']*)'`)
	lengthOf = regexp.MustCompile(`have\.length\((\d+)\)`)
	equalTo  = regexp.MustCompile(`to\.equal\('([^']*)'\)`)
)

func TestSuiteMailauth(t *testing.T) {
	tried := 0
	for _, name := range []string{"dkim-headers-mailauth.json", "dkim-key-tools-mailauth.json"} {
		var file struct{ Cases []mailauthCase }
		if err := json.Unmarshal([]byte(suite(t, name)), &file); err != nil {
			t.Fatal(err)
		}
		for _, c := range file.Cases {
			switch reason, known := mailauthSuites[c.Suite]; {
			case !known:
				t.Errorf("%s: nobody has said what to do with the suite %s", c.Title, c.Suite)
			case reason == "":
				tried++
				c.try(t)
			}
		}
	}
	if tried != 16 {
		t.Errorf("%d cases were tried, want 16", tried)
	}
}

func (c mailauthCase) try(t *testing.T) {
	match := literal.FindStringSubmatch(c.Body)
	if match == nil {
		t.Errorf("%s: cannot read the case", c.Title)
		return
	}
	given := strings.NewReplacer(`\r`, "\r", `\n`, "\n").Replace(match[1])
	switch c.Suite {
	case "parseHeaders":
		m, err := Parse("case", []byte(given))
		if want := lengthOf.FindStringSubmatch(c.Body); err != nil || want != nil && strconv.Itoa(len(m.Fields)) != want[1] {
			t.Errorf("%s: %q has the fields %+v, %v", c.Title, given, m, err)
		}
	case "formatDomain":
		got, ok := canonical(given)
		if want := equalTo.FindStringSubmatch(c.Body)[1] + "."; !ok || got != want {
			t.Errorf("%s: %q is %q, want %q", c.Title, given, got, want)
		}
	case "validateAlgorithm":
		c.tryAlgorithm(t, given)
	}
}

// tryAlgorithm verifies a signature that names the algorithm: one that is
// accepted fails for another reason, since the key is not the one.
func (c mailauthCase) tryAlgorithm(t *testing.T, algorithm string) {
	accepted := strings.HasPrefix(c.Title, "Should accept")
	if algorithm == "rsa-sha1" {
		accepted = false // RFC 8301 §3.1: verifiers MUST NOT take it, strict mode or not
	}
	field := "DKIM-Signature: v=1; a=" + algorithm + "; d=example.co.jp; s=s1; h=from; bh=AAAA; b=AAAA\r\n"
	m, err := Parse("case", []byte(field+plainMail))
	if err != nil {
		t.Fatal(err)
	}
	record := newRSA(t, 1024).record
	if strings.HasPrefix(algorithm, "ed25519") {
		record = newEd25519(t).record
	}
	got := Verify(t.Context(), m, dns(t, map[string]string{"example.co.jp.": key("s1", record)}), time.Now())[0]
	if (got.Reason == BodyChanged) != accepted || got.Result != Fail {
		t.Errorf("%s: a=%s gives %s %s, accepted is %t", c.Title, algorithm, got.Result, got.Reason, accepted)
	}
}
