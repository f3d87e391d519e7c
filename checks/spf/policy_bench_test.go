package spf

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"strings"
	"testing"

	"blitiri.com.ar/go/spf"

	"mailauth/resolver"
	"mailauth/resolver/adapter"
)

// providerWorld is a company that lets five large providers send for it: each
// include is of the size and depth that such providers publish.
func providerWorld() string {
	rng := rand.New(rand.NewPCG(5, 5))
	var b strings.Builder
	record := func(name string, v4, v6 int, tail string) {
		fmt.Fprintf(&b, "%s TXT \"v=spf1\"", name)
		for range v4 {
			fmt.Fprintf(&b, " \" ip4:%d.%d.%d.0/%d\"", 20+rng.IntN(180), rng.IntN(256), rng.IntN(256), 19+rng.IntN(6))
		}
		for range v6 {
			fmt.Fprintf(&b, " \" ip6:2%03x:%x::/%d\"", rng.IntN(4096), rng.IntN(65536), 36+rng.IntN(12))
		}
		fmt.Fprintf(&b, " \" %s\"\n", tail)
	}
	record("example.co.jp", 2, 1, "mx include:_spf.one.example include:spf.two.example include:three.example include:four.example include:_spf.five.example ~all")
	b.WriteString("example.co.jp MX 10 mail.example.co.jp.\nmail.example.co.jp A 203.0.113.25\nmail.example.co.jp AAAA 2001:db8::25\n")
	record("_spf.one.example", 0, 0, "include:a.one.example include:b.one.example include:c.one.example ~all")
	record("a.one.example", 12, 0, "~all")
	record("b.one.example", 0, 6, "~all")
	record("c.one.example", 10, 0, "~all")
	record("spf.two.example", 12, 8, "-all")
	record("three.example", 30, 0, "~all")
	record("four.example", 25, 4, "-all")
	record("_spf.five.example", 40, 10, "~all")
	return b.String()
}

// manyTerms is a record with 400 networks of its own.
func manyTerms() string {
	var b strings.Builder
	b.WriteString("example.co.jp TXT \"v=spf1\"")
	for i := range 400 {
		fmt.Fprintf(&b, " \" ip4:%d.%d.0.0/20\"", 11+i%200, i/200*16)
	}
	b.WriteString(" \" -all\"\n")
	return b.String()
}

func BenchmarkCompile(b *testing.B) {
	for _, test := range []struct{ name, lines string }{
		{"five-providers", providerWorld()},
		{"400-ip4", manyTerms()},
		{"adversarial", hostileTree(true, false)},
	} {
		root := Expand(context.Background(), newWorld(b, test.lines), "example.co.jp.", Identity{}).Root
		if p := Compile(root, CompileOptions{}); empty(p.Passing()) {
			b.Fatalf("%s: nobody passes", test.name)
		}
		b.Run(test.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Compile(root, CompileOptions{})
			}
		})
	}
}

// BenchmarkAddress puts one address after the other to the compiled policy, to
// check_host() and to a well-known library. Both of those ask a cache.
func BenchmarkAddress(b *testing.B) {
	cache := resolver.NewCache(newWorld(b, providerWorld()))
	defer cache.Close()
	ctx := context.Background()
	policy := Compile(Expand(ctx, cache, "example.co.jp.", Identity{}).Root, CompileOptions{})
	rng := rand.New(rand.NewPCG(1, 1))
	var clients []netip.Addr
	for range 1024 {
		clients = append(clients, netip.AddrFrom4([4]byte{byte(20 + rng.IntN(180)), byte(rng.IntN(256)), byte(rng.IntN(256)), byte(rng.IntN(256))}))
	}
	next := 0
	client := func() netip.Addr { next++; return clients[next%len(clients)] }
	b.Run("policy", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if policy.At(client()).Results() == 0 {
				b.Fatal("no result")
			}
		}
	})
	b.Run("check_host", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			CheckHost(ctx, cache, Query{IP: client(), Domain: "example.co.jp", Sender: "a@example.co.jp", HELO: "mail.example.co.jp"})
		}
	})
	b.Run("blitiri", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			addr := client()
			spf.CheckHostWithSender(net.IP(addr.AsSlice()), "mail.example.co.jp", "a@example.co.jp", spf.WithResolver(adapter.BlitiriSPFFor(cache, addr)))
		}
	})
}
