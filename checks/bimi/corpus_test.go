package bimi

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The logos of another project's tests, with what its reader says of each. It
// stops at the first fault; ours lists all, and is stricter where noted.
func TestCorpusOfLogos(t *testing.T) {
	root := os.Getenv("MAILAUTH_TESTDATA")
	if root == "" {
		t.Skip("MAILAUTH_TESTDATA is not set: the test tables of other projects are not here")
	}
	data, err := os.ReadFile(filepath.Join(root, "transport", "bimi-svg-mailauth.json"))
	if err != nil {
		t.Fatal(err)
	}
	var table struct {
		Cases []struct {
			Title  string
			Script string `json:"js_body"`
		}
	}
	if err := json.Unmarshal(data, &table); err != nil {
		t.Fatal(err)
	}
	meaning := map[string]SVGFaultKind{
		"INVALID_SVG_FILE": NotSVGRoot, "INVALID_BASE_PROFILE": WrongProfile, "LOGO_MISSING_TITLE": NoTitle,
		"LOGO_INVALID_ROOT_ATTRS": RootPosition, "LOGO_INVALID_ELEMENT": Forbidden, "LOGO_INCLUDES_REFERENCE": ExternalRef,
	}
	document := regexp.MustCompile("(?s)= `(.*?)`;|validateSvg\\('(.*?)'\\)")
	code := regexp.MustCompile(`expect\(err\.code\)\.to\.equal\('([A-Z_]+)'\)`)
	for _, c := range table.Cases {
		found := document.FindStringSubmatch(c.Script)
		if found == nil {
			t.Errorf("%s: no document in %q", c.Title, c.Script)
			continue
		}
		text := found[1] + found[2]
		got := faultsOf(text)
		if !strings.Contains(text, `version="1.2"`) {
			// They do not look at the version, which draft-svg-tiny-ps-abrotman demands.
			got = slices.DeleteFunc(got, func(k SVGFaultKind) bool { return k == WrongVersion })
		}
		expected := code.FindStringSubmatch(c.Script)
		switch {
		case strings.Contains(c.Script, "to.be.true"):
			if len(got) > 0 {
				t.Errorf("%s: got %v, want nothing", c.Title, got)
			}
		case expected == nil: // "either of two codes": no SVG at all
			if len(got) != 1 || got[0] != NotXML {
				t.Errorf("%s: got %v, want %s", c.Title, got, NotXML)
			}
		case meaning[expected[1]] == "":
			t.Errorf("%s: %s is not known", c.Title, expected[1])
		case meaning[expected[1]] == NotSVGRoot && len(got) == 1 && got[0] == NotXML: // what is no XML at all they call no SVG
		default:
			if !slices.Contains(got, meaning[expected[1]]) {
				t.Errorf("%s: got %v, want %s", c.Title, got, meaning[expected[1]])
			}
		}
	}
}

// The records of another project's tests are in order, and the logo is where its
// reader finds it.
func TestCorpusOfRecords(t *testing.T) {
	root := os.Getenv("MAILAUTH_TESTDATA")
	if root == "" {
		t.Skip("MAILAUTH_TESTDATA is not set: the test tables of other projects are not here")
	}
	data, err := os.ReadFile(filepath.Join(root, "transport", "bimi-mailauth.json"))
	if err != nil {
		t.Fatal(err)
	}
	answer := regexp.MustCompile(`return \[\[(.*?)\]\]`)
	text := regexp.MustCompile(`'([^']*)'`)
	n := 0
	for _, found := range answer.FindAllStringSubmatch(string(data), -1) {
		var record string
		for _, part := range text.FindAllStringSubmatch(found[1], -1) {
			record += part[1]
		}
		n++
		r := Parse(record)
		if r.Broken() || !IsBIMI(record) || !strings.HasPrefix(r.Logo.Tag.Value, "https://cldup.com/a6t0ORNG2") {
			t.Errorf("%q: logo %v", record, r.Logo)
		}
	}
	if n < 9 {
		t.Errorf("%d records in the table", n)
	}
}
