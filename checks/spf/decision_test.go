package spf

import (
	"context"
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The policy gives not only the result of check_host() but the same place for
// it, at the same cost.
func TestPolicyDecidesAsCheckHost(t *testing.T) {
	clients := []string{"9.1.0.0", "9.1.0.3", "9.2.0.1", "9.200.0.1", "192.0.2.1", "200.1.1.1", "2001:db8::2"}
	compared := map[Cause]int{}
	for seed := range uint64(500) {
		lines := randomTree(rand.New(rand.NewPCG(seed, 5)))
		w := newWorld(t, lines)
		from := Identity{Sender: "user@example.co.jp", HELO: "mail.example.co.jp"}
		p := Compile(Expand(context.Background(), w, "example.co.jp.", from).Root, CompileOptions{})
		for _, client := range clients {
			addr := netip.MustParseAddr(client)
			endings := p.At(addr).Endings()
			if len(endings) > 1 {
				continue
			}
			e := CheckHost(context.Background(), w, Query{IP: addr, Domain: "example.co.jp", Sender: from.Sender, HELO: from.HELO})
			want, got := e.Decision, endings[0].Decision()
			switch got.Cause {
			case CauseLookups, CauseVoids: // a limit is seen at the term of the outer record
				want, got = Decision{}, Decision{}
				e.Lookups, e.Voids = endings[0].Lookups, endings[0].Voids
			}
			want.Err, got.Err = nil, nil
			if e.Result != endings[0].Result || e.Lookups != endings[0].Lookups || e.Voids != endings[0].Voids {
				t.Fatalf("seed %d: %s: %s at %d/%d, check_host says %s at %d/%d\n%s", seed, addr, endings[0].Result, endings[0].Lookups, endings[0].Voids,
					e.Result, e.Lookups, e.Voids, lines)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("seed %d: %s is %s (-check_host +policy):\n%s\n%s", seed, addr, e.Result, diff, lines)
			}
			compared[endings[0].Decision().Cause]++
		}
	}
	for _, cause := range []Cause{CauseMatch, CauseDefault, CauseVoids, CauseLookups, CauseIncludeNone, CauseRedirectNone, CauseMXHosts, CauseSyntax, CauseSeveral} {
		if compared[cause] < 10 {
			t.Errorf("only %d of cause %s compared", compared[cause], cause)
		}
	}
}
