package provider

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

const own = `[evidence.own]
title = "our contracts"
date = "2026-04"
`

func extend(t *testing.T, base *Table, text string) *Table {
	t.Helper()
	table, err := base.Extend("own.toml", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestExtendAdds(t *testing.T) {
	table := extend(t, Builtin(), own+`
[provider.example-gateway]
name      = "Example Gateway"
name-ja   = "エグザンプル・ゲートウェイ"
layers    = ["inbound", "outbound"]
country   = "JP"
includes  = ["spf.gw.example.net"]
mx        = ["mx*.gw.example.net"]
networks  = ["192.0.2.0/24", "2001:db8::/32"]
selectors = ["gw1", "gw{date}"]
evidence  = ["own", "VP"]
unverified = ["selectors"]
note      = "Billed by the head office."
`)
	p := table.ByMX("mx1.gw.example.net.")
	if p == nil || p.ID != "example-gateway" || p.Line != 5 || p.File != "own.toml" || !p.Has(Outbound) || p.Has(Mailbox) {
		t.Fatalf("found %+v", p)
	}
	if p.Name.In("ja") != "エグザンプル・ゲートウェイ" || p.Note.In("ja") != "Billed by the head office." {
		t.Errorf("name %+v, note %+v", p.Name, p.Note)
	}
	if table.Get("sendgrid") == nil || len(table.Providers()) != len(Builtin().Providers())+1 {
		t.Error("the built-in rows are gone")
	}
	if Builtin().Get("example-gateway") != nil {
		t.Error("the built-in table changed")
	}
}

// A row with a known id changes what it gives and keeps the rest; a pattern
// moves to the row that names it last.
func TestExtendOverrides(t *testing.T) {
	table := extend(t, Builtin(), own+`
[provider.iij-secure-mx]
selectors = ["ours2026"]
includes  = ["spf.securemx.jp"]
evidence  = ["own"]

[provider.head-office]
name     = "Head office"
layers   = ["outbound"]
includes = ["kagoya.net"]
networks = ["210.130.202.0/24"]
evidence = ["own"]
`)
	iij := table.Get("iij-secure-mx")
	if table.ByMX("mx1.securemx.jp") != iij || iij.Name != Builtin().Get("iij-secure-mx").Name {
		t.Error("what the row does not give has changed")
	}
	if got := FixedSelectors([]*Provider{iij}); !slices.Equal(got, []string{"ours2026"}) {
		t.Errorf("selectors %q", got)
	}
	if !slices.Equal(iij.Evidence, []string{"JP", "ZN", "own"}) || len(iij.Unverified) != 0 {
		t.Errorf("evidence %q, unverified %q: the own contract confirms the include", iij.Evidence, iij.Unverified)
	}
	if p := table.ByInclude("kagoya.net."); p == nil || p.ID != "head-office" {
		t.Errorf("the include stays with %v", p)
	}
	if p := table.Get("kagoya"); p == nil || len(p.Includes) != 0 || len(p.MX) != 1 {
		t.Errorf("KAGOYA is now %+v", p)
	}
	if p := table.ByAddress(netip.MustParsePrefix("210.130.202.0/24")); p == nil || p.ID != "head-office" {
		t.Errorf("the network stays with %v", p)
	}
	before := Builtin()
	if len(before.Get("kagoya").Includes) != 1 || len(before.Get("iij-secure-mx").Selectors) != 0 || len(before.Get("iij-secure-mx").Networks) != 1 {
		t.Error("the built-in table changed")
	}
}

// A row that has lost everything says nothing any more.
func TestRowWithoutAnythingIsDropped(t *testing.T) {
	first := extend(t, &Table{}, own+"[provider.a]\nname = \"A\"\nlayers = [\"sender\"]\nincludes = [\"spf.example.net\"]\nunverified = [\"includes\"]\nevidence = [\"own\"]\n")
	second := extend(t, first, "[provider.b]\nname = \"B\"\nlayers = [\"sender\"]\nincludes = [\"spf.example.net\"]\nevidence = [\"own\"]\n")
	if second.Get("a") != nil || first.Get("a") == nil {
		t.Errorf("rows %v after %v", second.Providers(), first.Providers())
	}
}

func TestMistakesAreNamed(t *testing.T) {
	good := own + "[provider.x]\nname = \"X\"\nlayers = [\"sender\"]\nevidence = [\"own\"]\n" // 7 lines
	for _, tt := range []struct {
		text, code string
		line       int
		found, why string
	}{
		{good + "includes = [\"a.example.net\"", "toml", 8, "", "a list without its end"},
		{good + "[provider.x]\n", "toml", 8, "", "the same id twice in a file"},
		{"providers = 1\n", "provider-key", 1, "providers", "a key that nobody reads"},
		{own + "[prov.x]\n", "provider-key", 4, "prov", "a table that nobody reads"},
		{good + "include = [\"a.example.net\"]\n", "provider-key", 8, "include", "a misspelt field"},
		{good + "[evidence.b]\ntitle = \"b\"\ndate = \"2026\"\nurl = \"x\"\n", "provider-key", 11, "url", "a source has no such key"},
		{"provider = 1\n", "provider-table", 1, "provider", "not a table"},
		{"provider.x = 1\n", "provider-table", 1, "x", "not a table either"},
		{own + "[provider.x]\nlayers = [\"sender\"]\nevidence = [\"own\"]\n", "provider-missing", 4, "nothing", "a new row needs a name"},
		{own + "[provider.x]\nname = \"X\"\nevidence = [\"own\"]\n", "provider-missing", 4, "nothing", "and what it does"},
		{own + "[provider.x]\nname = \"X\"\nlayers = [\"sender\"]\nmx = [\"a.example.net\"]\n", "provider-missing", 4, "nothing", "and evidence"},
		{own + "[provider.X]\nname = \"X\"\n", "provider-id", 4, "X", "ids are lower case"},
		{"[evidence.\"a b\"]\ntitle = \"b\"\ndate = \"2026\"\n", "provider-id", 1, "a b", "the code of a source"},
		{own + "[provider.x]\nname = 1\n", "provider-text", 5, "name", "a number for a name"},
		{own + "[provider.x]\nname = \"\"\n", "provider-name", 5, `""`, "an empty name"},
		{own + "[provider.x]\nname = \"a\\u001bb\"\n", "provider-name", 5, "a\x1bb", "a control character"},
		{own + "[provider.x]\nname = \" a\"\n", "provider-name", 5, " a", "space around"},
		{own + "[provider.x]\nname = \"X\"\nlayers = [\"spam\"]\n", "provider-layer", 6, "spam", "no such layer"},
		{own + "[provider.x]\nname = \"X\"\nlayers = []\n", "provider-layer", 6, "[]", "no layer at all"},
		{own + "[provider.x]\nname = \"X\"\nlayers = \"sender\"\n", "provider-texts", 6, "layers", "a text for a list"},
		{good + "country = \"Japan\"\n", "provider-country", 8, "Japan", "not a code"},
		{good + "mx = [\"*.co.jp\"]\n", "provider-pattern-wide", 8, "*.co.jp", "a public suffix"},
		{good + "mx = [\n  \"mx.example.net\",\n  \"MX2.example.net\",\n]\n", "provider-pattern", 8, "MX2.example.net", "the line of the key"},
		{good + "mx = [\"a.example.net\", \"a.example.net\"]\n", "provider-twice", 8, "a.example.net", "twice in a list"},
		{good + "mx = [\"a.example.net\"]\n[provider.y]\nname = \"Y\"\nlayers = [\"sender\"]\nevidence = [\"own\"]\nmx = [\"a.example.net\"]\n", "provider-twice", 13, "a.example.net", "two rows of a file with one pattern"},
		{good + "networks = [\"192.0.2.1/24\"]\n", "provider-network", 8, "192.0.2.1/24", "bits beyond the length"},
		{good + "networks = [\"192.0.2.1\"]\n", "provider-network", 8, "192.0.2.1", "a network has a length"},
		{good + "selectors = [\"s{number}\"]\n", "provider-selector", 8, "s{number}", "no such placeholder"},
		{own + "[provider.x]\nname = \"X\"\nlayers = [\"sender\"]\nevidence = [\"hearsay\"]\n", "provider-evidence", 7, "hearsay", "a source that is not listed"},
		{own + "[provider.x]\nname = \"X\"\nlayers = [\"sender\"]\nevidence = []\n", "provider-evidence", 7, "[]", "no source"},
		{good + "mx = [\"a.example.net\"]\nunverified = [\"includes\"]\n", "provider-unverified", 9, "includes", "a field that the row does not have"},
		{good, "provider-empty", 4, "x", "nothing to know it by"},
		{"[evidence.b]\ntitle = \"b\"\ndate = \"last year\"\n", "provider-date", 3, "last year", "no date"},
		{"[evidence.b]\ntitle = \"b\"\n", "provider-missing", 1, "nothing", "a source has a date"},
	} {
		_, err := (&Table{}).Extend("own.toml", strings.NewReader(tt.text))
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: error %v, want %s", tt.why, err, tt.code)
			continue
		}
		if e.Code != tt.code || e.Line != tt.line || e.Args["found"] != tt.found || e.File != "own.toml" {
			t.Errorf("%s: %s at line %d about %q, want %s at %d about %q\n%v", tt.why, e.Code, e.Line, e.Args["found"], tt.code, tt.line, tt.found, err)
		}
		if !slices.Contains(Codes(), e.Code) || strings.ContainsAny(err.Error(), "\n\x1b") || !strings.HasPrefix(err.Error(), "own.toml:") {
			t.Errorf("%s: the error is not one clean line with a listed code: %q", tt.why, err)
		}
	}
}

func TestReadingStops(t *testing.T) {
	_, err := Builtin().Extend("big.toml", strings.NewReader(strings.Repeat("# more\n", maxSize/7+1)))
	var e *Error
	if !errors.As(err, &e) || e.Code != "providers-large" || e.Args["limit"] != "1024" {
		t.Errorf("a file that is too long: %v", err)
	}
	broken := errors.New("the disk is gone")
	if _, err := Builtin().Extend("gone.toml", brokenReader{broken}); !errors.Is(err, broken) {
		t.Errorf("a file that cannot be read: %v", err)
	}
}

type brokenReader struct{ err error }

func (r brokenReader) Read([]byte) (int, error) { return 0, r.err }

// What is written is read as the same.
func TestWrittenTableReadsBack(t *testing.T) {
	table := Builtin()
	text := table.TOML(table.Providers())
	again := extend(t, &Table{}, text)
	if got := again.TOML(again.Providers()); got != text {
		t.Errorf("written again it differs:\n%s", got)
	}
	if len(again.Providers()) != len(table.Providers()) {
		t.Errorf("%d rows of %d", len(again.Providers()), len(table.Providers()))
	}
}
