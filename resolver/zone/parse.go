package zone

import (
	"fmt"
	"io"
	"maps"
	"strings"

	"mailauth/resolver"
)

// Options say what is known of a zone file beside its text.
type Options struct {
	// Origin is the name of the zone, if it is known: relative names belong to
	// it, and it is the apex of a file without SOA.
	Origin string
	// TTL in seconds is that of records before any other is stated; 0 is 3600.
	TTL uint32
	// Dir is the folder that $INCLUDE reads from and stays in; without it
	// $INCLUDE is refused.
	Dir string
}

// Parse reads the zones of one file. Name stands in positions and errors; a
// name such as example.co.jp.zone says what the zone is called if nothing else
// does. The apex is the owner of the SOA; without one it is Options.Origin, else
// the first absolute $ORIGIN, else the name of the file. Several SOAs are
// several zones, each record belonging to the most specific.
func Parse(name string, r io.Reader, opts Options) ([]*resolver.Zone, error) {
	p, err := parse(name, r, opts)
	if err != nil {
		return nil, err
	}
	return p.zones()
}

// parser reads one zone file with its includes.
type parser struct {
	name    string
	opts    Options
	byName  string // origin that the file's name says, "" if none
	origin  string // of relative names now, "" if unknown
	owner   string // of the record before, "" if none
	ttl     uint32 // of $TTL
	hasTTL  bool
	last    uint32 // the last TTL that a record stated
	hasLast bool

	origins  []string // absolute $ORIGINs
	records  []resolver.Record
	soas     []string
	size     int      // octets read so far
	stack    []string // files being read, outermost first
	included map[string]bool
	includes int
}

func parse(name string, r io.Reader, opts Options) (*parser, error) {
	p := &parser{name: name, opts: opts, byName: originOf(name), included: map[string]bool{}}
	if opts.Origin != "" {
		origin, err := resolver.CanonicalName(opts.Origin)
		if err != nil {
			return nil, badOrigin(name, err)
		}
		p.opts.Origin, p.origin = origin, origin
	} else {
		p.origin = p.byName
	}
	return p, p.file(name, r)
}

// file reads one file, the zone's own or an included one.
func (p *parser) file(name string, r io.Reader) error {
	octets, err := io.ReadAll(io.LimitReader(r, int64(maxSize-p.size)+1))
	if err != nil {
		return unreadable(name, err)
	}
	if p.size += len(octets); p.size > maxSize {
		return (&Error{Code: "file-large", File: name, Found: fmt.Sprintf("more than %d MiB", maxSize>>20), Expected: "a zone file of at most that size"}).with("mib", maxSize>>20)
	}
	text := string(octets)
	if err := sniff(name, text); err != nil {
		return err
	}
	c := newCutter(name, text)
	for {
		e, ok, err := c.next()
		if err != nil || !ok {
			return err
		}
		if err := p.entry(e); err != nil {
			return err
		}
	}
}

func (p *parser) entry(e entry) error {
	if first := e.fields[0]; !e.blank && !first.Quoted && strings.HasPrefix(first.Text, "$") {
		return p.directive(e)
	}
	return p.record(e)
}

func (p *parser) directive(e entry) error {
	name := strings.ToUpper(e.fields[0].Text)
	switch name {
	case "$ORIGIN":
		return p.setOrigin(e)
	case "$TTL":
		return p.setTTL(e)
	case "$INCLUDE":
		return p.include(e)
	case "$GENERATE":
		return p.generate(e)
	}
	return e.at(0, "directive", e.fields[0].Text, "$ORIGIN, $TTL, $INCLUDE or $GENERATE")
}

func (p *parser) setOrigin(e entry) error {
	if err := e.want(1, 1, "origin-missing", "the name that relative names belong to"); err != nil {
		return err
	}
	name, err := p.nameAt(e, 1)
	if err != nil {
		return err
	}
	if strings.HasSuffix(e.fields[1].Text, ".") && name != "." {
		p.origins = append(p.origins, name)
	}
	p.origin = name
	return nil
}

func (p *parser) setTTL(e entry) error {
	const expected = "a time such as 3600 or 1h, at most 2147483647 seconds"
	if err := e.want(1, 1, "directive-ttl", expected); err != nil {
		return err
	}
	ttl, ok := resolver.ParseTTL(e.fields[1].Text)
	if !ok || e.fields[1].Quoted {
		return e.at(1, "directive-ttl", e.fields[1].String(), expected)
	}
	p.ttl, p.hasTTL = ttl, true
	return nil
}

// want checks the number of fields after a directive; the code is that of one
// that is missing.
func (e entry) want(least, most int, code, expected string) error {
	switch n := len(e.fields) - 1; {
	case n < least:
		return e.at(n+1, code, "the end of the line", expected)
	case n > most:
		return e.at(most+1, "extra-field", e.fields[most+1].String(), "the end of the line")
	}
	return nil
}

// nameAt reads field i as a name.
func (p *parser) nameAt(e entry, i int) (string, error) {
	name, err := e.fields[i].Name(p.origin)
	if err != nil {
		return "", p.fault(e, i, err)
	}
	return name, nil
}

// fault places the error of a field; first is the entry's field that the
// error counts from.
func (p *parser) fault(e entry, first int, err error) error {
	f, ok := err.(*resolver.FieldError)
	if !ok {
		return e.at(first, "data", e.fields[first].String(), "something else: "+err.Error()).with("why", err)
	}
	out := e.at(first+f.Index, f.Code, f.Found, f.Expected)
	maps.Copy(out.Args, f.Args)
	if p.origin == "" && f.Code == "name-relative" {
		out.advise(hintOrigin)
	}
	return out
}

// badOrigin is Options.Origin that is no name.
func badOrigin(file string, err error) *Error {
	why := err.(*resolver.NameError)
	e := &Error{Code: why.Code, File: file, Err: err}
	return e.with("found", why.Name).with("name", why.Name).with("octets", why.Octets)
}

var hintOrigin = hint{"name-the-zone", "name the zone: a first line $ORIGIN example.co.jp. or a file called example.co.jp.zone"}
