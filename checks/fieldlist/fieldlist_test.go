package fieldlist

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"mailauth/checks"
)

func TestParse(t *testing.T) {
	text := "v=STSv1 ; id = 2026\t;; note;"
	want := List{Text: text, Closed: true, Fields: []Field{
		{Name: "v", Value: "STSv1", Equals: true, Span: checks.Span{End: 7}, NameSpan: checks.Span{End: 1}, ValueSpan: checks.Span{Start: 2, End: 7}},
		{Name: "id ", Value: " 2026", Equals: true, Span: checks.Span{Start: 10, End: 19}, NameSpan: checks.Span{Start: 10, End: 13}, ValueSpan: checks.Span{Start: 14, End: 19}},
		{Span: checks.Span{Start: 21, End: 21}, NameSpan: checks.Span{Start: 21, End: 21}, ValueSpan: checks.Span{Start: 21, End: 21}},
		{Name: "note", Span: checks.Span{Start: 23, End: 27}, NameSpan: checks.Span{Start: 23, End: 27}, ValueSpan: checks.Span{Start: 27, End: 27}},
	}}
	if diff := cmp.Diff(want, Parse(text)); diff != "" {
		t.Errorf("Parse(%q) (-want +got):\n%s", text, diff)
	}
}

func TestFaults(t *testing.T) {
	for _, tt := range []struct {
		field string
		want  Kind
		why   string
	}{
		{"id=20260522T090000", "", "letters and digits"},
		{"x-host.1=a,b/c:d", "", "an extension of somebody's"},
		{"", Blank, "two semicolons"},
		{"20260522", NoEquals, "only a value"},
		{"id =1", Space, "a space before the equals sign"},
		{"id= 1", Space, "a space behind it"},
		{"_id=1", BadName, "a name begins with a letter or a digit"},
		{"=1", BadName, "no name"},
		{"id=", BadValue, "nothing"},
		{"note=two words", BadValue, "white space in a value"},
		{"note=a=b", BadValue, "a second equals sign"},
		{"note=日本", BadValue, "not ASCII"},
	} {
		got := Kind("")
		if fault := Parse(tt.field).Fields[0].Fault(); fault != nil {
			got = fault.Kind
		}
		if got != tt.want {
			t.Errorf("%q: fault %q, want %q: %s", tt.field, got, tt.want, tt.why)
		}
	}
}

func TestVersions(t *testing.T) {
	for _, tt := range []struct {
		text          string
		begins, means bool
		why           string
	}{
		{"v=STSv1; id=1", true, true, "as it should be"},
		{"v=STSv1 ;id=1", true, true, "white space may stand before the semicolon"},
		{"v=STSv1", false, true, "nothing follows"},
		{"v=STSv1 id=1", false, true, "no semicolon"},
		{"v=stsv1; id=1", false, true, "the version has case"},
		{" v=STSv1; id=1", false, true, "a space before it"},
		{`"v=STSv1; id=1"`, false, true, "quotes inside the data"},
		{"v=STSv10; id=1", false, false, "another version"},
		{"id=1; v=STSv1", false, false, "a record begins with its version"},
		{"v=spf1 -all", false, false, "something else, as through a wildcard"},
		{"", false, false, "nothing"},
	} {
		if b, m := Begins(tt.text, "v=STSv1"), Means(tt.text, "v=STSv1"); b != tt.begins || m != tt.means {
			t.Errorf("%q begins %v, means %v; want %v, %v: %s", tt.text, b, m, tt.begins, tt.means, tt.why)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"v=STSv1; id=20260522T090000;", "v=TLSRPTv1;rua=mailto:a@example.jp,https://example.jp/?a=b", ";;=;a", " ; ", "", "v=STSv1;\tid =\t1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list := Parse(text)
		for _, field := range list.Fields {
			if field.NameSpan.Of(text) != field.Name || field.ValueSpan.Of(text) != field.Value || field.Span.Of(text) != field.String() {
				t.Fatalf("Parse(%q): field %+v does not cover what it names", text, field)
			}
			if fault := field.Fault(); fault != nil {
				_ = fault.Span.Of(text)
			}
		}
		again := Parse(list.String())
		if again.String() != list.String() || len(again.Fields) != len(list.Fields) || again.Closed != list.Closed {
			t.Fatalf("Parse(%q) = %+v, written and read again %+v", text, list, again)
		}
		for i, field := range again.Fields {
			if was := list.Fields[i]; field.Name != was.Name || field.Value != was.Value || field.Equals != was.Equals {
				t.Fatalf("Parse(%q): field %d was %+v, read again %+v", text, i, was, field)
			}
		}
	})
}
