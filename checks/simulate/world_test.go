package simulate

import (
	"strings"
	"testing"

	"mailauth/resolver"
	"mailauth/resolver/dnstest"
	"mailauth/resolver/zone"
)

// world answers from zones written "apex: lines", as authoritative servers
// would; all other names do not exist. A zone "fault: owner type KIND" makes
// questions fail.
func world(t testing.TB, texts ...string) resolver.Resolver {
	t.Helper()
	var zones []*resolver.Zone
	faults := map[resolver.Question]resolver.ErrorKind{}
	for _, text := range texts {
		apex, lines, _ := strings.Cut(text, ":")
		if apex == "fault" {
			for line := range strings.Lines(lines) {
				if fields := strings.Fields(line); len(fields) > 2 {
					typ, err := resolver.ParseType(fields[1])
					if err != nil {
						t.Fatal(err)
					}
					faults[resolver.Question{Name: fields[0], Type: typ}] = resolver.ErrorKind(strings.Join(fields[2:], " "))
				}
			}
			continue
		}
		read, err := zone.Parse(apex+".zone", strings.NewReader("$TTL 3600\n@ SOA ns."+apex+" root."+apex+" 1 7200 900 1209600 600\n"+lines+"\n"),
			zone.Options{Origin: apex + "."})
		if err != nil {
			t.Fatal(err)
		}
		zones = append(zones, read...)
	}
	return dnstest.Faulty(resolver.Overlay(zones, resolver.Nothing()),
		func(q resolver.Question) resolver.ErrorKind { return faults[q] })
}
