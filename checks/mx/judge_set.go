package mx

import (
	"net/netip"
	"slices"
	"strconv"

	"mailauth/checks"
	"mailauth/resolver"
)

// manyHosts is the number of exchanges above which an SPF term "mx" is a
// permanent error (RFC 7208 §4.6.4).
const manyHosts = 10

// judgeSpread looks at how the mail is spread over the hosts.
func judgeSpread(domain string, facts *Facts) (findings []checks.Finding) {
	if facts.Kind != Hosts {
		return nil
	}
	findings = append(repeated(facts), samePreference(domain, facts)...)
	if n := len(facts.Hosts); n > manyHosts {
		findings = append(findings, Count.On(domain, resolver.TypeMX).With("count", n).With("limit", manyHosts))
	}
	if ip, one := oneAddress(facts.Hosts); one {
		findings = append(findings, SameAddress.On(domain, resolver.TypeMX).With("ip", ip.String()).With("hosts", names(facts.Hosts)))
	}
	if noIPv6(facts.Hosts) {
		findings = append(findings, NoIPv6.On(domain, resolver.TypeMX).With("domain", domain).With("hosts", names(facts.Hosts)))
	}
	return findings
}

func names(hosts []*Host) (list []string) {
	for _, h := range hosts {
		list = append(list, h.Name)
	}
	return list
}

// repeated finds records that name a host once more. The one that is preferred
// stays.
func repeated(facts *Facts) (findings []checks.Finding) {
	for _, h := range facts.Hosts {
		records := slices.DeleteFunc(slices.Clone(facts.Records), func(r resolver.Record) bool {
			data, ok := r.Data.(resolver.MX)
			return !ok || data.Host != h.Name
		})
		slices.SortStableFunc(records, func(a, b resolver.Record) int {
			return int(a.Data.(resolver.MX).Preference) - int(b.Data.(resolver.MX).Preference)
		})
		for _, r := range records[min(1, len(records)):] {
			f := Dup.At(r).With("host", h.Name).With("preference", int(r.Data.(resolver.MX).Preference))
			f.Key = []string{r.Data.String()}
			f.Fixes = []checks.Fix{{Title: checks.T("fix.mx-drop-again", checks.Args{"record": r.Data.String()}), Edits: []resolver.Edit{
				{Name: r.Name, Type: resolver.TypeMX, TTL: r.TTL, Remove: []string{r.Data.String()}, Add: []string{}}}}}
			findings = append(findings, f)
		}
	}
	return findings
}

// samePreference finds hosts between which senders choose by chance.
func samePreference(domain string, facts *Facts) (findings []checks.Finding) {
	for i := 0; i < len(facts.Hosts); {
		preference := facts.Hosts[i].Preference
		end := i + 1
		for end < len(facts.Hosts) && facts.Hosts[end].Preference == preference {
			end++
		}
		if end-i > 1 {
			f := SamePreference.On(domain, resolver.TypeMX).With("preference", int(preference)).With("hosts", names(facts.Hosts[i:end]))
			f.Key = []string{strconv.Itoa(int(preference))}
			findings = append(findings, f)
		}
		i = end
	}
	return findings
}

// oneAddress returns the address that all of several hosts share.
func oneAddress(hosts []*Host) (ip netip.Addr, one bool) {
	if len(hosts) < 2 {
		return ip, false
	}
	v4, v6 := map[netip.Addr]bool{}, map[netip.Addr]bool{}
	for _, h := range hosts {
		if !h.V4Known || !h.V6Known || h.Usability != Usable {
			return ip, false
		}
		for _, a := range h.Public() {
			if a.IP.Is4() {
				v4[a.IP], ip = true, a.IP
			} else {
				v6[a.IP] = true
			}
		}
	}
	return ip, len(v4) == 1 && len(v6) <= 1
}

// noIPv6 reports that hosts are reached over IPv4, and none over IPv6.
func noIPv6(hosts []*Host) bool {
	reached := false
	for _, h := range hosts {
		if !h.V6Known || h.Usability == Unsure {
			return false
		}
		reached = reached || h.Usability == Usable
		if slices.ContainsFunc(h.Public(), func(a Address) bool { return !a.IP.Is4() }) {
			return false
		}
	}
	return reached
}

// judgeNobody looks at what answers for a name that nobody publishes.
func judgeNobody(domain string, nobody Nobody) (findings []checks.Finding) {
	if hosts := exchanges(nobody.MX); len(hosts) > 0 {
		findings = append(findings, Wildcard.On(resolver.Join(domain, "*"), resolver.TypeMX).With("domain", domain).With("hosts", hosts))
	}
	// A name that is not there for TXT is not there for A: whoever says both makes
	// one of them up.
	if nobody.TXT.Is(resolver.NXDomain) && !nobody.TXT.Answer.OwnerExists && nobody.A.Is(resolver.Data) {
		var ips []string
		for _, r := range nobody.A.Answer.Records {
			if ip, ok := address(r); ok {
				ips = append(ips, ip.String())
			}
		}
		findings = append(findings, Filter.On(domain, resolver.TypeA).With("domain", domain).With("addresses", ips))
	}
	return findings
}

func exchanges(r checks.Result) (hosts []string) {
	for _, record := range r.Answer.Records {
		if data, ok := record.Data.(resolver.MX); ok && data.Host != "." {
			hosts = append(hosts, data.Host)
		}
	}
	return hosts
}
