package message

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"mailauth/checks/taglist"
)

// Signature is a DKIM-Signature field (RFC 6376 §3.5) as it was written.
type Signature struct {
	List taglist.List
	// Domain is d= and Selector s=, canonical: in lower case, with A-labels.
	// Domain ends with a dot. Empty where there is none that can be one.
	Domain, Selector string
	// Algorithm is a=, such as "rsa-sha256".
	Algorithm string
	// Identity is i=, "@" and d= by default; IdentityDomain its domain, canonical.
	Identity, IdentityDomain string
	// Signed are the names of h=, in lower case and in order.
	Signed []string
	// Length is l=: the number of octets of the body that are signed; nil for all.
	Length *uint64
	// Time and Expires are t= and x=; zero where there is none.
	Time, Expires time.Time
	// Malformed names the first tag that is missing or not as it has to be, "list"
	// where the form tag=value itself is broken; empty for a sound field.
	Malformed string
}

// ParseSignature reads the body of a DKIM-Signature field. It accepts every text.
func ParseSignature(body string) *Signature {
	s := &Signature{List: taglist.Parse(strings.TrimRight(body, " \t\r\n"))}
	if len(s.List.Faults()) > 0 {
		s.malformed("list")
	}
	s.readTags()
	return s
}

// String writes the field's body with one space after each semicolon. Parsing
// that gives the same signature.
func (s *Signature) String() string { return s.List.String() }

func (s *Signature) malformed(tag string) {
	if s.Malformed == "" {
		s.Malformed = tag
	}
}

// tag returns the value of a tag without the white space that folding leaves.
func (s *Signature) tag(name string) (value string, ok bool) {
	tag, ok := s.List.Get(name)
	return strings.Join(strings.Fields(tag.Value), ""), ok
}

// readTags reads the tags in the order in which a verifier needs them (RFC 6376
// §6.1.1).
func (s *Signature) readTags() {
	if v, _ := s.tag("v"); v != "1" {
		s.malformed("v")
	}
	var ok bool
	if s.Algorithm, ok = s.tag("a"); !ok || !strings.Contains(s.Algorithm, "-") {
		s.malformed("a")
	}
	for _, name := range []string{"b", "bh"} {
		if text, _ := s.tag(name); text == "" || !isBase64(text) {
			s.malformed(name)
		}
	}
	s.readDomain()
	s.readSigned()
	s.readNumbers()
}

func isBase64(text string) bool {
	_, err := base64.StdEncoding.DecodeString(text)
	return err == nil
}

func (s *Signature) readDomain() {
	d, _ := s.tag("d")
	domain, ok := canonical(d)
	if !ok {
		s.malformed("d")
	}
	s.Domain = domain
	selector, _ := s.tag("s")
	if name, ok := canonical(selector); ok {
		s.Selector = strings.TrimSuffix(name, ".")
	} else {
		s.malformed("s")
	}
	s.Identity, s.IdentityDomain = "@"+d, domain
	i, given := s.tag("i")
	if !given {
		return
	}
	s.Identity = i
	at := strings.LastIndexByte(i, '@')
	s.IdentityDomain, ok = canonical(i[at+1:])
	if at < 0 || !ok {
		s.IdentityDomain = ""
		s.malformed("i")
	}
}

// readSigned reads h=; From has to be among them (RFC 6376 §5.4).
func (s *Signature) readSigned() {
	h, ok := s.tag("h")
	for _, name := range strings.Split(h, ":") {
		if name != "" {
			s.Signed = append(s.Signed, strings.ToLower(name))
		}
	}
	if !ok || len(s.Signed) == 0 {
		s.malformed("h")
	}
}

func (s *Signature) readNumbers() {
	number := func(name string) (n uint64, ok bool) {
		text, given := s.tag(name)
		if !given {
			return 0, false
		}
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			s.malformed(name)
		}
		return n, err == nil
	}
	if n, ok := number("l"); ok {
		s.Length = &n
	}
	const last = 1 << 40 // RFC 6376 §3.5: twelve digits are enough for a time
	if n, ok := number("t"); ok && n < last {
		s.Time = time.Unix(int64(n), 0).UTC()
	}
	if n, ok := number("x"); ok && n < last {
		s.Expires = time.Unix(int64(n), 0).UTC()
	}
}

// Expired reports that x= has passed.
func (s *Signature) Expired(now time.Time) bool { return !s.Expires.IsZero() && now.After(s.Expires) }
