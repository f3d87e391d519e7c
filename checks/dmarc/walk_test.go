package dmarc

import (
	"slices"
	"testing"
)

func TestWalkNames(t *testing.T) {
	for _, tt := range []struct {
		domain string
		want   []string
	}{
		{"example.co.jp.", []string{"example.co.jp.", "co.jp.", "jp."}},
		{"jp.", []string{"jp."}},
		{"a.b.c.d.e.example.co.jp.", []string{"a.b.c.d.e.example.co.jp.", "b.c.d.e.example.co.jp.", "c.d.e.example.co.jp.",
			"d.e.example.co.jp.", "e.example.co.jp.", "example.co.jp.", "co.jp.", "jp."}}, // eight labels: nothing is skipped
		{"a.b.c.d.e.f.g.h.i.j.mail.example.com.", []string{"a.b.c.d.e.f.g.h.i.j.mail.example.com.", "g.h.i.j.mail.example.com.",
			"h.i.j.mail.example.com.", "i.j.mail.example.com.", "j.mail.example.com.", "mail.example.com.", "example.com.", "com."}}, // the RFC's own
	} {
		if got := WalkNames(tt.domain); !slices.Equal(got, tt.want) || len(got) > MaxWalk {
			t.Errorf("WalkNames(%s) = %q, want %q", tt.domain, got, tt.want)
		}
	}
}

// world is what some domains publish; "?" is a question without answer.
type world map[string]string

func (w world) at(domain string) (*Record, bool) {
	switch text := w[domain]; text {
	case "":
		return nil, true
	case "?":
		return nil, false
	default:
		return Parse(text), true
	}
}

func TestOrganizationalDomainAndPolicy(t *testing.T) {
	const none = "v=DMARC1; p=none"
	for _, tt := range []struct {
		start  string
		world  world
		org    string // "" = not known
		policy string // the domain whose record applies; "-" none, "" not known
		why    string
	}{
		{"a.mail.example.com.", world{"mail.example.com.": none, "example.com.": none}, "example.com.", "example.com.", "the RFC's first example"},
		{"a.mail.example.com.", world{"mail.example.com.": none + "; psd=n"}, "mail.example.com.", "mail.example.com.", "the second: psd=n"},
		{"a.mail.example.com.", world{"com.": none + "; psd=y"}, "example.com.", "com.", "the third: one below psd=y; the PSD's record is the last resort"},
		{"mail.example.com.", world{"mail.example.com.": none, "example.com.": none + "; psd=y"}, "mail.example.com.", "mail.example.com.", "psd=y at the parent"},
		{"example.com.", world{}, "example.com.", "-", "nothing anywhere: the name itself"},
		{"mail.example.com.", world{}, "mail.example.com.", "-", "nothing anywhere, not even at the registered domain"},
		{"example.com.", world{"example.com.": none + "; psd=y"}, "example.com.", "example.com.", "psd=y where the walk starts"},
		{"x.y.z.example.", world{"y.z.example.": none, "example.": none + "; psd=y"}, "z.example.", "example.", "a record between the two is neither's"},
		{"sub.example.com.", world{"sub.example.com.": none}, "sub.example.com.", "sub.example.com.", "only the subdomain has a record"},
		{"sub.example.com.", world{"sub.example.com.": none, "example.com.": none}, "example.com.", "sub.example.com.", "own policy, the parent's alignment"},
		{"sub.example.com.", world{"sub.example.com.": none, "example.com.": "?"}, "", "sub.example.com.", "own policy is known without the parent"},
		{"sub.example.com.", world{"sub.example.com.": none + "; psd=n", "example.com.": "?"}, "sub.example.com.", "sub.example.com.", "psd=n: the parent is not even asked"},
		{"sub.example.com.", world{"sub.example.com.": "?", "example.com.": none}, "", "", "the nearest is open"},
		{"sub.example.com.", world{"example.com.": none, "com.": "?"}, "", "", "the top could have a record"},
		{"mail.a.b.c.d.e.f.g.example.com.", world{"b.c.d.e.f.g.example.com.": none + "; psd=n", "example.com.": none}, "example.com.", "example.com.",
			"a record that the walk jumps over"},
	} {
		org, known := OrganizationalDomain(tt.start, tt.world.at)
		if !known {
			org = ""
		}
		if org != tt.org {
			t.Errorf("OrganizationalDomain(%s) in %v = %q, want %q: %s", tt.start, tt.world, org, tt.org, tt.why)
		}
		d, known := Discover(tt.start, tt.world.at)
		policy := d.Domain
		if policy == "" {
			policy = "-"
		}
		if !known {
			policy = ""
		}
		if policy != tt.policy {
			t.Errorf("Discover(%s) in %v = %q, want %q: %s", tt.start, tt.world, policy, tt.policy, tt.why)
		}
	}
}

