package message

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"
)

func TestParseSignature(t *testing.T) {
	const sound = "v=1; a=rsa-sha256; d=example.co.jp; s=s1; h=From:To; bh=AAAA; b=AAAA"
	for _, tt := range []struct{ why, text, malformed string }{
		{"the tags that are needed", sound, ""},
		{"a semicolon at the end", sound + ";", ""},
		{"folded as signers do", "v=1; a=rsa-sha256;\r\n\td=example.co.jp; s=s1; h=From:\r\n\t To; bh=AA\r\n\tAA;\r\n b=AA\r\n AA", ""},
		{"a tag that nobody knows", sound + "; zz=1", ""},
		{"with time and expiry", sound + "; t=1747700000; x=1747800000", ""},
		{"an identity below the domain", sound + "; i=user@news.example.co.jp", ""},
		{"a selector of two labels", "v=1; a=rsa-sha256; d=example.co.jp; s=may.2026; h=From; bh=AAAA; b=AAAA", ""},
		{"no version", "a=rsa-sha256; d=example.co.jp; s=s1; h=From; bh=AAAA; b=AAAA", "v"},
		{"another version", "v=2; a=rsa-sha256; d=example.co.jp; s=s1; h=From; bh=AAAA; b=AAAA", "v"},
		{"no algorithm", "v=1; d=example.co.jp; s=s1; h=From; bh=AAAA; b=AAAA", "a"},
		{"no hash of the body", "v=1; a=rsa-sha256; d=example.co.jp; s=s1; h=From; b=AAAA", "bh"},
		{"a signature that is not base64", "v=1; a=rsa-sha256; d=example.co.jp; s=s1; h=From; bh=AAAA; b=!", "b"},
		{"no domain", "v=1; a=rsa-sha256; s=s1; h=From; bh=AAAA; b=AAAA", "d"},
		{"no selector", "v=1; a=rsa-sha256; d=example.co.jp; h=From; bh=AAAA; b=AAAA", "s"},
		{"no signed fields", "v=1; a=rsa-sha256; d=example.co.jp; s=s1; bh=AAAA; b=AAAA", "h"},
		{"an identity without @", sound + "; i=user", "i"},
		{"a length that is no number", sound + "; l=all", "l"},
		{"an expiry that is no number", sound + "; x=tomorrow", "x"},
		{"a tag twice", sound + "; d=example.com", "list"},
		{"no list at all", "hello", "list"},
		{"nothing", "", "v"},
	} {
		if got := ParseSignature(tt.text).Malformed; got != tt.malformed {
			t.Errorf("%s: %q is malformed, want %q", tt.why, got, tt.malformed)
		}
	}
	s := ParseSignature(" v=1; a=ed25519-sha256; d=Example.CO.JP; s=S1; i=@News.example.co.jp; h=From : To:; l=12; t=1747700000; x=1747800000; bh=AAAA; b=AAAA")
	if s.Domain != "example.co.jp." || s.Selector != "s1" || s.IdentityDomain != "news.example.co.jp." || *s.Length != 12 || len(s.Signed) != 2 {
		t.Errorf("read as %+v", s)
	}
	if !s.Expired(time.Unix(1747800001, 0)) || s.Expired(time.Unix(1747800000, 0)) {
		t.Error("a signature expires after x=, not before")
	}
}

// A tag list that is written anew says the same.
func FuzzSignature(f *testing.F) {
	f.Add("v=1; a=rsa-sha256; d=example.co.jp; s=s1; h=From:To; bh=AAAA; b=AAAA")
	f.Add("d=日本語.jp; s=.; i=@; x=99999999999999999999; l=-1;; =")
	f.Add(" v = 1 ;\r\n\tb=A A ;")
	f.Fuzz(func(t *testing.T, text string) {
		s := ParseSignature(text)
		again := ParseSignature(s.String())
		plain := func(s *Signature) string {
			cut := *s
			cut.List.Tags = nil
			out, err := json.Marshal(cut)
			if err != nil {
				t.Fatal(err)
			}
			return string(out)
		}
		if plain(s) != plain(again) || !reflect.DeepEqual(s.String(), again.String()) {
			t.Errorf("%q says %s, and written anew (%q) %s", text, plain(s), s.String(), plain(again))
		}
	})
}
