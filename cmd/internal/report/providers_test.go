package report

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"mailauth/checks/provider"
)

const ownProviders = `[evidence.contract]
title = "our contract"
date = "2026-04-01"

[provider.example-gateway]
name = "Example Gateway"
name-ja = "エグザンプル・ゲートウェイ"
layers = ["inbound", "outbound"]
mx = ["mx*.gw.example.net"]
networks = ["192.0.2.0/24"]
selectors = ["gw{date}"]
dmarc-targets = ["reports.example.net"]
evidence = ["contract"]
unverified = ["selectors"]
note = "A note."
`

func ownTable(t *testing.T) *provider.Table {
	t.Helper()
	table, err := provider.Builtin().Extend("own.toml", strings.NewReader(ownProviders))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func providersSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile("../../../docs/providers.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestProvidersFitTheirSchema(t *testing.T) {
	table := ownTable(t)
	s := providersSchema(t)
	for _, lang := range []string{"en", "ja"} {
		doc := BuildProviders(Header{Version, Tool{"mailauth", "test"}, lang, "built-in, own.toml"}, table, table.Providers())
		var out bytes.Buffer
		if err := WriteJSON(&out, doc); err != nil {
			t.Fatal(err)
		}
		good := out.String()
		document, err := jsonschema.UnmarshalJSON(strings.NewReader(good))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(document); err != nil {
			t.Errorf("%s: %v", lang, err)
		}
		for _, change := range [][2]string{
			{`"id": "sendgrid"`, `"id": "Send Grid"`},
			{`"line": null`, `"line": 0`},
			{`"country": "US"`, `"country": "USA"`},
			{`"unverified": []`, `"unverified": ["name"]`},
			{`"providers": [`, `"extra": 1, "providers": [`},
			{`"note": ""`, `"note": "", "extra": 1`},
		} {
			bad := strings.Replace(good, change[0], change[1], 1)
			document, err := jsonschema.UnmarshalJSON(strings.NewReader(bad))
			if bad == good || err != nil {
				t.Fatalf("cannot change %q: %v", change[0], err)
			}
			if s.Validate(document) == nil {
				t.Errorf("%s is as good as %s to the schema", change[1], change[0])
			}
		}
	}
}

// Editors check a user's file against the schema: it takes what the program
// takes, and not what the program refuses.
func TestFilesFitTheSchema(t *testing.T) {
	s := providersSchema(t)
	fits := func(text string) bool {
		var file map[string]any
		if _, err := toml.Decode(text, &file); err != nil {
			t.Fatal(err)
		}
		return s.Validate(file) == nil
	}
	builtin, err := filepath.Glob("../../../checks/provider/data/*.toml")
	if err != nil || len(builtin) == 0 {
		t.Fatalf("%d built-in files, %v", len(builtin), err)
	}
	for _, name := range builtin {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !fits(string(text)) {
			t.Errorf("%s does not fit the schema", name)
		}
	}
	for _, guide := range []string{"../../../docs/providers.md", "../../../docs/ja/providers.md"} {
		text, err := os.ReadFile(guide)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(text), "```toml\n")
		example, _, found := strings.Cut(rest, "```\n")
		if _, err := provider.Builtin().Extend("own.toml", strings.NewReader(example)); !found || err != nil || !fits(example) {
			t.Errorf("the example of %s: found %v, %v, or it does not fit the schema", guide, found, err)
		}
	}
	if table := ownTable(t); !fits(ownProviders) || !fits(table.TOML(table.Providers())) {
		t.Error("the own file does not fit the schema")
	}
	for _, change := range [][2]string{
		{`mx = `, `MX = `},
		{`layers = ["inbound"`, `layers = ["spam"`},
		{`name = "Example Gateway"`, `name = ""`},
		{`evidence = ["contract"]`, ``},
		{`"192.0.2.0/24"`, `"192.0.2.0"`},
		{`gw{date}`, `gw{year}`},
		{`mx*.gw.example.net`, `mx*.gw.example.net.`},
		{`date = "2026-04-01"`, `date = "April"`},
		{`[evidence.contract]`, `[sources.contract]`},
		{`unverified = ["selectors"]`, `unverified = ["name"]`},
	} {
		bad := strings.Replace(ownProviders, change[0], change[1], 1)
		if bad == ownProviders {
			t.Fatalf("%q is not in the file", change[0])
		}
		if fits(bad) {
			t.Errorf("%s is as good as %s to the schema", change[1], change[0])
		}
		if _, err := provider.Builtin().Extend("own.toml", strings.NewReader(bad)); err == nil {
			t.Errorf("%s is as good as %s to the program", change[1], change[0])
		}
	}
}

// The whole table prints within the width in both languages, with words for
// everything.
func TestProvidersPrint(t *testing.T) {
	table := ownTable(t)
	for _, lang := range []string{"en", "ja"} {
		page := ProviderPage{Texts: texts(t, lang), Width: 80}
		for what, got := range map[string]string{"list": page.List(table.Providers()), "details": page.Details(table, table.Providers())} {
			for _, line := range strings.Split(got, "\n") {
				record := strings.Contains(line, " CNAME ") // printed whole, to be copied
				if Width(line) > 80 && !record {
					t.Errorf("%s, %s: %d columns: %s", lang, what, Width(line), line)
				}
			}
			if strings.Contains(got, "provider.") && strings.Contains(got, "provider.label") || strings.Contains(got, "<no value>") || strings.Contains(got, "provider.field") || strings.Contains(got, "provider.layer") || strings.Contains(got, "provider.short") || strings.Contains(got, "provider.trait") {
				t.Errorf("%s, %s: a text is missing:\n%s", lang, what, got)
			}
		}
	}
}

func TestProviderDetails(t *testing.T) {
	table := ownTable(t)
	rows := []*provider.Provider{table.Get("example-gateway")}
	for lang, want := range map[string]string{
		"en": `example-gateway  Example Gateway
  Does           filters mail before it is delivered, relays what mailboxes send
  SPF network    192.0.2.0/24
  MX             mx*.gw.example.net
  DKIM selector  gw{date}  (unverified)
  DMARC to       reports.example.net
  Note           A note.
  Evidence       contract: our contract (2026-04-01)
  From           own.toml:5
`,
		"ja": `example-gateway  エグザンプル・ゲートウェイ
  役割           受信メールを配送前に検査、メールボックスからの送信を中継
  SPFのアドレス  192.0.2.0/24
  MX             mx*.gw.example.net
  DKIMセレクタ   gw{date}  (未確認)
  DMARCの宛先    reports.example.net
  補足           A note.
  出典           contract: our contract(2026-04-01)
  定義場所       own.toml:5
`,
	} {
		if got := (ProviderPage{Texts: texts(t, lang), Width: 80}).Details(table, rows); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", lang, got, want)
		}
	}
}
