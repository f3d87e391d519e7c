package cli

import (
	"strings"

	"github.com/spf13/pflag"
	"golang.org/x/net/idna"

	"mailauth/checks"
	"mailauth/checks/simulate"
	"mailauth/cmd/internal/report"
	"mailauth/resolver"
)

// mailFlags say what mail is simulated.
type mailFlags struct {
	sender, helo, from string
	dkim               []string
}

func (f *mailFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.sender, "sender", "", "")
	flags.StringVar(&f.helo, "helo", "", "")
	flags.StringVar(&f.from, "header-from", "", "")
	flags.StringArrayVar(&f.dkim, "dkim", nil, "")
}

// nullSender is the reverse-path of bounces (RFC 5321 §4.5.5).
const nullSender = "<>"

// mail is what the flags say of the mail.
type mail struct {
	simulate.Mail
	// other is the domain that receivers check for the sender, where the user
	// named another one.
	other string
}

// mail puts together what is simulated: DOMAIN is checked, else the domain of
// the sender, else the HELO name (RFC 7208 §2.3, §2.4). What a user names must be
// a domain; what comes from the mail may be anything.
func (f *mailFlags) mail(args []string) (m mail, err error) {
	if len(args) > 1 {
		return m, complain("several-domains", "several-domains", checks.Args{"given": args[1]})
	}
	var domain string
	sender, ofMail := senderOf(f.sender)
	m.Sender, m.HELO = sender, asciiName(f.helo)
	m.NullSender = isNull(f.sender) || f.sender == "" && len(args) == 0
	sent := sender != ""
	if !sent {
		ofMail = m.HELO
	}
	switch {
	case len(args) == 1:
		if domain, err = parseDomain(args[0]); err != nil {
			return m, err
		}
		if f.sender != "" && ofMail != "" && !sameDomain(ofMail, domain) {
			m.other = ofMail
		}
	case sent || ofMail != "":
		domain = ofMail
	case isNull(f.sender):
		return m, complain("no-mail-domain", "null-sender", nil)
	default:
		return m, complain("no-mail-domain", "no-mail-domain", nil)
	}
	m.Domain = domain
	if m.HeaderFrom, err = headerFrom(f.from); err != nil {
		return m, err
	}
	m.Signatures, m.SignaturesKnown, err = signatures(f.dkim)
	return m, err
}

func isNull(sender string) bool { return strings.TrimSpace(sender) == nullSender }

// senderOf is a MAIL FROM address and its domain, both empty for the null
// sender. The domain of one that breaks off behind the "@" is the empty name,
// which has no record (RFC 7208 §4.3), and HELO is not asked in its place. A
// sender without a local part is postmaster.
func senderOf(given string) (sender, domain string) {
	if given == "" || isNull(given) {
		return "", ""
	}
	text := strings.TrimSpace(given)
	text = strings.TrimSuffix(strings.TrimPrefix(text, "<"), ">")
	at := strings.LastIndexByte(text, '@')
	local := text[:max(at, 0)]
	if local == "" {
		local = "postmaster"
	}
	domain = asciiName(text[at+1:])
	return local + "@" + domain, domain
}

// asciiName is a name as the DNS has it, if it can be one (RFC 5891 §5).
func asciiName(text string) string {
	text = strings.TrimSpace(text)
	if endsInDots(text) {
		return text // no name, and not to be made one
	}
	if ascii, err := idna.Lookup.ToASCII(strings.TrimSuffix(text, ".")); err == nil {
		return ascii
	}
	return text
}

func sameDomain(a, b string) bool {
	return strings.EqualFold(strings.TrimSuffix(a, "."), strings.TrimSuffix(b, "."))
}

// headerFrom is the domain of the From field, which users also give with the
// address that stands there.
func headerFrom(given string) (string, error) {
	if given == "" {
		return "", nil
	}
	domain, err := parseDomain(strings.Trim(given[strings.LastIndexByte(given, '@')+1:], "<> "))
	if err != nil {
		return "", complain("header-from", "domain", checks.Args{"given": given})
	}
	return domain, nil
}

// signatures are the domains of --dkim; known says that there are no others.
func signatures(given []string) (domains []string, known bool, err error) {
	for _, text := range given {
		domain, tagged := strings.CutPrefix(strings.TrimSpace(text), "d=")
		if !tagged && strings.EqualFold(domain, "none") {
			known = true
			continue
		}
		name, err := parseDomain(domain)
		if err != nil {
			return nil, false, complain("dkim", "dkim", checks.Args{"given": text})
		}
		domains = append(domains, name)
	}
	if known && len(domains) > 0 {
		return nil, false, complain("dkim-none", "flags-conflict", checks.Args{"domain": report.BareName(domains[0])})
	}
	return domains, known, nil
}

// checked is the domain that is checked, if it is a name.
func (m mail) checked() []string {
	if name, err := resolver.CanonicalName(m.Domain); err == nil && m.Domain != "" {
		return []string{name}
	}
	return nil
}

// names are the domains whose records are read, as far as they are names: the
// checked one first.
func (m mail) names() []string {
	names := append(m.checked(), m.Signatures...)
	if m.HeaderFrom != "" {
		names = append(names, m.HeaderFrom)
	}
	return names
}
