package all_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"mailauth/checks"
	"mailauth/checks/all"
	"mailauth/resolver"
	"mailauth/resolver/dnstest"
)

// wireFaults are what goes wrong on the wire; harmless are those that a client
// sees through.
var (
	wireFaults = []dnstest.Fault{dnstest.Drop, dnstest.ServFail, dnstest.Refused, dnstest.WrongQuestion, dnstest.Truncate, dnstest.Forged, dnstest.FormErrToEDNS}
	harmless   = []dnstest.Fault{dnstest.Truncate, dnstest.Forged, dnstest.FormErrToEDNS}
)

// wireWorlds is a tenth of the worlds that are asked for: here faults cost time.
func wireWorlds(t *testing.T) uint64 {
	if testing.Short() {
		return 6
	}
	return uint64(max(worldCount(t)/10, 24))
}

// breakSome gives about one in six of the questions a fault.
func breakSome(server *dnstest.Server, asked resolver.Ledger, seed uint64, faults []dnstest.Fault) {
	rng := rand.New(rand.NewPCG(seed, 11))
	for _, entry := range asked {
		if rng.IntN(6) == 0 {
			server.Fault(entry.Question.Name, entry.Question.Type, faults[rng.IntN(len(faults))])
		}
	}
}

// wireWorld serves a random world and audits it as it is.
func wireWorld(t *testing.T, seed uint64) (server *dnstest.Server, whole *checks.Report, asked resolver.Ledger) {
	t.Helper()
	server = dnstest.Start(t, append(randomZones(t, seed), parseZone(t, ".", "")...)...)
	sound := resolver.NewCache(server.Client(t))
	whole = auditPlain(t, sound, worldWeb{documents: randomDocuments()})
	if len(whole.Findings) == 0 {
		t.Fatal("the sound world shows nothing to compare with")
	}
	return server, whole, sound.Ledger()
}

// TestFaultsOnTheWire repeats the test of faulty worlds with a server that
// drops, refuses, truncates and lies, and the client that people use.
func TestFaultsOnTheWire(t *testing.T) {
	for seed := range wireWorlds(t) {
		t.Run(fmt.Sprintf("world %d", seed), func(t *testing.T) {
			t.Parallel()
			server, whole, asked := wireWorld(t, seed)
			breakSome(server, asked, seed, wireFaults)
			faulty := auditPlain(t, server.Client(t, resolver.WithTimeout(400*time.Millisecond), resolver.WithPatience(100*time.Millisecond)), worldWeb{documents: randomDocuments()})
			for _, complaint := range compareFaulty(whole, faulty) {
				t.Error(complaint)
			}
		})
	}
}

// Truncation, forged replies beside the right one and servers that know no
// EDNS change nothing at all.
func TestHarmlessFaultsChangeNothing(t *testing.T) {
	for seed := range wireWorlds(t) {
		t.Run(fmt.Sprintf("world %d", seed), func(t *testing.T) {
			t.Parallel()
			server, whole, asked := wireWorld(t, seed)
			breakSome(server, asked, seed, harmless)
			if got, want := said(auditPlain(t, server.Client(t), worldWeb{documents: randomDocuments()})), said(whole); !slices.Equal(got, want) {
				t.Errorf("with faults that a client sees through:\n%v\nwithout:\n%v", got, want)
			}
		})
	}
}

// said lists a report's findings with their places.
func said(report *checks.Report) (lines []string) {
	for _, f := range report.Findings {
		lines = append(lines, fmt.Sprint(f.Severity, f.Rule.ID, f.Name, f.Key, f.Blocks))
	}
	return lines
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
