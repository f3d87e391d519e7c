package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"blitiri.com.ar/go/spf"

	"mailauth/resolver"
	"mailauth/resolver/adapter"
	"mailauth/resolver/zone"
)

// benchZones are a company and five providers that send for it, of the size and
// depth that large providers have.
func benchZones() string {
	rng := rand.New(rand.NewPCG(5, 5))
	var b strings.Builder
	b.WriteString("$ORIGIN .\n$TTL 3600\n. IN SOA a.root. b.root. 1 2 3 4 5\n. IN NS a.root.\n")
	record := func(name string, v4, v6 int, tail string) {
		fmt.Fprintf(&b, "%s IN TXT \"v=spf1\"", name)
		for range v4 {
			fmt.Fprintf(&b, " \" ip4:%d.%d.%d.0/%d\"", 20+rng.IntN(180), rng.IntN(256), rng.IntN(256), 19+rng.IntN(6))
		}
		for range v6 {
			fmt.Fprintf(&b, " \" ip6:2%03x:%x::/%d\"", rng.IntN(4096), rng.IntN(65536), 36+rng.IntN(12))
		}
		fmt.Fprintf(&b, " \" %s\"\n", tail)
	}
	record("example.co.jp.", 2, 1, "mx include:_spf.one.example include:spf.two.example include:three.example include:four.example include:_spf.five.example ~all")
	b.WriteString("example.co.jp. IN MX 10 mail.example.co.jp.\nmail.example.co.jp. IN A 203.0.113.25\n")
	record("_spf.one.example.", 0, 0, "include:a.one.example include:b.one.example include:c.one.example ~all")
	record("a.one.example.", 12, 0, "~all")
	record("b.one.example.", 0, 6, "~all")
	record("c.one.example.", 10, 0, "~all")
	record("spf.two.example.", 12, 8, "-all")
	record("three.example.", 30, 0, "~all")
	record("four.example.", 25, 4, "-all")
	record("_spf.five.example.", 40, 10, "~all")
	return b.String()
}

// BenchmarkManyAddresses simulates a list of 100,000 addresses with the program
// as a whole, from start to exit, and with a loop over a well-known library that
// asks a cache.
func BenchmarkManyAddresses(b *testing.B) {
	const count = 100_000
	dir := b.TempDir()
	program := filepath.Join(dir, "mailauth")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	zoneFile, listFile := filepath.Join(dir, "world.zone"), filepath.Join(dir, "senders.txt")
	writeFile(b, zoneFile, benchZones())
	rng := rand.New(rand.NewPCG(1, 1))
	clients := make([]netip.Addr, count)
	var list bytes.Buffer
	for i := range clients {
		clients[i] = netip.AddrFrom4([4]byte{byte(20 + rng.IntN(180)), byte(rng.IntN(256)), byte(rng.IntN(256)), byte(rng.IntN(256))})
		fmt.Fprintln(&list, clients[i])
	}
	writeFile(b, listFile, list.String())
	for _, format := range []string{"text", "json"} {
		b.Run(format, func(b *testing.B) {
			for b.Loop() {
				run := exec.Command(program, "simulate", "example.co.jp", "--offline", "--zone", zoneFile, "--ip-file", listFile, "--format", format)
				run.Stdout = io.Discard
				if err := run.Run(); run.ProcessState == nil || run.ProcessState.ExitCode() != 1 {
					b.Fatalf("exit status 1 expected, since most addresses do not pass: %v", err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/count, "ns/address")
		})
	}
	b.Run("blitiri", func(b *testing.B) {
		zones, err := zone.Parse(zoneFile, strings.NewReader(benchZones()), zone.Options{Origin: "."})
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			cache := resolver.NewCache(resolver.Overlay(zones, resolver.NoResolver()), resolver.Within(context.Background()))
			for _, client := range clients {
				spf.CheckHostWithSender(net.IP(client.AsSlice()), "example.co.jp", "postmaster@example.co.jp",
					spf.WithResolver(adapter.BlitiriSPFFor(cache, client)))
			}
			cache.Close()
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/count, "ns/address")
	})
}
