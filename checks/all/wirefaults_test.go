package all_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"mailauth/checks"
	"mailauth/checks/all"
	"mailauth/resolver"
	"mailauth/resolver/dnstest"
)

// wireFaults are what goes wrong on the wire. Those after the first four must
// change nothing: the client sees through them.
var wireFaults = []dnstest.Fault{
	dnstest.Drop, dnstest.ServFail, dnstest.Refused, dnstest.WrongQuestion,
	dnstest.Truncate, dnstest.Forged, dnstest.FormErrToEDNS,
}

// TestFaultsOnTheWire repeats the test of faulty worlds with a server that
// drops, refuses, truncates and lies, and the client that people use.
func TestFaultsOnTheWire(t *testing.T) {
	worlds := uint64(24)
	if testing.Short() {
		worlds = 6
	}
	for seed := range worlds {
		t.Run(fmt.Sprintf("world %d", seed), func(t *testing.T) {
			t.Parallel()
			zones := append(randomZones(t, seed), parseZone(t, ".", "")...)
			server := dnstest.Start(t, zones...)
			sound := resolver.NewCache(server.Client(t))
			whole := auditPlain(t, sound)
			if len(whole.Findings) == 0 {
				t.Fatal("the sound world shows nothing to compare with")
			}
			rng := rand.New(rand.NewPCG(seed, 11))
			for _, entry := range sound.Ledger() {
				if rng.IntN(6) == 0 {
					server.Fault(entry.Question.Name, entry.Question.Type, wireFaults[rng.IntN(len(wireFaults))])
				}
			}
			faulty := auditPlain(t, server.Client(t, resolver.WithTimeout(400*time.Millisecond), resolver.WithPatience(100*time.Millisecond)))
			for _, complaint := range compareFaulty(whole, faulty) {
				t.Error(complaint)
			}
			if t.Failed() {
				t.Log(zoneText(zones))
			}
		})
	}
}

// A run that is stopped ends at once and says of nothing that it is missing.
func TestStoppedRunFindsNothing(t *testing.T) {
	server := dnstest.Start(t, append(randomZones(t, 1), parseZone(t, ".", "")...)...)
	server.Fault("*", resolver.TypeTXT, dnstest.Drop)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	report, err := checks.Audit(ctx, "example.co.jp.", server.Client(t), all.Checks(), checks.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		if f.Rule != checks.TempFail {
			t.Errorf("a stopped run says %s of %s", f.Rule.ID, f.Name)
		}
	}
}
