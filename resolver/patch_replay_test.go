package resolver_test

import (
	"strings"
	"testing"

	"mailauth/resolver"
)

// TestPatchOverEditedRecording patches recordings as people edit them: what
// nobody asked when it was recorded cannot be compared with. A name whose
// records somebody wrote down is taken to have them itself, unless the
// recording shows a wildcard.
func TestPatchOverEditedRecording(t *testing.T) {
	answer := func(name, kind, outcome string) string {
		return `{"name":"` + name + `","type":"` + kind + `",` + outcome + `}`
	}
	txt := func(name, text string) string {
		return answer(name, "TXT", `"records":["`+name+` 300 IN TXT \"`+text+`\""]`)
	}
	unlikely := resolver.UnlikelyName("co.jp.")
	below := resolver.UnlikelyName("example.co.jp.")
	for _, tt := range []struct {
		why       string
		answers   []string
		edits     string
		ask, want string
	}{
		{"a record edited by hand, and no control", []string{txt("example.co.jp.", "v-spf1 mx -all")},
			"- example.co.jp. TXT \"v-spf1 mx -all\"\n+ example.co.jp. TXT \"v=spf1 mx -all\"",
			"example.co.jp.", `data, example.co.jp TXT "v=spf1 mx -all"`},
		{"one of two removed", []string{answer("example.co.jp.", "TXT", `"records":["example.co.jp. 300 IN TXT \"v=spf1 -all\"","example.co.jp. 300 IN TXT \"v=spf1 mx -all\""]`)},
			`- example.co.jp. TXT "v=spf1 -all"`,
			"example.co.jp.", `data, example.co.jp TXT "v=spf1 mx -all"`},
		{"a name below, its zone recorded too", []string{txt("example.co.jp.", "v=spf1 -all"), txt("_dmarc.example.co.jp.", "v=DMARC1; p=non")},
			"- _dmarc.example.co.jp. TXT \"v=DMARC1; p=non\"\n+ _dmarc.example.co.jp. TXT \"v=DMARC1; p=none\"",
			"_dmarc.example.co.jp.", `data, _dmarc.example.co.jp TXT "v=DMARC1; p=none"`},
		{"an alias replaced", []string{answer("_dmarc.example.co.jp.", "TXT", `"status":"NXDOMAIN","chain":["_dmarc.example.co.jp. 300 IN CNAME gone.example.net."]`),
			answer("_dmarc.example.co.jp.", "CNAME", `"records":["_dmarc.example.co.jp. 300 IN CNAME gone.example.net."]`)},
			"- _dmarc.example.co.jp. CNAME gone.example.net.\n+ _dmarc.example.co.jp. TXT \"v=DMARC1; p=none\"",
			"_dmarc.example.co.jp.", `data, _dmarc.example.co.jp TXT "v=DMARC1; p=none"`},
		{"the control recorded: there is no wildcard", []string{txt("example.co.jp.", "a"), answer(unlikely, "TXT", `"status":"NXDOMAIN"`)},
			"- example.co.jp. TXT \"a\"\n+ example.co.jp. TXT \"b\"", "example.co.jp.", `data, example.co.jp TXT "b"`},
		{"the control recorded: it looks like a wildcard", []string{txt("x.example.co.jp.", "any"), txt(below, "any")},
			"- x.example.co.jp. TXT \"any\"\n+ x.example.co.jp. TXT \"b\"", "", "undetermined: the records that it has now may come from a wildcard"},
		{"another control recorded: it looks like a wildcard", []string{txt("x.example.co.jp.", "own"),
			answer("x.example.co.jp.", "A", `"records":["x.example.co.jp. 300 IN A 192.0.2.1"]`), answer(below, "A", `"records":["`+below+` 300 IN A 192.0.2.1"]`)},
			"- x.example.co.jp. TXT \"own\"\n+ x.example.co.jp. TXT \"b\"", "", "undetermined: the records that it has now may come from a wildcard"},
		{"nothing recorded of the name", nil, "- example.co.jp. TXT \"a\"", "", "not recorded"},
	} {
		text := `{"version":1,"recorded_at":"2026-05-20T09:00:00Z","answers":[` + strings.Join(tt.answers, ",") + `]}`
		rec, err := resolver.ReadRecording(strings.NewReader(text), "s.json")
		if err != nil {
			t.Fatalf("%s: %v", tt.why, err)
		}
		base := resolver.NewCache(resolver.NewReplay(rec))
		patch, err := resolver.Patch(t.Context(), edits(t, tt.edits), base)
		if tt.ask == "" {
			if err == nil || !strings.HasSuffix(err.Error(), tt.want) {
				t.Errorf("%s: %v, want …%s", tt.why, err, tt.want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", tt.why, err)
			continue
		}
		if got := told(patch.Lookup(t.Context(), question(t, tt.ask, "TXT"))); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.why, got, tt.want)
		}
	}
}
