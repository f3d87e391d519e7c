package catalog

import (
	"strings"
	"testing"
)

func TestPhrases(t *testing.T) {
	c := mustLoad(t)
	tests := []struct {
		english, want string
		why           string
	}{
		{"no such file or directory", "ファイルまたはフォルダーがありません", "a text without arguments"},
		{"the spf check asks at most 300 questions", "spfの検査での問い合わせは300回までです", "two arguments"},
		{"connect: connection refused", "接続時: 接続が拒否されました", "a text in a text"},
		{"connect: something new", "", "a text in a text that is unknown"},
		{"something new", "", "unknown"},
	}
	for _, tt := range tests {
		if got, ok := c.For("ja").Phrase(tt.english); got != tt.want || ok != (tt.want != "") {
			t.Errorf("%s: %q becomes %q, %v, want %q", tt.why, tt.english, got, ok, tt.want)
		}
		if got, ok := c.For("en").Phrase(tt.english); got != tt.english || !ok {
			t.Errorf("%s: English %q becomes %q", tt.why, tt.english, got)
		}
	}
}

// No phrase hides another: the English of each leads back to its own text.
func TestPhrasesAreDistinct(t *testing.T) {
	c := mustLoad(t)
	for _, p := range c.phrases() {
		args, err := c.Placeholders("en", p.id)
		if !err {
			t.Fatal(p.id)
		}
		filled := dummyArgs(c, "en", p.id)
		for _, name := range args {
			filled[name] = map[bool]string{true: "i/o timeout", false: "xyz"}[name == "why"]
		}
		english := c.For("en").Text(p.id, filled)
		for _, name := range args {
			if name == "why" {
				filled[name] = "時間切れです"
			}
		}
		want := c.For("ja").Text(p.id, filled)
		if got, _ := c.For("ja").Phrase(english); got != want && !strings.Contains(english, "xyz xyz") {
			t.Errorf("%s: %q becomes %q, want %q", p.id, english, got, want)
		}
	}
}
