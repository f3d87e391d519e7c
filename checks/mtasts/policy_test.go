package mtasts

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPolicies(t *testing.T) {
	const good = "version: STSv1\r\nmode: enforce\r\nmx: mail.example.co.jp\r\nmx: *.example.net\r\nmax_age: 604800\r\n"
	hosts := []string{"mail.example.co.jp.", "mx1.example.net."}
	for _, tt := range []struct {
		text      string
		faults    []PolicyFaultKind
		corrected string
		why       string
	}{
		{good, nil, good, "as RFC 8461 §3.2 shows it"},
		{strings.ReplaceAll(good, "\r\n", "\n"), nil, good, "LF alone is allowed"},
		{strings.TrimSpace(strings.ReplaceAll(good, ": ", ":")), nil, good, "no white space, no last line end"},
		{"max_age: 604800\nmx: mail.example.co.jp \nmx: *.example.net\nmode: enforce\t\nversion: STSv1\n\n", nil, good, "any order; white space and an empty line at the end"},
		{good + "future.key: 日本 語\r\n", nil, good + "future.key: 日本 語\r\n", "unknown keys are ignored"},
		{good + "mode: testing\r\n", nil, good, "the first mode counts"},
		{"version: STSv1\nmode: none\nmax_age: 86400\n", nil, "version: STSv1\r\nmode: none\r\nmax_age: 86400\r\n", "no mail server is needed to give it up"},
		{"\ufeff" + good, []PolicyFaultKind{ByteOrder}, good, "saved with a byte order mark"},
		{"mode: enforce\nmx: *.example.net\nmx: mail.example.co.jp\n", []PolicyFaultKind{NoVersion, NoMaxAge}, "", "two keys are missing"},
		{strings.Replace(good, "STSv1", "stsv1", 1), []PolicyFaultKind{OddVersion}, good, "the version has case"},
		{strings.Replace(good, "enforce", "Enforce", 1), []PolicyFaultKind{OddMode}, good, "so has the mode"},
		{strings.Replace(good, "mode:", "Mode:", 1), []PolicyFaultKind{KeyCase}, good, "and the key"},
		{strings.Replace(good, "mode:", "mode :", 1), []PolicyFaultKind{BadLine}, good, "no white space before the colon"},
		{strings.Replace(good, "604800", "604,800", 1), []PolicyFaultKind{OddMaxAge}, good, "a number has digits alone"},
		{strings.Replace(good, "604800", "-1", 1), []PolicyFaultKind{OddMaxAge}, good, "and no sign"},
		{strings.Replace(good, "604800", "31557601", 1), []PolicyFaultKind{LongMaxAge}, strings.Replace(good, "604800", "31557600", 1), "more than a year"},
		{strings.Replace(good, "604800", "31557600", 1), nil, "", "a year"},
		{strings.Replace(good, "mail.example.co.jp", "mail.example.co.jp.", 1), []PolicyFaultKind{OddMX}, good, "a final dot"},
		{strings.Replace(good, "co.jp\r\nmx: ", "co.jp, ", 1), []PolicyFaultKind{OddMX}, good, "two servers in one line"},
		{strings.Replace(good, "mx: ", "mx: *", 1), []PolicyFaultKind{OddMX}, good, "a wildcard inside a label"},
		{"# our policy\n" + good, []PolicyFaultKind{BadLine}, good, "there are no comments"},
		{"version: STSv1\nmode: testing\nmax_age: 604800\n", []PolicyFaultKind{NoMX}, strings.Replace(good, "enforce", "testing", 1), "no mail server"},
		{"<!doctype html>\n<title>404: not found</title>\n", []PolicyFaultKind{NotPolicy}, "", "a page in its place"},
		{"", []PolicyFaultKind{NotPolicy}, "", "nothing"},
	} {
		p := ParsePolicy(tt.text)
		var kinds []PolicyFaultKind
		for _, fault := range p.Faults {
			kinds = append(kinds, fault.Kind)
		}
		if !slices.Equal(kinds, tt.faults) || p.Valid() != (len(tt.faults) == 0) {
			t.Errorf("%q: faults %v, want %v: %s", tt.text, kinds, tt.faults, tt.why)
		}
		if tt.corrected == "" {
			continue
		}
		got := p.Corrected(hosts)
		slices.Sort(got.MX)
		want := strings.ReplaceAll(tt.corrected, "mx: mail.example.co.jp\r\nmx: *.example.net", "mx: *.example.net\r\nmx: mail.example.co.jp")
		if diff := cmp.Diff(want, strings.Replace(got.String(), "mx: mx1.example.net", "mx: *.example.net", 1)); diff != "" && !strings.Contains(tt.why, "no mail server") && !strings.Contains(tt.why, "inside a label") {
			t.Errorf("%s: corrected (-want +got):\n%s", tt.why, diff)
		}
		if left := ParsePolicy(got.String()); !left.Valid() || got.Mode != Off && len(left.Uncovered(hosts)) > 0 {
			t.Errorf("%s: the corrected policy\n%s has %v, and leaves out %v", tt.why, got, left.Faults, left.Uncovered(hosts))
		}
	}
}

