package spftest

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"mailauth/resolver"
)

// askedTypes are those that an evaluation asks for; and SPF, which it does not.
var askedTypes = []resolver.Type{
	resolver.TypeTXT, resolver.TypeSPF, resolver.TypeA, resolver.TypeAAAA, resolver.TypeMX, resolver.TypePTR,
}

// World is the scenario's DNS: one zone at the root, and the questions that have
// no answer. A record of type SPF stands for both types, unless there is a TXT
// beside it; TIMEOUT for every type that a name does not have.
func (s Scenario) World(t testing.TB) (zone *resolver.Zone, silent []resolver.Question) {
	t.Helper()
	var records []resolver.Record
	for owner, entries := range s.Zonedata {
		name, err := resolver.CanonicalName(strings.ReplaceAll(owner, `\`, `\\`))
		if err != nil {
			continue // a name that cannot be asked
		}
		has := map[resolver.Type]bool{}
		timeout := false
		for _, data := range recordsOf(entries) {
			if data == nil {
				timeout = true
				continue
			}
			has[data.Type()] = true
			records = append(records, resolver.Record{Name: name, TTL: 3600, Data: data})
		}
		for _, typ := range askedTypes {
			if timeout && !has[typ] {
				silent = append(silent, resolver.Question{Name: name, Type: typ})
			}
		}
	}
	zone, err := resolver.NewZone(".", records)
	if err != nil {
		t.Fatal(err)
	}
	return zone, silent
}

// recordsOf reads the entries of one name; nil stands for TIMEOUT.
func recordsOf(entries []any) []resolver.RData {
	hasTXT := slices.ContainsFunc(entries, func(e any) bool { return e.([]any)[0] == "TXT" })
	var out []resolver.RData
	for _, e := range entries {
		kind, value := e.([]any)[0].(string), e.([]any)[1]
		switch kind {
		case "TIMEOUT", "SERVFAIL", "CNAMELOOP": // failures of either kind are temperror (RFC 7208 §2.6.6)
			out = append(out, nil)
		case "SPF", "TXT":
			if value == "NONE" {
				continue
			}
			data := resolver.TXT{Strings: Octets(value)}
			if kind == "TXT" || !hasTXT {
				out = append(out, data)
			}
			if kind == "SPF" {
				out = append(out, resolver.SPF(data))
			}
		case "A":
			out = append(out, resolver.A{Addr: netip.MustParseAddr(value.(string))})
		case "AAAA":
			out = append(out, resolver.AAAA{Addr: netip.MustParseAddr(value.(string))})
		case "MX":
			preference, _ := value.([]any)[0].(float64)
			if host, ok := HostName(value.([]any)[1]); ok {
				out = append(out, resolver.MX{Preference: uint16(preference), Host: host})
			}
		case "PTR":
			if host, ok := HostName(value); ok {
				out = append(out, resolver.PTR{Host: host})
			}
		case "CNAME":
			if host, ok := HostName(value); ok && host != "." {
				out = append(out, resolver.CNAME{Target: host})
			}
		}
	}
	return out
}

// HostName reads the name in a record, with or without a final dot; the empty
// name is the root. One that is no name is left out.
func HostName(value any) (string, bool) {
	name, err := resolver.CanonicalName(strings.TrimSuffix(value.(string), ".") + ".")
	return name, err == nil
}

// Octets turns the runes of a suite's string, or of its list of strings, into
// octets.
func Octets(value any) []string {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	var out []string
	for _, s := range list {
		var b []byte
		for _, r := range s.(string) {
			b = append(b, byte(r))
		}
		out = append(out, string(b))
	}
	return out
}
