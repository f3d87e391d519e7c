package cli

import (
	"testing"

	"mailauth/resolver"
)

// Whether the DNS as a whole is silent, so that the network is to blame, or
// only the servers of the domain.
func TestSilent(t *testing.T) {
	ask := func(name string, kind resolver.ErrorKind) resolver.LedgerEntry {
		q := resolver.Question{Name: name, Type: resolver.TypeTXT}
		if kind == "" {
			return resolver.LedgerEntry{Question: q}
		}
		return resolver.LedgerEntry{Question: q, Err: &resolver.Error{Kind: kind, Question: q}}
	}
	for _, tt := range []struct {
		ledger resolver.Ledger
		want   bool
		why    string
	}{
		{nil, false, "nothing was asked"},
		{resolver.Ledger{ask("example.jp.", resolver.Timeout)}, true, "nobody replied"},
		{resolver.Ledger{ask("example.jp.", resolver.Timeout), ask("_dmarc.jp.", "")}, false, "somebody did"},
		{resolver.Ledger{ask("example.jp.", resolver.ServFail)}, false, "the server that was asked works; those of the domain do not"},
		{resolver.Ledger{ask("example.jp.", resolver.Refused), ask("_spf-source.example.jp.", resolver.ServFail)}, false, "the same"},
		{resolver.Ledger{ask("example.jp.", resolver.Timeout), ask("_spf-source.example.jp.", resolver.ServFail)}, false, "the same"},
		{resolver.Ledger{ask("example.jp.", resolver.ServFail), ask("_dmarc.jp.", resolver.ServFail)}, true, "it fails for other names too"},
	} {
		if got := silent(tt.ledger, "example.jp."); got != tt.want {
			t.Errorf("%v: silent %v, want %v: %s", tt.ledger, got, tt.want, tt.why)
		}
	}
}
