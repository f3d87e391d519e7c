package dkim

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"mailauth/checks"
	"mailauth/resolver"
)

// commonest are the selectors that are always tried: the defaults of cPanel,
// Xserver and many others, Google, Microsoft 365, SendGrid and Mailchimp, and
// what the guides to OpenDKIM say.
func commonest() []string {
	return []string{"default", "google", "selector1", "selector2", "s1", "s2", "k1", "dkim", "mail"}
}

// dictionary are selectors in wider use. Tried only where something is known to
// be published and none of the commonest is it.
func dictionary() []string {
	return strings.Fields(`k2 k3 selector key1 dkim1 smtp mx s1024 20230601 2025 mandrill zoho sig1 pic rs`)
}

// rarer are those to be tried too where the user asks for all that can be found
// and the zone does not list them.
func rarer() []string {
	return strings.Fields(`
		key2 email mta s2048 sel1 sel2 dkim2 main server 2026 2024 2023 2022 20221208 20210112 20161025
		mte1 mte2 mailjet fm1 protonmail zmail zendesk1 brevo1 kl pm resend cm ctct1 intercom
		kagoya sakura xserver amazonses mg krs secureserver1 dkimprovmx1 postfix exim`)
}

// ParseSelector brings a selector, as a user or a message names it, to the
// form that is asked for: labels in lower case, U-labels as A-labels (RFC 8616
// §5). A whole key name is understood too.
func ParseSelector(text, domain string) (string, error) {
	text = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "."))
	if at := strings.Index(strings.ToLower(text), "._domainkey"); at > 0 {
		text = text[:at]
	}
	ascii, err := toASCII(text)
	if err == nil && strings.HasPrefix(strings.ToLower(text), "_domainkey") {
		err = errors.New("it stands left of _domainkey")
	}
	if err != nil {
		return "", fmt.Errorf("found selector %q, expected one or more labels such as s1: %w", text, err)
	}
	canonical, err := resolver.CanonicalName(ascii)
	if err != nil || canonical == "." {
		return "", fmt.Errorf("found selector %q, expected one or more labels such as s1", text)
	}
	selector := strings.TrimSuffix(canonical, ".")
	if _, err := resolver.CanonicalName(keyName(selector, domain)); err != nil {
		return "", fmt.Errorf("found selector %q, too long for a key of %s: %w", text, domain, err)
	}
	return selector, nil
}

func toASCII(text string) (string, error) {
	if isASCII(text) {
		return text, nil
	}
	return idna.Lookup.ToASCII(text)
}

func isASCII(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// keyName is where the key of a selector is (RFC 6376 §3.6.2.1).
func keyName(selector, domain string) string {
	return resolver.Join(domain, selector, "_domainkey")
}

// askable reports whether a name that was put together can be asked for.
func askable(name string) bool {
	canonical, err := resolver.CanonicalName(name)
	return err == nil && canonical == name
}

// candidates lists the selectors of the first round: those that the user
// named, those of the zone file, and, unless that shows them all, the commonest.
func candidates(p *checks.Pass, walked *Walk) (selectors []*Selector, complete bool) {
	seen := map[string]bool{}
	add := func(origin Origin, names []string) {
		for _, name := range names {
			if owner := keyName(name, p.Domain); !seen[name] && askable(owner) {
				seen[name] = true
				selectors = append(selectors, &Selector{Selector: name, Name: owner, Origin: origin})
			}
		}
	}
	add(OriginGiven, given(p))
	add(OriginMessage, signing(p))
	names, complete := p.Names(namespaceName(p.Domain))
	add(OriginZone, listed(names, p.Domain))
	if walked != nil {
		add(OriginWalk, walked.Selectors)
		complete = complete || walked.State == WalkComplete
	}
	if !complete {
		add(OriginGuess, commonest())
	}
	return selectors, complete
}

// given are the user's selectors; what cannot be one was refused before.
func given(p *checks.Pass) (selectors []string) {
	for _, text := range p.Options.Selectors {
		if selector, err := ParseSelector(text, p.Domain); err == nil {
			selectors = append(selectors, selector)
		}
	}
	return selectors
}

// signing are the selectors that signatures of the domain's messages name.
func signing(p *checks.Pass) (selectors []string) {
	for _, m := range p.Options.Messages {
		for _, key := range m.Signatures {
			if key.Domain == p.Domain {
				selectors = append(selectors, key.Selector)
			}
		}
	}
	return selectors
}

// beyond are the keys that signatures name below other domains of the same
// organization, each told by its whole name.
func beyond(p *checks.Pass) (selectors []*Selector) {
	seen := map[string]bool{}
	for _, m := range p.Options.Messages {
		for _, key := range m.Signatures {
			name := keyName(key.Selector, key.Domain)
			if key.Domain == p.Domain || !checks.SameOrganization(key.Domain, p.Domain) || !askable(name) || seen[name] || len(selectors) == maxBeyond {
				continue
			}
			seen[name] = true
			selectors = append(selectors, &Selector{Selector: strings.TrimSuffix(name, "."), Name: name, Origin: OriginMessage, State: StateUnknown})
		}
	}
	return selectors
}

// maxBeyond bounds the keys of other domains that messages make the check ask for.
const maxBeyond = 10

// listed picks the selectors among the names of a zone. Labels that begin with
// an underscore, such as _adsp (RFC 5617) and _report (RFC 6651), and wildcards
// are none; U-labels are looked at as misplaced.
func listed(names []string, domain string) (selectors []string) {
	suffix := "." + namespaceName(domain)
	for _, name := range names {
		selector, ok := strings.CutSuffix(name, suffix)
		if !ok || strings.HasPrefix(selector, "_") || strings.Contains(selector, "._") || strings.Contains(selector, "*") || unicodeName(selector) != "" {
			continue
		}
		selectors = append(selectors, selector)
	}
	return selectors
}

// unicodeName decodes a name whose labels hold UTF-8 beyond ASCII; "" for others.
func unicodeName(name string) string {
	var raw []byte
	for i := 0; i < len(name); i++ {
		if name[i] == '\\' && i+3 < len(name) && name[i+1] >= '0' && name[i+1] <= '9' {
			raw = append(raw, (name[i+1]-'0')*100+(name[i+2]-'0')*10+(name[i+3]-'0'))
			i += 3
			continue
		}
		raw = append(raw, name[i])
	}
	if text := string(raw); utf8.ValidString(text) && !isASCII(text) {
		return text
	}
	return ""
}