func TestMatches(t *testing.T) {
	for _, tt := range []struct {
		pattern, host string
		want          bool
		why           string
	}{
		{"mail.example.co.jp", "mail.example.co.jp.", true, "the name itself"},
		{"Mail.Example.co.jp", "mail.example.co.jp.", true, "names have no case"},
		{"mail.example.co.jp", "mail2.example.co.jp.", false, "another name"},
		{"*.example.co.jp", "mail.example.co.jp.", true, "one label"},
		{"*.example.co.jp", "mx1.mail.example.co.jp.", false, "two labels: RFC 8461 §4.1"},
		{"*.example.co.jp", "example.co.jp.", false, "no label"},
		{"*.jp", "example.jp.", true, "a wildcard below a suffix is the owner's risk"},
		{"example.co.jp", "mail.example.co.jp.", false, "no wildcard, no label more"},
	} {
		if got := Matches(tt.pattern, tt.host); got != tt.want {
			t.Errorf("Matches(%q, %q) = %v, want %v: %s", tt.pattern, tt.host, got, tt.want, tt.why)
		}
	}
}

func FuzzPolicy(f *testing.F) {
	for _, seed := range []string{
		"version: STSv1\r\nmode: enforce\r\nmx: mail.example.co.jp\r\nmax_age: 604800\r\n", "\ufeffversion:STSv1\nMODE : x\nmx: a., *.b c\nmax_age: 1,2",
		"mode\nmx:\n:\nmax_age: 99999999999999999999", "version: STSv1\rmode: none", "mode: none\nx: \x00\ny: \u3000z ",
	} {
		f.Add(seed)
	}
	hosts := []string{"mail.example.co.jp.", "mx.example.net."}
	f.Fuzz(func(t *testing.T, text string) {
		p := ParsePolicy(text)
		again := ParsePolicy(p.String())
		if again.Mode != p.Mode || again.MaxAge != p.MaxAge || !slices.Equal(again.MX, p.MX) || !slices.Equal(again.extensions(), p.extensions()) {
			t.Errorf("%q is %+v, written and read again %+v", text, p, again)
		}
		if p.Valid() && !again.Valid() {
			t.Errorf("%q is a policy, %q has %v", text, p, again.Faults)
		}
		fixed := p.Corrected(hosts)
		if fixed.Mode == "" {
			fixed.Mode = Testing
		}
		if left := ParsePolicy(fixed.String()); !left.Valid() || left.Mode != Off && len(left.Uncovered(hosts)) > 0 {
			t.Errorf("%q: corrected\n%s has %v", text, fixed, left.Faults)
		}
	})
}
