package report

import (
	"net/netip"
	"strings"

	"go4.org/netipx"
)

// joined is what a page says of several regions of a prefix in one.
type joined struct {
	FateOfAddresses
	likewise bool // there are others, whose questions only differ in the name
}

// alike joins the regions where a question of their own had no answer: each
// address has its own reverse name, and a page of them says nothing more.
func alike(regions []FateOfAddresses) []joined {
	var parts []joined
	at := map[string]int{}
	for _, r := range regions {
		key := r.unanswered()
		i, known := at[key]
		if key == "" || !known {
			at[key] = len(parts)
			parts = append(parts, joined{FateOfAddresses: r})
			continue
		}
		same := &parts[i]
		same.likewise = true
		same.Prefixes = append(same.Prefixes[:len(same.Prefixes):len(same.Prefixes)], r.Prefixes...)
	}
	for i := range parts {
		if parts[i].likewise {
			parts[i].Prefixes = shownPrefixes(shortest(parsed(parts[i].Prefixes)))
			parts[i].Addresses = countShown(parts[i].Prefixes)
		}
	}
	return parts
}

// unanswered is what regions have in common that a failed question decides
// about; empty for others.
func (r FateOfAddresses) unanswered() string {
	if r.SPF == nil || r.SPF.Cause != "dns" {
		return ""
	}
	return strings.Join(append([]string{r.SPF.Result, r.SPF.Term, r.Advice}, r.SPF.Path...), "\x00")
}

// parsed are prefixes that were printed.
func parsed(list []string) []netip.Prefix {
	var all []netip.Prefix
	for _, text := range list {
		prefix, err := netip.ParsePrefix(text)
		if addr, bad := netip.ParseAddr(text); err != nil && bad == nil {
			prefix = netip.PrefixFrom(addr, addr.BitLen())
		}
		all = append(all, prefix)
	}
	return all
}

// countShown counts the addresses of prefixes that are printed.
func countShown(list []string) string { return addresses(parsed(list)).String() }

// shortest is the shortest list of the same addresses.
func shortest(list []netip.Prefix) []netip.Prefix {
	var b netipx.IPSetBuilder
	for _, p := range list {
		b.AddPrefix(p)
	}
	return setOf(&b).Prefixes()
}
