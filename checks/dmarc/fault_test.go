package dmarc

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"mailauth/checks"
	"mailauth/resolver"
	"mailauth/resolver/dnstest"
)

// A question without answer may hide findings, never invent one: whatever a
// faulty run finds the faultless one finds too, and whatever it misses is among
// the rules that dns-tempfail blocks.
func TestFaultsHideAndNeverInvent(t *testing.T) {
	texts := []string{
		"v=DMARC1; p=reject; rua=mailto:d@example.co.jp", "v=DMARC1; p=none; rua=mailto:d@reports.example.net", "v=DMARC1; p=none; psd=y",
		"v=DMARC1; p=reject; sp=none; psd=n", "v=DMARC1; p=reject; adkim=s; aspf=s", "v=DMARC1", "v=DMARC1; p=reject rua=mailto:d@example.jp; t=y",
		"v=dmarc1; p=none", "v=spf1 -all", "site=abc", "v=DMARC1; p=quarantine; np=none; rua=mailto:d@gone.example.net,mailto:e@null.example.net",
	}
	owners := []string{"_dmarc.a.example.co.jp.", "_dmarc.a.example.co.jp.", "_dmarc.example.co.jp.", "_dmarc.co.jp.", "_dmarc.jp.", "a.example.co.jp.", "*.a.example.co.jp.",
		"dmarc.a.example.co.jp.", "_dmarc.www.a.example.co.jp.", "*._report._dmarc.reports.example.net.", "_dmarc.example.net."}
	const hosts = "reports.example.net. MX 10 mx\nnull.example.net. MX 0 .\nexample.co.jp. A 192.0.2.1\n"
	rapid.Check(t, func(rt *rapid.T) {
		var zone strings.Builder
		zone.WriteString(".:" + hosts)
		for range rapid.IntRange(1, 5).Draw(rt, "records") {
			fmt.Fprintf(&zone, "%s TXT %s\n", rapid.SampledFrom(owners).Draw(rt, "owner"), quote(rapid.SampledFrom(texts).Draw(rt, "text")))
		}
		domain := rapid.SampledFrom([]string{"a.example.co.jp.", "example.co.jp."}).Draw(rt, "domain")
		world := dns(t, zone.String())
		whole := auditDMARC(t, domain, world)
		// Every question has the same chance, drawn by its name, so that runs agree.
		salt := rapid.IntRange(0, 1<<20).Draw(rt, "salt")
		oneIn := rapid.IntRange(1, 6).Draw(rt, "one in")
		faulty := auditDMARC(t, domain, dnstest.Faulty(world, func(q resolver.Question) resolver.ErrorKind {
			sum := salt
			for _, c := range q.String() {
				sum = sum*31 + int(c)
			}
			if (sum>>3&0xffff)%oneIn == 0 {
				return resolver.ServFail
			}
			return ""
		}))
		compareRuns(rt, zone.String(), whole, faulty)
	})
}

func compareRuns(t *rapid.T, world string, whole, faulty *checks.Report) {
	key := func(f checks.Finding) string {
		return strings.Join(append([]string{f.Severity.String(), f.Rule.ID, f.Name}, f.Key...), " ")
	}
	var all, some, blocked, folded []string
	for _, f := range whole.Findings {
		all = append(all, key(f))
		for _, r := range f.Related { // what follows from a cause that the faulty run does not see
			folded = append(folded, r.Fingerprint)
		}
	}
	for _, f := range faulty.Findings {
		if f.Rule == checks.TempFail {
			blocked = append(blocked, f.Blocks...)
			continue
		}
		some = append(some, key(f))
		if !slices.Contains(all, key(f)) && !slices.Contains(folded, f.Fingerprint()) {
			t.Fatalf("%s\nthe faulty run invents %q; the whole run finds %q", world, key(f), all)
		}
	}
	for _, f := range whole.Findings {
		if !slices.Contains(some, key(f)) && !slices.Contains(blocked, f.Rule.ID) {
			t.Fatalf("%s\nthe faulty run misses %q and blocks only %q", world, key(f), blocked)
		}
	}
}
