package provider

import (
	"regexp"
	"strings"
	"testing"
)

// FuzzExtend reads any text as a user's file: it is refused with one clean line
// that names the file, or what it says is written and read back as the same.
func FuzzExtend(f *testing.F) {
	for _, seed := range []string{
		own,
		own + "[provider.x]\nname = \"X\\\" \\\\\"\nname-ja = \"エックス\"\nlayers = [\"sender\", \"spf-host\"]\ncountry = \"JP\"\nmx = [\"mx*.example.net\", \"*.a.example.net\"]\nnetworks = [\"192.0.2.0/24\", \"2001:db8::/32\"]\nselectors = [\"s1\", \"{date}x{word}\"]\nevidence = [\"own\"]\nunverified = [\"mx\"]\nnote = \"n\"\n",
		"[provider.kagoya]\nselectors = [\"k1\"]\nevidence = [\"VP\"]\nnote-ja = \"注\"\n",
		"[provider.sakura]\nincludes = [\"kagoya.net\", \"sendgrid.net\"]\nmx = []\nevidence = [\"VP\"]\n",
		"provider.x.name = \"X\"\nprovider.x.layers = [\"sender\"]\nprovider.x.evidence = [\"U\"]\nprovider.x.dmarc-targets = [\"a.example.net\"]\n",
		"[provider.\"\"]\n", "[[provider]]\n", "provider=[]\nprovider.0=[]\nprovider.1=[]", "[provider]\nx = 1\n", "evidence = 1979-05-27\n", "\"\\u0000\" = 1", "[a.b.c]\n[a]\n", "\xff", "x = \"\"\"\n",
		strings.Repeat("[", 300), "a = " + strings.Repeat("[", 300),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, base := range []*Table{{}, Builtin()} {
			table, err := base.Extend("own.toml", strings.NewReader(text))
			if err != nil {
				if line := err.Error(); !strings.HasPrefix(line, "own.toml:") || strings.ContainsAny(line, "\n\x1b") {
					t.Fatalf("%q: the error is not one clean line about the file: %q", text, line)
				}
				continue
			}
			written := table.TOML(table.Providers())
			again, err := (&Table{}).Extend("again.toml", strings.NewReader(written))
			if err != nil {
				t.Fatalf("%q is written as\n%s\nwhich cannot be read: %v", text, written, err)
			}
			if twice := again.TOML(again.Providers()); twice != written {
				t.Fatalf("%q is written as\n%s\nand then as\n%s", text, written, twice)
			}
		}
	})
}

// FuzzPattern matches any pattern with any name: as a regular expression made of
// the pattern does, in any spelling of the name, and never with something added
// to the name's end.
func FuzzPattern(f *testing.F) {
	for _, seed := range [][2]string{
		{"*.sendgrid.net", "u1.wl2.sendgrid.net."}, {"*.sendgrid.net", "sendgrid.net.attacker.example."}, {"mx*.mail.ovh.net", "mx0.mail.ovh.net"},
		{"*-smtp-inbound-1.mimecast.com", "eu-smtp-inbound-1.mimecast.com"}, {"a*b*c.example.net", "ababbc.EXAMPLE.net"},
		{"*.spf.has.pphosted.com", "%{ir}.%{v}.%{d}.spf.has.pphosted.com"}, {"x.*.example.net", `x.\..example.net`}, {"*.*.example.net", "a..example.net"},
		{"*._spf.vali.email", "%{i._spf.vali.email"}, {"**.*a*.example.net", "ba.aa.example.net"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, pattern, name string) {
		p, err := ParsePattern(pattern)
		if err != nil {
			return
		}
		if again, err := ParsePattern(p.String()); err != nil || again.String() != pattern {
			t.Fatalf("%q reads back as %q, %v", pattern, again, err)
		}
		got := p.Match(name)
		if !strings.ContainsAny(name, `\%`) {
			bare := strings.ToLower(strings.TrimSuffix(name, "."))
			want := expression(pattern).MatchString(bare) && !strings.Contains("."+bare+".", "..") && isASCII(name)
			if got != want && isASCII(name) {
				t.Fatalf("%q matches %q: %v, its expression says %v", pattern, name, got, want)
			}
		}
		if !got {
			return
		}
		if !p.Match(strings.ToUpper(name)) && isASCII(name) && !strings.Contains(name, `\`) {
			t.Errorf("%q matches %q, but not in upper case", pattern, name)
		}
		if p.Match(strings.TrimSuffix(name, ".") + ".attacker.example.") {
			t.Errorf("%q matches %q with something added", pattern, name)
		}
		if p.compare(p) != 0 {
			t.Errorf("%q is not as good as itself", pattern)
		}
	})
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) < 0
}

// expression says what a pattern means in another way.
func expression(pattern string) *regexp.Regexp {
	rest, below := strings.CutPrefix(pattern, "*.")
	form := strings.ReplaceAll(regexp.QuoteMeta(rest), `\*`, `[^.]*`)
	if below {
		form = `[^.]+(\.[^.]+)*\.` + form
	}
	return regexp.MustCompile(`(?s)^` + form + `$`)
}
