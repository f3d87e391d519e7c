package catalog

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"mailauth/checks"
)

func TestLanguagesHaveTheSameTexts(t *testing.T) {
	c := mustLoad(t)
	for _, lang := range languages[1:] {
		if en, other := c.IDs("en"), c.IDs(lang); !slices.Equal(en, other) {
			t.Errorf("only en: %v\nonly %s: %v", missingFrom(other, en), lang, missingFrom(en, other))
		}
		for _, id := range c.IDs("en") {
			want, _ := c.Placeholders("en", id)
			if got, ok := c.Placeholders(lang, id); ok && !slices.Equal(got, want) {
				t.Errorf("%s: placeholders %v in en, %v in %s", id, want, got, lang)
			}
		}
	}
}

func missingFrom(list, wanted []string) []string {
	return slices.DeleteFunc(slices.Clone(wanted), func(id string) bool { return slices.Contains(list, id) })
}

// Files must pair up too, so that a translator finds the other half.
func TestLanguagesHaveTheSameFiles(t *testing.T) {
	en, _ := fs.Glob(texts, "en/*.toml")
	for _, name := range en {
		if _, err := fs.Stat(texts, "ja"+strings.TrimPrefix(name, "en")); err != nil {
			t.Errorf("%s has no Japanese file beside it", name)
		}
	}
}

func TestTextsReadWell(t *testing.T) {
	c := mustLoad(t)
	for _, lang := range languages {
		texts := c.For(lang)
		for _, id := range c.IDs(lang) {
			text := texts.Text(id, dummyArgs(c, lang, id))
			for _, fault := range faults(lang, text) {
				t.Errorf("%s %s: %s: %q", lang, id, fault, text)
			}
		}
	}
}

func faults(lang, text string) []string {
	var found []string
	say := func(bad bool, what string) {
		if bad {
			found = append(found, what)
		}
	}
	say(strings.TrimSpace(text) == "", "is empty")
	say(text != strings.TrimSpace(text), "has space around it")
	say(strings.Contains(text, "<no value>"), "has a placeholder that nothing fills")
	switch lang {
	case "ja":
		say(strings.ContainsAny(text, "､｡｢｣･"), "has half-width punctuation")
		say(strings.ContainsAny(text, "，．"), "has punctuation of mathematics")
		say(strings.Contains(text, "。 "), "has a space after a full stop")
	case "en":
		say(strings.ContainsFunc(strings.ReplaceAll(text, "日本語.jp", ""), isJapanese), "has Japanese in it")
	}
	return found
}

// A Japanese text without a kana or kanji was left untranslated, unless it is
// nothing but names and numbers.
func TestJapaneseIsJapanese(t *testing.T) {
	c := mustLoad(t)
	en, ja := c.For("en"), c.For("ja")
	for _, id := range c.IDs("ja") {
		text := ja.Text(id, dummyArgs(c, "ja", id))
		if !strings.ContainsFunc(text, isJapanese) && strings.Contains(en.Text(id, dummyArgs(c, "en", id)), " ") && hasWords(text) {
			t.Errorf("%s is not Japanese: %q", id, text)
		}
	}
}

// One thing has one name in Japanese, whoever wrote the text.
func TestJapaneseTerms(t *testing.T) {
	terms := []struct{ avoid, use string }{
		{"オクテット", "バイト"},
		{"ネームサーバ", "DNSサーバー"},
		{"DMARCのポリシー", "DMARCポリシー"},
		{"未判定", "判定不能 in tables, 判定できませんでした in sentences"},
		{"試したところ", "適用して再検査済み"},
		{"試しました", "適用して再検査済み"},
		{"試していません", "再検査していません"},
		{"フォルダ ", "フォルダー"},
	}
	c := mustLoad(t)
	for _, id := range c.IDs("ja") {
		text := c.For("ja").Text(id, dummyArgs(c, "ja", id))
		for _, term := range terms {
			if strings.Contains(text, term.avoid) {
				t.Errorf("%s says %s, want %s: %q", id, term.avoid, term.use, text)
			}
		}
	}
}

func isJapanese(r rune) bool {
	return unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han)
}

// hasWords reports two lower-case English words in a row: protocol names, tags
// and records do not count.
func hasWords(text string) bool {
	row := 0
	for _, word := range strings.Fields(text) {
		if len(word) > 2 && strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") == "" {
			row++
		} else {
			row = 0
		}
		if row == 2 {
			return true
		}
	}
	return false
}

func dummyArgs(c *Catalog, lang, id string) checks.Args {
	args := checks.Args{}
	names, _ := c.Placeholders(lang, id)
	for _, name := range names {
		args[name] = 2
	}
	return args
}

func TestLoadRefusesATextInTwoFiles(t *testing.T) {
	files := fstest.MapFS{
		"en/a.toml": {Data: []byte("[spf-a]\ntitle = \"x\"\n")},
		"en/b.toml": {Data: []byte("[spf-a]\ntitle = \"y\"\n")},
	}
	if _, err := load(files); err == nil || !strings.Contains(err.Error(), "spf-a.title") {
		t.Errorf("got error %v, want one that names spf-a.title", err)
	}
}

func TestLoadRefusesABrokenTemplate(t *testing.T) {
	files := fstest.MapFS{"en/a.toml": {Data: []byte("[spf-a]\ntitle = \"{{.x\"\n")}}
	if _, err := load(files); err == nil {
		t.Error("got no error for a template without its end")
	}
}

// A run that says little reads little: files of no text that is asked for stay
// closed, and so do those of another language.
func TestFilesAreReadWhenNeeded(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if got := c.For("ja").Text("spf-multiple.title", nil); !strings.ContainsFunc(got, isJapanese) {
		t.Fatalf("the title is %q", got)
	}
	for _, lang := range languages {
		for _, b := range c.shelves[lang].books {
			if read, want := b.messages != nil, b.name == "ja/spf-record.toml"; read != want {
				t.Errorf("%s: read is %v, want %v", b.name, read, want)
			}
		}
	}
}

func BenchmarkFirstText(b *testing.B) {
	for b.Loop() {
		c, err := Load()
		if err != nil {
			b.Fatal(err)
		}
		c.For("en").Text("cli.version-short", nil)
	}
}

func mustLoad(t *testing.T) *Catalog {
	t.Helper()
	c, err := load(texts)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
