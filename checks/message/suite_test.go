package message

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mailauth/resolver"
)

// suite reads a file of other projects' test material.
func suite(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("MAILAUTH_TESTDATA")
	if root == "" {
		t.Skip("MAILAUTH_TESTDATA is not set: the suites of other projects are not part of the repository")
	}
	data, err := os.ReadFile(filepath.Join(root, "dkim", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// The messages of dkimpy, some of them signed, with the keys that it has for them.
func TestSuiteDkimpy(t *testing.T) {
	zones := map[string]string{
		"football.example.com.": key("brisbane", "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=") + key("test", record(suite(t, "dkimpy/test.txt"))),
		"test.ex.":              key("sed", record(suite(t, "dkimpy/eximtest.dns"))),
	}
	for _, tt := range []struct {
		file, from string
		want       []string // "selector domain result reason" of each signature
		why        string
	}{
		{"rfc6376.signed.msg", "football.example.com.", []string{"brisbane football.example.com. pass", "test football.example.com. pass"}, "RFC 8463 appendix A"},
		{"rfc6376.msg", "football.example.com.", nil, "the same before it was signed"},
		{"ed25519test.msg", "example.com.", nil, "not signed"},
		{"ed25519test2.msg", "example.com.", []string{"sed test.ex. pass"}, "made by Exim"},
		{"test.message", "example.com.", nil, "not signed"},
		{"test_extra.message", "example.com.", nil, "not signed"},
		{"test_nofrom.message", "", nil, "no From at all"},
		{"test2.message", "strace.org.", []string{"20120113 gmail.com. fail no-key"}, "folded in odd places, and the key is long gone"},
		{"message.mbox", "kitterman.com.", []string{"2007-00 kitterman.com. fail no-key"}, "folded by a mail server, and the key is not there"},
	} {
		m, err := Read(tt.file, strings.NewReader(suite(t, "dkimpy/"+tt.file)))
		if err != nil {
			t.Errorf("%s: %v", tt.file, err)
			continue
		}
		if from := strings.Join(m.From, " "); from != tt.from {
			t.Errorf("%s: from %q, want %q", tt.file, from, tt.from)
		}
		var got []string
		for _, v := range Verify(t.Context(), m, dns(t, zones), time.Now()) {
			if v.Malformed != "" {
				t.Errorf("%s: the tag %s of %s is malformed", tt.file, v.Malformed, v.Selector)
			}
			got = append(got, strings.TrimSpace(strings.Join([]string{v.Selector, v.Domain, string(v.Result), string(v.Reason)}, " ")))
		}
		if strings.Join(got, "|") != strings.Join(tt.want, "|") {
			t.Errorf("%s: %q, want %q: %s", tt.file, got, tt.want, tt.why)
		}
	}
}

// record is the text of a key record in a file that may quote it.
func record(text string) string {
	text = strings.TrimSpace(text)
	if i := strings.IndexByte(text, '"'); i >= 0 {
		text = strings.Trim(text[i:], `"`)
	}
	return resolver.TXT{Strings: []string{text}}.Joined()
}

// The bounces of other systems are messages too: none is refused, and what they
// carry is found.
func TestSuiteBounces(t *testing.T) {
	root := os.Getenv("MAILAUTH_TESTDATA")
	if root == "" {
		t.Skip("MAILAUTH_TESTDATA is not set: the suites of other projects are not part of the repository")
	}
	files, err := filepath.Glob(filepath.Join(root, "bounces", "mails", "*.eml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	// What is cut out of a message, or was never in it, cannot be read.
	noFrom := map[string]string{
		"lhost-dragonfly-01.eml": "From: MAILER-DAEMON <>", "lhost-dragonfly-03.eml": "From: MAILER-DAEMON <>", "lhost-dragonfly-05.eml": "From: MAILER-DAEMON <>",
		"lhost-sendmail-05.eml": "MAILER-DAEMON without a domain", "lhost-sendmail-09.eml": "MAILER-DAEMON without a domain",
		"lhost-sendmail-53.eml": "MAILER-DAEMON without a domain", "lhost-sendmail-57.eml": "MAILER-DAEMON without a domain",
		"lhost-sendmail-59.eml": "MAILER-DAEMON without a domain",
	}
	cut := map[string]string{"lhost-gmail-19.eml": "the end of the field is three dots", "lhost-office365-13.eml": "b= and bh= are three dots"}
	signed := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m, err := Parse(filepath.Base(file), data)
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(file), err)
			continue
		}
		if _, known := noFrom[m.Name]; (len(m.From) != 1) != known {
			t.Errorf("%s: From domains %q", m.Name, m.From)
		}
		for _, s := range m.Signatures {
			signed++
			if _, known := cut[m.Name]; (s.Malformed != "") != known {
				t.Errorf("%s: the tag %q of %s is malformed", m.Name, s.Malformed, s)
			}
		}
	}
	if signed < 20 {
		t.Errorf("only %d signatures were seen", signed)
	}
}
