package zone

import (
	"fmt"
	"strings"

	"mailauth/resolver"
)

// record reads an entry as one record.
func (p *parser) record(e entry) error {
	i := 0
	switch {
	case !e.blank:
		if err := checkOwner(e); err != nil {
			return err
		}
		owner, err := p.nameAt(e, 0)
		if err != nil {
			return err
		}
		p.owner, i = owner, 1
	case p.owner == "":
		return e.at(0, "no-owner", "a line that begins with a space", "an owner name, because no record stands above it")
	}
	ttl, rtype, i, err := p.header(e, i)
	if err != nil {
		return err
	}
	data, err := resolver.ParseFields(rtype, plain(e.fields[i:]), p.origin)
	if err != nil {
		return p.fault(e, i, err)
	}
	return p.keep(e, i, ttl, data)
}

// keep adds a record whose data begins at field i.
func (p *parser) keep(e entry, i int, ttl *uint32, data resolver.RData) error {
	if len(p.records) == maxRecords {
		return e.at(0, "records-many", "another record", fmt.Sprintf("at most %d of them", maxRecords)).with("limit", maxRecords)
	}
	if soa, ok := data.(resolver.SOA); ok {
		p.soas = append(p.soas, p.owner)
		if ttl == nil && !p.hasTTL && !p.hasLast { // as BIND does
			ttl = &soa.Minimum
		}
	}
	r := resolver.Record{Name: p.owner, TTL: p.ttlOf(ttl), Data: data}
	r.Origin = resolver.Origin{File: e.file, Line: e.fields[i].line, Col: e.fields[i].col}
	p.records = append(p.records, r)
	return nil
}

// ttlOf is the TTL of a record: its own, else $TTL (RFC 2308 §4), else the last
// that a record stated (RFC 1035 §5.1).
func (p *parser) ttlOf(stated *uint32) uint32 {
	switch {
	case stated != nil:
		p.last, p.hasLast = *stated, true
		return *stated
	case p.hasTTL:
		return p.ttl
	case p.hasLast:
		return p.last
	case p.opts.TTL > 0:
		return p.opts.TTL
	}
	return 3600
}

// header reads TTL and class, in either order, and the type, from field i on.
// It returns the index of the first field of the data.
func (p *parser) header(e entry, i int) (ttl *uint32, rtype resolver.Type, next int, err error) {
	hasClass := false
	for ; i < len(e.fields); i++ {
		f := e.fields[i]
		seconds, isTTL := resolver.ParseTTL(f.Text)
		rtype, notType := resolver.ParseType(f.Text)
		switch {
		case f.Quoted:
			return nil, 0, i, e.badHeader(i, f.String(), ttl != nil, hasClass)
		case isTTL && ttl == nil:
			ttl = &seconds
		case isClass(f.Text) && !hasClass:
			if !isIN(f.Text) {
				return nil, 0, i, e.at(i, "class", "class "+f.Text, "class IN")
			}
			hasClass = true
		case notType != nil:
			return nil, 0, i, e.badHeader(i, f.Text, ttl != nil, hasClass)
		default:
			return ttl, rtype, i + 1, nil
		}
	}
	return nil, 0, i, e.badHeader(i, "the end of the line", ttl != nil, hasClass)
}

// badHeader says what may still come before the data. It helps with the two
// ways of getting the owner wrong.
func (e entry) badHeader(i int, found string, hasTTL, hasClass bool) *Error {
	code, expected := "header-ttl-class-type", "a TTL, a class or a record type"
	switch {
	case hasTTL && hasClass:
		code, expected = "header-type", "a record type such as TXT or MX"
	case hasTTL:
		code, expected = "header-class-type", "a class or a record type"
	case hasClass:
		code, expected = "header-ttl-type", "a TTL or a record type"
	}
	fault := e.at(i, code, found, expected)
	switch {
	case i == len(e.fields):
	case e.blank && i == 0:
		fault.advise(hint{"owner-at-start", "a line that begins with a space belongs to the owner name above it; an owner name stands at the very start of its line"})
	case !e.blank && i == 1 && isHeader(e.fields[0].Text):
		fault.advise(hint{"owner-left-out", "a line that leaves out its owner name begins with a space"})
	}
	return fault
}

func isHeader(text string) bool {
	_, isTTL := resolver.ParseTTL(text)
	_, err := resolver.ParseType(text)
	return isTTL || isClass(text) || err == nil
}

func isClass(text string) bool {
	switch upper := strings.ToUpper(text); upper {
	case "IN", "CH", "HS", "CS":
		return true
	default:
		digits, ok := strings.CutPrefix(upper, "CLASS")
		return ok && digits != "" && strings.Trim(digits, "0123456789") == ""
	}
}

func isIN(text string) bool {
	return strings.EqualFold(text, "IN") || strings.EqualFold(text, "CLASS1")
}

// checkOwner refuses spaces that only look like one: they would silently
// become part of the name.
func checkOwner(e entry) error {
	for _, odd := range []struct{ char, name string }{
		{"\u3000", "a full-width space (U+3000)"}, {"\u00a0", "a no-break space (U+00A0)"}, {"\ufeff", "a byte order mark (U+FEFF)"},
	} {
		if at := strings.Index(e.fields[0].Text, odd.char); at >= 0 {
			err := e.at(0, "odd-space", odd.name, "an owner name, and a plain space or tab after it").with("char", fmt.Sprintf("%U", []rune(odd.char)[0]))
			err.Col += at
			return err
		}
	}
	return nil
}

func plain(fields []field) []resolver.Field {
	out := make([]resolver.Field, len(fields))
	for i, f := range fields {
		out[i] = f.Field
	}
	return out
}
