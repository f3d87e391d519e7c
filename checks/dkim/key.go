package dkim

import (
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/checks/taglist"
)

// Key is a key record (RFC 6376 §3.6.1) as it was published, with everything
// that is wrong with it.
type Key struct {
	// Strings are the character-strings of the TXT record, Text their octets
	// joined with nothing in between (RFC 6376 §3.6.2.2). Spans count in Text.
	Strings []string
	Text    string
	List    taglist.List

	Version  string   // v=, or "DKIM1" where there is none
	Type     string   // k=, or "rsa"
	Hashes   []string // h=; nil allows all
	Services []string // s=, or "*"
	Flags    []string // t=
	Notes    string   // n=, as written
	// Granularity is g=, which RFC 6376 took away.
	Granularity string
	// Unknown lists tags that RFC 6376 does not know; verifiers ignore them.
	Unknown []taglist.Tag

	// Revoked says that p= is there and empty (RFC 6376 §3.6.1).
	Revoked bool
	// Material is what p= holds.
	Material Material
	// Faults lists what is wrong, in the order of the record.
	Faults []Fault
}

// known are the tags of RFC 6376 §3.6.1, and g= of RFC 4871.
const known = "vkphstng"

// ParseKey reads the character-strings of one TXT record as a key record. It
// accepts every text and lists all the faults.
func ParseKey(strs []string) *Key {
	k := &Key{Strings: strs, Text: strings.Join(strs, ""), Version: "DKIM1", Type: "rsa", Services: []string{"*"}}
	k.List = taglist.Parse(k.Text)
	k.readLengths()
	k.readSyntax()
	seen := map[string]bool{}
	for i, tag := range k.List.Tags {
		if tag.Equals && !seen[tag.Name] {
			seen[tag.Name] = true
			k.readTag(i, tag)
		}
	}
	k.readPublic()
	slices.SortStableFunc(k.Faults, func(a, b Fault) int { return a.Span.Start - b.Span.Start })
	return k
}

func (k *Key) readTag(i int, tag taglist.Tag) {
	switch tag.Name {
	case "v":
		k.Version = tag.Value
		cause := CauseValue
		if tag.Value == "DKIM1" {
			cause = CauseOrder
		}
		if tag.Value != "DKIM1" || i > 0 {
			k.add(Version, cause, tag.Span)
		}
	case "k":
		k.Type = tag.Value
		if k.Type != "rsa" && k.Type != "ed25519" {
			k.add(KeyType, "", tag.ValueSpan)
		}
	case "h":
		k.Hashes = colonList(tag.Value)
		k.readHashes(tag)
	case "s":
		k.Services = colonList(tag.Value)
		if !k.ForMail() {
			k.add(Service, "", tag.ValueSpan)
		}
	case "t":
		k.Flags = colonList(tag.Value)
	case "n":
		k.Notes = tag.Value
	case "g":
		k.Granularity = tag.Value
	case "p":
	default:
		k.Unknown = append(k.Unknown, tag)
		if strings.EqualFold(tag.Name, "v") { // V=DKIM1 was meant, and v= counts
			k.add(Version, CauseCase, tag.Span)
		}
	}
}

// readHashes judges h=: a verifier needs sha256, and MUST NOT take sha1 (RFC
// 8301 §3.1). Names that it does not know it ignores (RFC 6376 §3.6.1).
func (k *Key) readHashes(tag taglist.Tag) {
	switch {
	case !slices.Contains(k.Hashes, "sha256"):
		k.add(NoHash, "", tag.ValueSpan)
	case slices.Contains(k.Hashes, "sha1"):
		k.add(HasSHA1, "", tag.ValueSpan)
	}
}

// ForMail reports that s= lets the key sign mail.
func (k *Key) ForMail() bool {
	return slices.Contains(k.Services, "*") || slices.Contains(k.Services, "email")
}

// Testing reports t=y.
func (k *Key) Testing() bool { return slices.Contains(k.Flags, "y") }

// IsRSA and IsEd25519 say what a verifier will take the key for.
func (k *Key) IsRSA() bool     { return k.Type == "rsa" && k.Material.Algorithm == "rsa" }
func (k *Key) IsEd25519() bool { return k.Type == "ed25519" && k.Material.Form == FormEd25519 }

// Usable reports that a conforming verifier can check mail with the key.
func (k *Key) Usable() bool {
	if k.Revoked || !k.IsRSA() && !k.IsEd25519() || k.IsRSA() && k.Material.Bits < 1024 {
		return false // RFC 8301 §3.2: no key under 1024 bits
	}
	return !slices.ContainsFunc(k.Faults, func(f Fault) bool { return f.Kind.Fatal() })
}

// String writes the record with one space after each semicolon. Parsing that
// gives the same key and the same faults, at other places.
func (k *Key) String() string { return k.List.String() }

// colonList splits a list such as "sha1 : sha256"; white space around the
// parts does not count (RFC 6376 §3.6.1).
func colonList(value string) []string {
	parts := strings.Split(value, ":")
	for i, part := range parts {
		parts[i] = strings.Trim(part, " \t\r\n")
	}
	return parts
}

func (k *Key) add(kind FaultKind, cause Cause, span checks.Span) {
	k.Faults = append(k.Faults, Fault{Kind: kind, Cause: cause, Span: span})
}

// Resembles reports that the record was meant to be a key, however broken;
// other text may stand at the name because of a wildcard or an alias.
func (k *Key) Resembles() bool {
	text := strings.ToLower(plainASCII(k.Text))
	version, hasVersion := k.List.Get("v")
	_, hasKey := k.List.Get("p")
	switch {
	case strings.Contains(text, "dkim1"), strings.Contains(text, "-----begin"), k.Material.Form != FormNone:
		return true
	case hasVersion:
		return strings.HasPrefix(strings.ToLower(version.Value), "dkim")
	}
	return hasKey || k.Type == "ed25519" || strings.HasPrefix(text, "k=rsa") || bareKey.MatchString(k.Text)
}
