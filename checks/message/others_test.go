package message

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// otherwise are the From fields of which we say something else: OpenDMARC finds
// an address in what is none by RFC 5322 §3.4, and of two authors takes the first.
var otherwise = map[string][]string{
	`"Johnson, Joe <joe@joe.com>" joe@joe.com`: nil, // a name needs the address in angle brackets
	`"( bob@bob.com)" joe@joe.com`:             nil,
	`<<<><joe@joe.com>>>`:                      nil, // brackets within brackets
	`Mail From:<joe@joe.com>`:                  nil, // a group without its end
	`From: Davide D'Marco <user@blah.com>`:     nil,
	`Joe Johnson <joe@joe.com>, ace@ace.com`:   {"joe.com.", "ace.com."},
	`joe@joe.com, ace@ace.com`:                 {"joe.com.", "ace.com."},
}

// From fields with the domain that OpenDMARC finds in them.
func TestFromFieldsOfOpenDMARC(t *testing.T) {
	root := os.Getenv("MAILAUTH_TESTDATA")
	if root == "" {
		t.Skip("MAILAUTH_TESTDATA is not set: the test tables of other projects are not here")
	}
	data, err := os.ReadFile(filepath.Join(root, "dmarc", "opendmarc-finddomain.json"))
	if err != nil {
		t.Fatal(err)
	}
	var table struct {
		Cases []struct {
			From   string `json:"from_header"`
			Domain string
		}
	}
	if err := json.Unmarshal(data, &table); err != nil {
		t.Fatal(err)
	}
	for _, c := range table.Cases {
		m, err := Parse("case.eml", []byte("From: "+c.From+"\r\nSubject: x\r\n\r\ntext\r\n"))
		if err != nil {
			t.Errorf("%s: %v", c.From, err)
			continue
		}
		want, differs := otherwise[c.From]
		if !differs {
			want = []string{c.Domain + "."}
		}
		if !slices.Equal(m.From, want) {
			t.Errorf("%s: from %v, want %v", c.From, m.From, want)
		}
	}
}
