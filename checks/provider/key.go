package provider

import "strings"

// KeyRecord is a record that customers publish for DKIM (RFC 6376 §3.6.2.1): at
// the selector, of type CNAME or TXT. The value may hold {domain}, the customer's
// domain without its final dot, {domain-}, the same with hyphens for dots, and
// names in angle brackets for what only the provider's panel tells.
type KeyRecord struct {
	Selector, Type, Value string
}

const keyExpected = "a record such as s1 CNAME s1.{domain}.dkim.example.net"

// ParseKeyRecord reads "SELECTOR TYPE VALUE". The error is an *Error without a
// place.
func ParseKeyRecord(text string) (KeyRecord, error) {
	parts := strings.SplitN(text, " ", 3)
	if len(parts) != 3 || parts[1] != "CNAME" && parts[1] != "TXT" || strings.TrimSpace(parts[2]) != parts[2] || parts[2] == "" {
		return KeyRecord{}, unexpected("provider-keys", text, keyExpected)
	}
	selector, err := ParseSelector(parts[0])
	if err != nil || !selector.Fixed() || parts[1] == "CNAME" && strings.ContainsAny(parts[2], " \"") || len(text) > longestText {
		return KeyRecord{}, unexpected("provider-keys", text, keyExpected)
	}
	return KeyRecord{parts[0], parts[1], parts[2]}, nil
}

// String writes the record as ParseKeyRecord reads it.
func (k KeyRecord) String() string { return k.Selector + " " + k.Type + " " + k.Value }

// For is the value for a customer's domain, in any form.
func (k KeyRecord) For(domain string) string {
	bare := strings.TrimSuffix(domain, ".")
	return strings.NewReplacer("{domain}", bare, "{domain-}", strings.ReplaceAll(bare, ".", "-")).Replace(k.Value)
}

// Blanks lists what the value leaves for the provider's panel to tell.
func (k KeyRecord) Blanks() (names []string) {
	rest := k.Value
	for {
		_, after, found := strings.Cut(rest, "<")
		if !found {
			return names
		}
		name, tail, _ := strings.Cut(after, ">")
		names, rest = append(names, name), tail
	}
}

func (r *row) keyRecords(p *Provider) {
	key := string(Keys)
	if _, ok := r.fields[key]; !ok {
		return
	}
	p.Keys = nil
	for _, text := range r.texts(key) {
		k, err := ParseKeyRecord(text)
		r.fault(key, err)
		p.Keys = append(p.Keys, k)
	}
}
