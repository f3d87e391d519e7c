package report

import (
	"slices"
	"strings"
	"testing"
)

func TestWrap(t *testing.T) {
	tests := []struct {
		text        string
		first, rest int
		want        []string
	}{
		{"one two three", 80, 80, []string{"one two three"}},
		{"one two three", 7, 20, []string{"one two", "three"}},
		{"one two three four", 3, 9, []string{"one", "two three", "four"}},
		{"include:_spf.a-very-long-name.example.net is long", 10, 10, []string{"include:_spf.a-very-long-name.example.net", "is long"}}, // a term is copied whole
		{"受信側からは見えません。", 12, 12, []string{"受信側からは", "見えません。"}},
		{"受信側からは、見えません。", 12, 12, []string{"受信側から", "は、見えませ", "ん。"}},             // no line begins with a comma
		{"これは「受信側」です", 8, 20, []string{"これは", "「受信側」です"}},                        // nor ends with a bracket
		{"permerror(恒久エラー)になります", 14, 20, []string{"permerror(恒久", "エラー)になります"}}, // nor is a gloss torn from it
		{"エラーが10件あります", 11, 20, []string{"エラーが", "10件あります"}},                     // nor a number from its counter
		{"", 10, 10, []string{""}},
	}
	for _, tt := range tests {
		if got := Wrap(tt.text, tt.first, tt.rest); !slices.Equal(got, tt.want) {
			t.Errorf("Wrap(%q, %d, %d)\n got %q\nwant %q", tt.text, tt.first, tt.rest, got, tt.want)
		}
	}
}

// Wrapping changes nothing but spaces.
func FuzzWrap(f *testing.F) {
	f.Add("受信側からは、見えません。 one two", 10, 12)
	f.Fuzz(func(t *testing.T, text string, first, rest int) {
		squash := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		text = Clean(text)
		if got := strings.Join(Wrap(text, first, rest), ""); squash(got) != squash(text) {
			t.Fatalf("Wrap(%q) lost something: %q", text, got)
		}
	})
}
