package dmarc

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/resolver"
	"mailauth/resolver/dnstest"
	"mailauth/resolver/zone"
)

// dns answers from zones written "apex: lines", as authoritative servers would;
// all other names do not exist.
func dns(t *testing.T, zones ...string) resolver.Resolver {
	t.Helper()
	var all []*resolver.Zone
	for _, text := range zones {
		apex, records, _ := strings.Cut(text, ":")
		read, err := zone.Parse("test.zone", strings.NewReader("$TTL 3600\n"+records+"\n"), zone.Options{Origin: apex})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, read...)
	}
	return dnstest.Func(func(_ context.Context, q resolver.Question) (resolver.Answer, error) {
		a := resolver.Answer{Question: q, Status: resolver.NXDomain}
		for name := q.Name; ; {
			i := slices.IndexFunc(all, func(z *resolver.Zone) bool { return resolver.IsSubdomain(name, z.Apex) })
			if i < 0 {
				return a, nil
			}
			found := all[i].Find(resolver.Question{Name: name, Type: q.Type})
			a.Chain = append(a.Chain, found.Chain...)
			a.OwnerExists = a.OwnerExists || len(a.Chain) > 0
			if found.Outcome == resolver.Away {
				name = found.Name
				continue
			}
			a.Status, a.Records = found.Status, found.Records
			a.OwnerExists = a.OwnerExists || found.Status != resolver.NXDomain
			return a, nil
		}
	})
}

func auditDMARC(t *testing.T, domain string, r resolver.Resolver) *checks.Report {
	t.Helper()
	report, err := checks.Audit(context.Background(), domain, r, []*checks.Check{Check}, checks.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// lines writes findings as "severity rule owner text-at-the-span".
func lines(report *checks.Report) []string {
	var got []string
	for _, f := range report.Findings {
		line := fmt.Sprintf("%s %s %s", f.Severity, strings.TrimPrefix(f.Rule.ID, "dmarc-"), f.Name)
		if f.Record != nil && f.Span != nil {
			text, _ := f.Record.Text()
			line += " [" + f.Span.Of(text) + "]"
		}
		got = append(got, line)
	}
	return got
}

// fixed returns what the first fix of a rule's finding adds, and "" without one.
func fixed(report *checks.Report, id string) string {
	for _, f := range report.Findings {
		if f.Rule.ID == id && len(f.Fixes) > 0 {
			var added []string
			for _, e := range f.Fixes[0].Edits {
				added = append(added, e.Add...)
			}
			if len(f.Fixes[0].Choices) > 0 {
				added = append(added, "? "+f.Fixes[0].Choices[0].Name)
			}
			return strings.Join(added, " ")
		}
	}
	return ""
}
