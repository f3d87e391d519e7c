package report

import (
	"strings"
	"testing"

	"mailauth/resolver"
)

// keepOne is a report with a fix that asks which of two records is to stay.
func keepOne() Report {
	r := story()
	f := &r.Findings[1]
	records := []string{"v=DMARC1; p=none", "v=DMARC1; p=reject; rua=mailto:dmarc@example.co.jp,mailto:reports@dmarc.example.net; fo=1"}
	f.Fixes = []Fix{{Title: "Keep one of the records",
		Edits: []resolver.Edit{{Name: "_dmarc.example.co.jp.", Type: resolver.TypeTXT, TTL: 3600,
			Remove: []string{`"` + records[0] + `"`, `"` + records[1] + `"`}, Add: []string{`"<record>"`}}},
		Choices: []Choice{{Name: "record", Text: "Which of the records is to stay?", Values: records}}}}
	return r
}

// What the user decides on can be copied: each record on a line of its own,
// and those that go are named.
func TestChoicesBetweenRecords(t *testing.T) {
	got := render(t, options(t, "en", nil), keepOne())
	want := `   Fix      Keep one of the records
            you decide <record>: Which of the records is to stay?
       v=DMARC1; p=none
       v=DMARC1; p=reject; rua=mailto:dmarc@example.co.jp,mailto:reports@dmarc.example.net; fo=1
            publish, once that is decided:
       _dmarc.example.co.jp. 3600 IN TXT "<record>"
            and remove all of these:
       _dmarc.example.co.jp. 3600 IN TXT "v=DMARC1; p=none"
       _dmarc.example.co.jp. 3600 IN TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.co.jp,mailto:reports@dmarc.example.net; fo=1"
   RFC 9989 §4.7 `
	if !strings.Contains(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if strings.Contains(got, "+ _dmarc") || strings.Contains(got, "- _dmarc") {
		t.Errorf("a form has the signs of an edit:\n%s", got)
	}
}

// A form is no edit in a panel either: nothing says to delete or to create.
func TestFormsInAPanel(t *testing.T) {
	got := render(t, options(t, "en", func(o *TextOptions) { o.Panel = true }), keepOne())
	want := `            once that is decided, in the zone example.co.jp:
       Host      _dmarc
       Type      TXT
       Value     <record>
       TTL       3600
            and remove all of these:
       Value     v=DMARC1; p=none
       Value     v=DMARC1; p=reject; rua=mailto:dmarc@example.co.jp,mailto:reports@dmarc.example.net; fo=1
`
	if !strings.Contains(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	_, after, _ := strings.Cut(got, "Keep one of the records")
	if strings.Contains(after, "create") || strings.Contains(after, "delete") {
		t.Errorf("a form says what to do before the user has decided:\n%s", after)
	}
}

// Words to choose from stay in the sentence.
func TestChoicesBetweenWords(t *testing.T) {
	got := render(t, options(t, "ja", nil), story())
	if !strings.Contains(got, "(quarantine、reject)") {
		t.Errorf("got\n%s", got)
	}
}
