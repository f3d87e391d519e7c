package simulate

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"
)

// Benchmarks of a list of 100,000 addresses against a record with includes.
func BenchmarkList(b *testing.B) {
	text := "example.co.jp:\n@ TXT \"v=spf1 ip4:203.0.113.0/24 mx include:a.example.co.jp include:b.example.co.jp -all\"\n@ MX 10 mail\nmail A 192.0.2.25\n"
	for _, name := range []string{"a", "b"} {
		text += name + " TXT \"v=spf1"
		for i := range 12 {
			text += fmt.Sprintf(" ip4:10.%d.%d.0/24", len(name)*i, i)
		}
		text += " -all\"\n"
	}
	r := world(b, text)
	list := make([]Target, 100_000)
	random := rand.New(rand.NewPCG(1, 1))
	for i := range list {
		addr := netip.AddrFrom4([4]byte{203, 0, byte(random.IntN(256)), byte(i)})
		list[i] = Target{Prefix: netip.PrefixFrom(addr, 32)}
	}
	for _, o := range []Options{{}, {Second: true, Fix: true}} {
		b.Run(fmt.Sprintf("second=%v", o.Second), func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				if _, err := Run(b.Context(), r, Mail{Domain: "example.co.jp"}, list, o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("compare", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			if _, err := Compare(b.Context(), r, r, Mail{Domain: "example.co.jp"}, list, Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
