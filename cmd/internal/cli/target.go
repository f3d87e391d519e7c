package cli

import (
	"net/netip"
	"strings"

	"mailauth/checks"
	"mailauth/checks/simulate"
	"mailauth/resolver"
)

// parseTarget reads an address or a prefix as users write it. An IPv4-mapped
// IPv6 address is the IPv4 address in it, since that is how receivers take it
// (RFC 7208 §5). Of a prefix the bits of hosts are dropped; masked says so.
func parseTarget(given string) (target simulate.Target, masked bool, err error) {
	text := strings.TrimSpace(given)
	prefix, err := parsePrefix(text)
	if err != nil {
		return simulate.Target{}, false, notATarget(given, text)
	}
	network := prefix.Masked()
	return simulate.Target{Text: text, Prefix: network}, network != prefix, nil
}

// parsePrefix reads an address as the prefix that holds nothing else, or a
// prefix with the address that stands in it.
func parsePrefix(text string) (netip.Prefix, error) {
	if strings.Contains(text, "/") {
		prefix, err := netip.ParsePrefix(text)
		return unmapPrefix(prefix), err
	}
	addr, err := netip.ParseAddr(text)
	if err != nil || addr.Zone() != "" {
		return netip.Prefix{}, complain("target", "target", nil)
	}
	addr = addr.Unmap()
	return netip.PrefixFrom(addr, addr.BitLen()), nil
}

// mappedBits is the length of ::ffff:0:0/96 (RFC 4291 §2.5.5.2).
const mappedBits = 96

// unmapPrefix is the IPv4 prefix that an IPv4-mapped one stands for; a prefix
// that is more than that stays as it is.
func unmapPrefix(p netip.Prefix) netip.Prefix {
	if !p.Addr().Is4In6() || p.Bits() < mappedBits {
		return p
	}
	return netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-mappedBits)
}

// notATarget says what was found in place of an address.
func notATarget(given, text string) *complaint {
	args := checks.Args{"given": abridged(given)}
	bare := strings.Trim(text, "[]")
	host, bits, sloped := strings.Cut(text, "/")
	first, last, dashed := strings.Cut(text, "-")
	switch {
	case strings.Contains(bare, "%"):
		return complain("target-zone", "target", args)
	case isAddr(bare): // as in an address literal of SMTP
		args["meant"] = bare
		return complain("target", "target-meant", args)
	case isAddrPort(text):
		port, _ := netip.ParseAddrPort(text)
		args["meant"] = port.Addr().String()
		return complain("target-port", "target-meant", args)
	case dashed && isAddr(strings.TrimSpace(first)) && isAddr(strings.TrimSpace(last)):
		return complain("target-range", "target-range", args)
	case sloped && isAddr(host):
		args["bits"] = bits
		return complain("target-bits", "target-bits", args)
	case strings.ContainsAny(bare, "ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ") && isHost(bare):
		return complain("target-host", "target-host", args)
	}
	return complain("target", "target", args)
}

func isAddr(text string) bool {
	_, err := netip.ParseAddr(text)
	return err == nil
}

func isAddrPort(text string) bool {
	_, err := netip.ParseAddrPort(text)
	return err == nil
}

// isHost reports whether a text is the name of a host, and no address whose
// letters are mistyped.
func isHost(text string) bool {
	name, err := resolver.CanonicalName(text)
	return err == nil && resolver.CountLabels(name) > 1 && !strings.ContainsAny(text, " @/:")
}