func TestAligned(t *testing.T) {
	w := world{"example.com.": "v=DMARC1; p=none", "shop.example.com.": "v=DMARC1; p=none; psd=n", "example.net.": "?"}
	for _, tt := range []struct {
		author, id     string
		strict         bool
		aligned, known bool
	}{
		{"news.example.com.", "foo.example.com.", false, true, true},
		{"news.example.com.", "foo.example.com.", true, false, true},
		{"news.example.com.", "news.example.com.", true, true, true},
		{"news.example.com.", "example.org.", false, false, true},
		{"a.shop.example.com.", "example.com.", false, false, true}, // psd=n cuts the shop off
		{"a.shop.example.com.", "b.shop.example.com.", false, true, true},
		{"news.example.com.", "mail.example.net.", false, false, true}, // whatever stands at example.net, it is another tree
		{"mail.example.net.", "example.net.", false, false, false},     // psd=y there would part them
	} {
		aligned, known := Aligned(tt.author, tt.id, tt.strict, w.at)
		if known != tt.known || known && aligned != tt.aligned {
			t.Errorf("Aligned(%s, %s, strict %v) = %v, %v, want %v, %v", tt.author, tt.id, tt.strict, aligned, known, tt.aligned, tt.known)
		}
	}
}

// A walk with holes is settled exactly where everything that can stand in them
// comes to the same.
func TestAlignedWithHoles(t *testing.T) {
	const none = "v=DMARC1; p=none"
	for _, tt := range []struct {
		author, id string
		world      world
		want       string // yes, no or open
		why        string
	}{
		{"example.co.jp.", "mail.example.co.jp.", world{"example.co.jp.": none, "co.jp.": "?", "jp.": "?"}, "yes", "the parents are the same for both"},
		{"www.example.co.jp.", "mail.example.co.jp.", world{"example.co.jp.": none, "jp.": "?"}, "yes", "both below the record"},
		{"example.co.jp.", "other.co.jp.", world{"example.co.jp.": none, "other.co.jp.": none, "co.jp.": "?"}, "open", "a record of co.jp joins the two"},
		{"example.co.jp.", "other.co.jp.", world{"example.co.jp.": none + "; psd=n", "jp.": "?"}, "no", "the author's domain stands for itself"},
		{"example.co.jp.", "other.co.jp.", world{"example.co.jp.": none, "co.jp.": none + "; psd=y", "jp.": "?"}, "no", "the walk ends below the hole"},
		{"example.co.jp.", "mail.example.co.jp.", world{"example.co.jp.": none, "mail.example.co.jp.": "?"}, "open", "psd=n would cut the sender off"},
		{"example.co.jp.", "bounce.example.net.", world{"example.co.jp.": none, "jp.": "?", "net.": "?", "example.net.": "?"}, "no", "two trees"},
		{"a.b.c.d.example.net.", "f.example.com.", world{"b.c.d.example.net.": "?", "c.d.example.net.": "?", "d.example.net.": "?", "example.net.": "?", "net.": "?"}, "open", "more holes than are tried"},
	} {
		aligned, known := Aligned(tt.author, tt.id, false, tt.world.at)
		got := map[[2]bool]string{{true, true}: "yes", {false, true}: "no"}[[2]bool{aligned, known}]
		if got == "" {
			got = "open"
		}
		if got != tt.want {
			t.Errorf("%s and %s in %v: %s, want %s: %s", tt.author, tt.id, tt.world, got, tt.want, tt.why)
		}
	}
}
