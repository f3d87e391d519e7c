package role

import (
	"testing"

	"mailauth/checks"
	"mailauth/checks/dkim"
	"mailauth/checks/mx"
	"mailauth/checks/provider"
	"mailauth/checks/spf"
)

func TestDerive(t *testing.T) {
	hosts := func(names ...string) *mx.Facts {
		f := &mx.Facts{Kind: mx.Hosts}
		for _, n := range names {
			f.Hosts = append(f.Hosts, &mx.Host{Name: n})
		}
		return f
	}
	noKey := &dkim.Facts{Namespace: dkim.NamespaceNXDomain, LiveKey: checks.No}
	notFound := &dkim.Facts{Namespace: dkim.NamespaceExists, LiveKey: checks.Open}
	timedOut := &dkim.Facts{Namespace: dkim.NamespaceUnknown, LiveKey: checks.Open}
	tests := []struct {
		name                    string
		spf                     checks.Tri
		dkim                    *dkim.Facts
		mx                      *mx.Facts
		sends, receives, parked checks.Tri
		silent                  bool
	}{
		{"SPF lets somebody pass", checks.Yes, noKey, hosts("mail.example.jp."), checks.Yes, checks.Yes, checks.No, false},
		{"a key and nothing else", checks.No, &dkim.Facts{LiveKey: checks.Yes}, &mx.Facts{Kind: mx.Null}, checks.Yes, checks.No, checks.No, false},
		{"mailboxes at a provider", checks.No, noKey, hosts("aspmx.l.google.com."), checks.Yes, checks.Yes, checks.No, false},
		{"a name that only ends like a provider's", checks.No, noKey, hosts("notgoogle.com."), checks.No, checks.Yes, checks.No, true},
		{"parked", checks.No, noKey, &mx.Facts{Kind: mx.Null}, checks.No, checks.No, checks.Yes, true},
		{"parked, selectors may exist", checks.No, notFound, &mx.Facts{Kind: mx.None}, checks.No, checks.No, checks.Yes, false},
		{"DKIM timed out: not parked for sure", checks.No, timedOut, &mx.Facts{Kind: mx.None}, checks.Open, checks.No, checks.Open, false},
		{"MX timed out", checks.No, noKey, &mx.Facts{Kind: mx.Undecided}, checks.Open, checks.Open, checks.Open, false},
		{"SPF timed out, a key is there", checks.Open, &dkim.Facts{LiveKey: checks.Yes}, &mx.Facts{Kind: mx.Undecided}, checks.Yes, checks.Open, checks.No, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := derive("example.jp.", provider.Builtin(), &spf.Facts{CanPass: tt.spf}, tt.dkim, tt.mx)
			if f.Sends != tt.sends || f.Receives != tt.receives || f.Parked != tt.parked || f.Silent != tt.silent {
				t.Errorf("sends %s, receives %s, parked %s, silent %v; want %s, %s, %s, %v",
					f.Sends, f.Receives, f.Parked, f.Silent, tt.sends, tt.receives, tt.parked, tt.silent)
			}
			if f.Sends == checks.Yes && len(f.Evidence) == 0 {
				t.Error("it sends, without evidence")
			}
		})
	}
}

// Mailboxes at a provider are a sign of sending, unless SPF refuses everybody.
func TestRefusalOutweighsAProvider(t *testing.T) {
	atGoogle := &mx.Facts{Kind: mx.Hosts, Hosts: []*mx.Host{{Name: "smtp.google.com."}}}
	noKey := &dkim.Facts{Namespace: dkim.NamespaceNXDomain, LiveKey: checks.No}
	refusal := &spf.Facts{Outcome: spf.Published, CanPass: checks.No, Final: "fail"}
	if got := derive("example.jp.", provider.Builtin(), refusal, noKey, atGoogle).Sends; got != checks.No {
		t.Errorf("with v=spf1 -all it sends: %s, want no", got)
	}
	open := &spf.Facts{Outcome: spf.Open, CanPass: checks.Open}
	if got := derive("example.jp.", provider.Builtin(), open, noKey, atGoogle).Sends; got != checks.Open {
		t.Errorf("with SPF unknown it sends: %s, want unknown: it may refuse everybody", got)
	}
}
