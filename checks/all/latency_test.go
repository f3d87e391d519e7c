package all_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mailauth/checks"
	"mailauth/checks/all"
	"mailauth/resolver"
	"mailauth/resolver/dnstest"
)

// deepDomain is a domain with the longest chains that people have.
// criticalRounds is its critical path, in questions that must wait for each
// other; the zone file derives it by hand.
const (
	deepDomain     = "../../fixtures/deep.example.jp.zone"
	criticalRounds = 7
)

func deepZones(t testing.TB) []*resolver.Zone {
	t.Helper()
	text, err := os.ReadFile(deepDomain)
	if err != nil {
		t.Fatal(err)
	}
	var provider, reverse strings.Builder
	for i := range 4 {
		next := fmt.Sprintf("include:i%d.example.net", i+2)
		if i == 3 {
			next = "a:out.example.net"
		}
		fmt.Fprintf(&provider, "i%d TXT \"v=spf1 ip4:198.51.100.%d %s -all\"\n", i+1, i+1, next)
	}
	provider.WriteString("out A 198.51.100.200\n@ MX 10 out\ndeep.example.jp._report._dmarc TXT \"v=DMARC1\"\nkey TXT " + resolver.NewTXT("v=DKIM1; p="+rsa2048).String() + "\n")
	for i := range 10 {
		fmt.Fprintf(&reverse, "%d PTR mx%d.deep.example.jp.\n", i+1, i+1)
	}
	zones := parseZone(t, "deep.example.jp.", string(text))
	zones = append(zones, parseZone(t, "example.net.", provider.String())...)
	return append(zones, parseZone(t, "2.0.192.in-addr.arpa.", reverse.String())...)
}

// The audit of the deep domain takes hardly longer than its longest chain of
// questions. The clock is that of the test's bubble: only waiting counts.
func TestLatencyIsTheCriticalPath(t *testing.T) {
	const delay = 20 * time.Millisecond
	world := resolver.Overlay(deepZones(t), resolver.Nothing())
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		report, err := checks.Audit(context.Background(), "deep.example.jp.", dnstest.Sleepy(world, delay), all.Checks(), checks.Options{Selectors: []string{"key"}})
		took := time.Since(start)
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Checks) == 0 {
			t.Fatal("the audit looked at nothing")
		}
		if critical := criticalRounds * delay; took > critical*13/10 || took < critical {
			t.Errorf("the audit waited %s, want between the critical path of %s and 1.3 times that", took, critical)
		}
	})
}

// BenchmarkCheck audits the deep domain: the work alone, and with a delay of
// 20 ms for each question. It reports the number of questions too.
func BenchmarkCheck(b *testing.B) {
	world := resolver.Overlay(deepZones(b), resolver.Nothing())
	for _, delay := range []time.Duration{0, 20 * time.Millisecond} {
		b.Run(fmt.Sprintf("delay=%s", delay), func(b *testing.B) {
			b.ReportAllocs()
			questions := 0
			for b.Loop() {
				cache := resolver.NewCache(dnstest.Sleepy(world, delay))
				if _, err := checks.Audit(context.Background(), "deep.example.jp.", cache, all.Checks(), checks.Options{}); err != nil {
					b.Fatal(err)
				}
				questions = len(cache.Ledger())
				cache.Close()
			}
			b.ReportMetric(float64(questions), "questions/op")
		})
	}
}
