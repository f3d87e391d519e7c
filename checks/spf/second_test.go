package spf

import (
	"math/rand/v2"
	"net"
	"net/netip"
	"testing"

	"blitiri.com.ar/go/spf"

	"mailauth/resolver/adapter"
)

// What passes for all addresses at once is what an evaluator for one client
// lets pass, as long as no limit and no broken record stops it.
func TestStaticSetAgreesWithAnEvaluator(t *testing.T) {
	clients := []string{"9.1.0.0", "9.1.0.3", "9.2.0.1", "9.3.0.1", "9.200.0.1", "192.0.2.1", "100.1.1.1", "200.1.1.1",
		"2001:db8::0", "2001:db8::2", "2001:db8::11", "2001:db9::1"}
	compared, passing := 0, 0
	for seed := range uint64(300) {
		lines := randomTree(rand.New(rand.NewPCG(seed, 3)))
		w := newWorld(t, lines)
		_, facts := w.audit(t)
		if facts.Outcome != Published {
			continue
		}
		for _, client := range clients {
			addr := netip.MustParseAddr(client)
			result, _ := spf.CheckHostWithSender(net.IP(addr.AsSlice()), "mail.example.co.jp", "user@example.co.jp",
				spf.WithResolver(adapter.BlitiriSPFFor(w, addr)), spf.OverrideLookupLimit(60), spf.OverrideVoidLookupLimit(60))
			if result == spf.PermError || result == spf.TempError {
				continue
			}
			compared++
			passes := facts.Static.Set.Contains(addr)
			if passes {
				passing++
			}
			if passes != (result == spf.Pass) {
				t.Fatalf("seed %d: %s passes %v here, %s there\n%s", seed, client, passes, result, lines)
			}
		}
	}
	if compared < 1000 || passing < 200 {
		t.Errorf("only %d results compared, %d of them pass", compared, passing)
	}
}
