package all_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/checks/all"
	"mailauth/fixtures"
	"mailauth/resolver"
)

// An administrator pastes what the report proposes, all of it. Verified fixes
// that touch one set of records therefore say the same of it, or each takes
// away and adds what the others leave alone.
func TestFixesOfFixturesAgree(t *testing.T) {
	for _, folder := range []string{ruleFolder, trapFolder} {
		scenarios, err := fixtures.LoadAll(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range scenarios {
			for _, conflict := range conflicts(audit(t, s, s.Zones)) {
				t.Errorf("%s: %s", s.Name, conflict)
			}
		}
	}
}

func TestFixesOfWorldsAgree(t *testing.T) {
	for seed := range uint64(worldCount(t) / 3) {
		zones := randomZones(t, seed)
		if seed%3 > 0 {
			zones = crowdedZones(t, seed)
		}
		report, err := checks.Audit(context.Background(), "example.co.jp.", resolver.Overlay(zones, resolver.Nothing()), all.Checks(), checks.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, conflict := range conflicts(report) {
			t.Errorf("world %d: %s", seed, conflict)
		}
		if t.Failed() {
			t.Fatalf("world %d:\n%s", seed, zoneText(zones))
		}
	}
}

// crowdedZones is a world with a record that has several things wrong with it.
func crowdedZones(t *testing.T, seed uint64) []*resolver.Zone {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 11))
	terms := strings.Fields(`a:nothere.example.co.jp mx/24 ?all ~all -all +all a include:_dead.example.net include:_spf.example.net
		include:_spf.example.net ip4:192.0.2.77/24 ip4:192.0.2.5 ip4:192.0.2.5 ip6:::ffff:192.0.2.9 ptr exp=exp.example.co.jp
		redirect=_b.example.net redirect=gone.example.net mx:nothere.example.co.jp mx:mail.example.co.jp exists:gone.example.co.jp
		include:mail.example.co.jp include:_a.example.net. ipv4:192.0.2.9 foo=bar v=spf1 include=_a.example.net -all. moo
		include:example.co.jp include:_own.example.co.jp include:_spf.google.con a:mail.example.co.jp include: all`)
	record := "v=spf1"
	for range 2 + rng.IntN(6) {
		record += " " + terms[rng.IntN(len(terms))]
	}
	ttl := []string{"", "60 ", "604800 "}[rng.IntN(3)]
	own := []string{`_own TXT "v=spf1 a:x.example.co.jp ?all ptr mx"`, `_own TXT "v=spf1 ip4:192.0.2.77/24 ip4:192.0.2.3 include:_dead.example.net"`, ``}[rng.IntN(3)]
	w := &world{rng: rng}
	w.provider()
	text := fmt.Sprintf("@ %sTXT %s\n%s\n@ MX 10 mail\nmail A 192.0.2.25\n@ A 192.0.2.80\n_dmarc TXT \"v=DMARC1; p=none; rua=mailto:d@example.co.jp\"\n", ttl, resolver.NewTXT(record), own)
	return slices.Concat(parseZone(t, "example.co.jp.", text), parseZone(t, "example.net.", w.extern.String()),
		parseZone(t, "google.com.", `_spf TXT "v=spf1 ip4:198.51.100.0/24 ~all"`))
}

// conflicts describes pairs of verified fixes that exclude each other.
func conflicts(report *checks.Report) (found []string) {
	type proposal struct {
		rule string
		edit resolver.Edit
	}
	var proposals []proposal
	for _, f := range report.Findings {
		for _, fix := range f.Fixes {
			for _, e := range fix.Edits {
				if !fix.Verified || !touchesSPF(e) {
					continue
				}
				for _, other := range proposals {
					if clash(other.edit, e) {
						found = append(found, fmt.Sprintf("%s and %s exclude each other:\n\t%+v\n\t%+v", other.rule, f.Rule.ID, other.edit, e))
					}
				}
				proposals = append(proposals, proposal{f.Rule.ID, e})
			}
		}
	}
	return found
}

// touchesSPF reports an edit of SPF records.
func touchesSPF(e resolver.Edit) bool {
	return e.Type == resolver.TypeTXT && slices.ContainsFunc(slices.Concat(e.Remove, e.Add), func(r string) bool { return strings.Contains(r, "v=spf1") })
}

// clash reports that two edits of one set take the same record away, or both
// add an SPF record, and are not the same.
func clash(a, b resolver.Edit) bool {
	if a.Name != b.Name || a.Type != b.Type || fmt.Sprint(a) == fmt.Sprint(b) {
		return false
	}
	shared := func(r string) bool { return slices.Contains(b.Remove, r) }
	return slices.ContainsFunc(a.Remove, shared) || addsSPF(a) && addsSPF(b)
}

func addsSPF(e resolver.Edit) bool {
	return slices.ContainsFunc(e.Add, func(r string) bool { return strings.HasPrefix(r, `"v=spf1`) })
}
