package mtasts

import (
	"slices"
	"testing"

	"mailauth/checks/fieldlist"
)

func TestRecords(t *testing.T) {
	for _, tt := range []struct {
		text      string
		id        string
		faults    []fieldlist.Kind
		corrected string
		why       string
	}{
		{"v=STSv1; id=20260520090000;", "20260520090000", nil, "", "the example of RFC 8461 §3.1"},
		{"v=STSv1;id=1", "1", nil, "", "no white space, no semicolon at the end"},
		{"v=STSv1 ;\tid=a ; x.y=z", "a", nil, "", "white space around semicolons, an extension"},
		{"v=STSv1; id=a; id=b", "a", nil, "", "the first of two counts (§3.2)"},
		{"v=STSv1", "", []fieldlist.Kind{BadVersion, NoID}, "v=STSv1; id=20261122;", "nothing behind the version"},
		{"v=STSv1;", "", []fieldlist.Kind{NoID}, "v=STSv1; id=20261122;", "no id"},
		{"v=STSv1; id=", "", []fieldlist.Kind{BadID}, "v=STSv1; id=20261122;", "an empty id"},
		{"v=STSv1; id=2026-05-20T09:00", "2026-05-20T09:00", []fieldlist.Kind{BadID}, "v=STSv1; id=20260520T0900;", "letters and digits alone"},
		{"v=STSv1; id=123456789012345678901234567890123", "123456789012345678901234567890123", []fieldlist.Kind{BadID}, "v=STSv1; id=12345678901234567890123456789012;", "33 digits"},
		{"v=STSv1 id=20260520", "", []fieldlist.Kind{BadVersion, NoID}, "v=STSv1; id=20260520;", "no semicolon"},
		{"v=stsv1; id=7", "7", []fieldlist.Kind{BadVersion}, "v=STSv1; id=7;", "the version has case"},
		{"v=STSv1; ID=7", "", []fieldlist.Kind{NoID}, "v=STSv1; id=7;", "so has the name"},
		{"v=STSv1; id = 7", "", []fieldlist.Kind{fieldlist.Space, NoID}, "v=STSv1; id=7;", "white space beside the equals sign"},
		{"v=STSv1;; id=7", "7", []fieldlist.Kind{fieldlist.Blank}, "v=STSv1; id=7;", "two semicolons"},
		{"v=STSv1; id=7; owner=mail team", "7", []fieldlist.Kind{fieldlist.BadValue}, "v=STSv1; id=7;", "white space in an extension"},
	} {
		r := ParseRecord(tt.text)
		var kinds []fieldlist.Kind
		for _, fault := range r.Faults() {
			kinds = append(kinds, fault.Kind)
		}
		if r.ID != tt.id && len(tt.faults) == 0 || !slices.Equal(kinds, tt.faults) {
			t.Errorf("%q: id %q, faults %v; want %q, %v: %s", tt.text, r.ID, kinds, tt.id, tt.faults, tt.why)
		}
		if got := r.Corrected("20261122"); tt.corrected != "" && got != tt.corrected {
			t.Errorf("%q: corrected %q, want %q: %s", tt.text, got, tt.corrected, tt.why)
		}
	}
}

func TestNextID(t *testing.T) {
	for before, after := range map[string]string{
		"20260520090000":                   "20260520090001",
		"20260520T0959":                    "20260520T0960",
		"a":                                "a1",
		"":                                 "1",
		"99":                               "100",
		"007":                              "008",
		"abcdefghijklmnopqrstuvwxyzabcdef": "abcdefghijklmnopqrstuvwxyzabcde1",
		"99999999999999999999999999999999": "99999999999991000000000000000000",
	} {
		if got := NextID(before); got != after {
			t.Errorf("NextID(%q) = %q, want %q", before, got, after)
		}
	}
}

func FuzzRecord(f *testing.F) {
	for _, seed := range []string{"v=STSv1; id=20260520090000;", "v=STSv1 id=1", "\"v=stsv1;; ID : a-b", "v=STSv1; id=a; x=y=z", "v=STSv1;\xffid=1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := ParseRecord(text)
		faults := r.Faults()
		for _, fault := range faults {
			_ = fault.Span.Of(text)
		}
		again := ParseRecord(r.String())
		if len(faults) == 0 && (again.ID != r.ID || len(again.Faults()) > 0) {
			t.Errorf("%q: id %q, written and read again %q", text, r.ID, again.ID)
		}
		if left := ParseRecord(r.Corrected("20261122")).Faults(); len(left) > 0 {
			t.Errorf("%q: corrected %q has %v", text, r.Corrected("20261122"), left)
		}
		if len(faults) == 0 {
			next := ParseRecord(r.WithID(NextID(r.ID)))
			if next.ID == r.ID || len(next.Faults()) > 0 {
				t.Errorf("%q: the next record is %q: %v", text, next, next.Faults())
			}
		}
	})
}
