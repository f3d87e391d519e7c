package cli

import (
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"mailauth/checks"
	"mailauth/resolver"
)

// parseDomains reads the domains of a command line, each once.
func parseDomains(args []string) ([]string, error) {
	var domains []string
	for _, arg := range args {
		domain, err := parseDomain(arg)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(domains, domain) {
			domains = append(domains, domain)
		}
	}
	return domains, nil
}

// parseDomain brings a domain as users write it to canonical form: in any
// case, with or without its final dot, in its own script (RFC 5891 §5). What
// is pasted by mistake is recognised.
func parseDomain(given string) (string, error) {
	text := strings.TrimSpace(given)
	if c := mistaken(given, text); c != nil {
		return "", c
	}
	dotted := strings.HasSuffix(text, ".")
	ascii, err := idna.Lookup.ToASCII(strings.TrimSuffix(text, "."))
	if err == nil && ascii != "" {
		var name string
		if name, err = resolver.CanonicalName(ascii); err == nil && (dotted || resolver.CountLabels(name) > 1) {
			return name, nil
		}
	}
	return "", complain("domain", "domain", checks.Args{"given": given})
}

// mistaken recognises what is not a domain but leads to one.
func mistaken(given, text string) *complaint {
	about := func(id, meant string) *complaint {
		hint := "domain-meant"
		if _, err := parseDomain(meant); err != nil || meant == "" {
			hint = "domain"
		}
		return complain("domain-"+id, hint, checks.Args{"given": given, "meant": meant})
	}
	if strings.Contains(text, "://") {
		host := ""
		if u, err := url.Parse(text); err == nil {
			host = strings.TrimPrefix(u.Hostname(), "www.")
		}
		return about("url", host)
	}
	if i := strings.LastIndexByte(text, '@'); i >= 0 {
		return about("address", strings.Trim(text[i+1:], "<> "))
	}
	if _, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil {
		return complain("domain-ip", "domain", checks.Args{"given": given})
	}
	if strings.HasSuffix(text, ".zone") || strings.ContainsAny(text, `/\`) {
		if _, err := os.Stat(text); err == nil {
			return complain("domain-file", "domain-file", checks.Args{"given": given})
		}
	}
	if host, _, found := strings.Cut(text, "/"); found {
		return about("url", host)
	}
	if host, _, found := strings.Cut(text, ":"); found {
		return about("port", host)
	}
	if bare := withoutFinalDots(text); endsInDots(text) {
		if _, err := parseDomain(bare); err == nil {
			return complain("domain", "domain-meant", checks.Args{"given": given, "meant": bare})
		}
		return complain("domain", "domain", checks.Args{"given": given})
	}
	if bare := withoutServiceLabels(text); bare != text {
		return about("service", bare)
	}
	return nil
}

// labelDots are what can stand between labels (RFC 5895 §2).
const labelDots = ".。．｡"

func withoutFinalDots(text string) string { return strings.TrimRight(text, labelDots) }

// endsInDots reports more than one final dot, between which a label is empty.
func endsInDots(text string) bool {
	return utf8.RuneCountInString(strings.TrimPrefix(text, withoutFinalDots(text))) > 1
}

// withoutServiceLabels drops everything up to the last label that begins with
// an underscore or is a wildcard: _dmarc, selector._domainkey.
func withoutServiceLabels(text string) string {
	labels := strings.Split(text, ".")
	for i := len(labels) - 1; i >= 0; i-- {
		if strings.HasPrefix(labels[i], "_") || labels[i] == "*" {
			return strings.Join(labels[i+1:], ".")
		}
	}
	return text
}

// apexes lists the domains of the zones: neither reverse zones nor top levels.
func apexes(zones []*resolver.Zone) []string {
	var names []string
	for _, z := range zones {
		if !resolver.IsSubdomain(z.Apex, "arpa.") && resolver.CountLabels(z.Apex) > 1 {
			names = append(names, z.Apex)
		}
	}
	return names
}
