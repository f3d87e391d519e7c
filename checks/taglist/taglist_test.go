package taglist

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mailauth/checks"
)

func TestParse(t *testing.T) {
	text := "v=DKIM1;  k = rsa ;; p=MIGf MA0G\t; note"
	got := Parse(text)
	want := List{Tags: []Tag{
		{Name: "v", Value: "DKIM1", Equals: true, Span: checks.Span{Start: 0, End: 7}, NameSpan: checks.Span{Start: 0, End: 1}, ValueSpan: checks.Span{Start: 2, End: 7}},
		{Name: "k", Value: "rsa", Equals: true, Span: checks.Span{Start: 8, End: 18}, NameSpan: checks.Span{Start: 10, End: 11}, ValueSpan: checks.Span{Start: 14, End: 17}},
		{Span: checks.Span{Start: 19, End: 19}, NameSpan: checks.Span{Start: 19, End: 19}},
		{Name: "p", Value: "MIGf MA0G", Equals: true, Span: checks.Span{Start: 20, End: 33}, NameSpan: checks.Span{Start: 21, End: 22}, ValueSpan: checks.Span{Start: 23, End: 32}},
		{Name: "note", Span: checks.Span{Start: 34, End: 39}, NameSpan: checks.Span{Start: 35, End: 39}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Parse(%q) (-want +got):\n%s", text, diff)
	}
}

func TestString(t *testing.T) {
	for _, tt := range []struct{ text, want, why string }{
		{"v=DKIM1;p=AAAA", "v=DKIM1; p=AAAA", "one space after a semicolon"},
		{"v=DKIM1; p=AAAA ;\t", "v=DKIM1; p=AAAA;", "the last semicolon stays"},
		{" ;v=DKIM1", "; v=DKIM1", "a blank first piece is a fault and stays one"},
		{"p=AA=BB==", "p=AA=BB==", "only the first equals sign divides"},
		{"=x; y", "=x; y", "no name, and no equals sign"},
		{"", "", "nothing at all"},
		{";", ";", "one blank piece, closed"},
	} {
		if got := Parse(tt.text).String(); got != tt.want {
			t.Errorf("Parse(%q).String() = %q, want %q: %s", tt.text, got, tt.want, tt.why)
		}
	}
}

func TestFaults(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string // kind:octets at fault
		why  string
	}{
		{"v=DKIM1; k=rsa; p=MIGf;", nil, "a closing semicolon is allowed"},
		{"v = DKIM1;\tp = MIGf\r\n MA0G", nil, "white space may stand around both parts and a value may be folded"},
		{"p=", nil, "an empty value is a value: the key is revoked"},
		{"v=DKIM1; k=rsa; k=rsa; p=MIGf; k=rsa", []string{"duplicate:k", "duplicate:k"}, "each repetition is told"},
		{"v=DKIM1; V=DKIM1", nil, "names have case"},
		{"v=DKIM1;; p=MIGf", []string{"blank:"}, "two semicolons"},
		{"; p=MIGf", []string{"blank:"}, "a semicolon before the first tag"},
		{"v=DKIM1; k rsa; p:MIGf", []string{"no-equals:k rsa", "no-equals:p:MIGf"}, "both are told"},
		{"v=DKIM1; =MIGf", []string{"no-name: =MIGf"}, "nothing before the equals sign"},
		{"v=DKIM1; k-type=rsa; 1p=MIGf; _=x", []string{"bad-name:k-type", "bad-name:1p", "bad-name:_"}, "a letter, then letters, digits and _"},
		{"v=\u201cDKIM1\u201d; p=MIGf", []string{"bad-value:\u201c", "bad-value:\u201d"}, "smart quotes are not ASCII"},
		{"p=MI\r\nGf; n=a\x00\x01b\nc", []string{"bad-value:\r\n", "bad-value:\x00\x01", "bad-value:\n"}, "a line end that folds nothing, control octets"},
	} {
		var got []string
		for _, f := range Parse(tt.text).Faults() {
			got = append(got, f.Kind.String()+":"+f.Span.Of(tt.text))
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("Faults(%q) = %q, want %q: %s", tt.text, got, tt.want, tt.why)
		}
	}
}

func TestDuplicatesWithoutCase(t *testing.T) {
	l := Parse("v=DMARC1; p=none; P=reject")
	if got := l.Duplicates(strings.EqualFold); len(got) != 1 || got[0].Tag != 2 {
		t.Errorf("Duplicates(EqualFold) = %v, want the third tag", got)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"v=DKIM1; k=rsa; p=MIGf MA0G;", "v=DMARC1;p=none;", ";;=;a", "p=MI\r\n Gf", "\u3000v=DKIM1", "a=\n;b", "=", " ; ",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list := Parse(text)
		end := -1
		for _, tag := range list.Tags {
			if tag.Span.Start != end+1 || tag.NameSpan.Of(text) != tag.Name || tag.ValueSpan.Of(text) != tag.Value {
				t.Fatalf("Parse(%q): tag %+v does not cover what it names after octet %d", text, tag, end)
			}
			end = tag.Span.End
		}
		for _, fault := range list.Faults() {
			_ = fault.Span.Of(text)
		}
		again := Parse(list.String())
		if len(again.Tags) != len(list.Tags) || again.Closed != list.Closed {
			t.Fatalf("Parse(%q) = %+v, written and read again %+v", text, list, again)
		}
		for i, tag := range again.Tags {
			if was := list.Tags[i]; tag.Name != was.Name || tag.Value != was.Value || tag.Equals != was.Equals {
				t.Fatalf("Parse(%q): tag %d was %+v, read again %+v", text, i, was, tag)
			}
		}
	})
}
