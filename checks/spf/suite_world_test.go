package spf

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"mailauth/resolver"
)

// scenario is a DNS of a public suite, and the calls of check_host() that are
// made on it. Data and calls are as the suites have them.
type scenario struct {
	Description string
	Zonedata    map[string][]any
	Tests       []suiteTest
}

type suiteTest struct {
	Name, Helo, Mailfrom, Host, Receiver string
	// Result are the accepted results, the preferred first.
	Result []string
	// Explanation is "DEFAULT" where the domain gives none that can be used, and
	// empty where the suite leaves it open.
	Explanation string
}

// domain is the name whose record is checked: that of the sender, or HELO.
func (t suiteTest) domain() string {
	if t.Mailfrom == "" {
		return t.Helo
	}
	return t.Mailfrom[strings.LastIndexByte(t.Mailfrom, '@')+1:]
}

// query is the call of check_host().
func (t suiteTest) query() Query {
	q := Query{IP: netip.MustParseAddr(t.Host), Domain: t.domain(), Sender: t.Mailfrom, HELO: t.Helo, Receiver: t.Receiver}
	if q.Sender == "" { // RFC 7208 §2.4
		q.Sender = "postmaster@" + t.Helo
	}
	return q
}

// suiteScenarios reads a suite of the foreign test material.
func suiteScenarios(t *testing.T, file string) []scenario {
	t.Helper()
	var suite struct{ Scenarios []scenario }
	testdata(t, &suite, "spf", file)
	return suite.Scenarios
}

// suiteWorld serves a scenario. Its type SPF stands for both types, unless
// there is a TXT beside it; TIMEOUT for every type that a name does not have.
func suiteWorld(t *testing.T, data map[string][]any) *world {
	t.Helper()
	w := &world{faults: map[resolver.Question]resolver.ErrorKind{}, asked: map[resolver.Question]int{}}
	var records []resolver.Record
	for owner, entries := range data {
		name, err := resolver.CanonicalName(strings.ReplaceAll(owner, `\`, `\\`))
		if err != nil {
			continue // a name that cannot be asked
		}
		has := map[resolver.Type]bool{}
		timeout := false
		for _, data := range suiteRecords(entries) {
			if data == nil {
				timeout = true
				continue
			}
			has[data.Type()] = true
			records = append(records, resolver.Record{Name: name, TTL: 3600, Data: data})
		}
		for _, typ := range []resolver.Type{resolver.TypeTXT, resolver.TypeSPF, resolver.TypeA, resolver.TypeAAAA,
			resolver.TypeMX, resolver.TypePTR} {
			if timeout && !has[typ] {
				w.faults[resolver.Question{Name: name, Type: typ}] = resolver.Timeout
			}
		}
	}
	zone, err := resolver.NewZone(".", records)
	if err != nil {
		t.Fatal(err)
	}
	w.zone = zone
	return w
}

// suiteRecords reads the entries of one name; nil stands for TIMEOUT.
func suiteRecords(entries []any) []resolver.RData {
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
			data := resolver.TXT{Strings: octetStrings(value)}
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
			if host, ok := suiteName(value.([]any)[1]); ok {
				out = append(out, resolver.MX{Preference: uint16(preference), Host: host})
			}
		case "PTR":
			if host, ok := suiteName(value); ok {
				out = append(out, resolver.PTR{Host: host})
			}
		case "CNAME":
			if host, ok := suiteName(value); ok && host != "." {
				out = append(out, resolver.CNAME{Target: host})
			}
		}
	}
	return out
}

// suiteName reads the name in a record, with or without a final dot; the empty
// name is the root. One that is no name is left out.
func suiteName(value any) (string, bool) {
	name, err := resolver.CanonicalName(strings.TrimSuffix(value.(string), ".") + ".")
	return name, err == nil
}

// octetStrings turns the runes of the suite's strings into octets.
func octetStrings(value any) []string {
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
