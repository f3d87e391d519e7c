package provider

import (
	"errors"
	"net/netip"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

func (r *reader) addProvider(id string, at toml.Primitive, fields map[string]toml.Primitive) error {
	row := &row{reader: r, at: at, fields: fields}
	row.check("provider", id, providerKeys())
	if !idForm.MatchString(id) {
		row.fail("", unexpected("provider-id", id, "an id such as example-mail"))
	}
	p := r.table.Get(id)
	needed := []string{"evidence"}
	switch {
	case p == nil:
		p = &Provider{ID: id}
		needed = []string{"name", "layers", "evidence"}
		r.table.providers = append(r.table.providers, p)
	case r.own[given{p, ""}]:
		row.fail("", unexpected("provider-twice", id, "it once").with("other", id))
	}
	r.own[given{p, ""}] = true
	p.File, p.Line = r.file, r.line(at)
	p.Name, p.Note = row.names("name", p.Name), row.names("note", p.Note)
	if _, ok := fields["country"]; ok {
		p.Country = row.one("country", "provider-country", "two capital letters such as JP", countryForm)
	}
	row.layers(p)
	for _, f := range NameFields() {
		row.patterns(p, f)
	}
	row.networks(p, Networks)
	row.networks(p, WebNetworks)
	row.selectors(p)
	row.keyRecords(p)
	row.traits(p)
	row.evidence(p)
	row.unverified(p)
	row.need(needed...)
	if p.empty() {
		row.fail("", unexpected("provider-empty", id, "something that it is known by, or a note"))
	}
	return row.err
}

// empty reports that the row says nothing.
func (p *Provider) empty() bool {
	return p.Note == (Names{}) && !slices.ContainsFunc(Fields(), p.fills)
}

// tidy drops what the file under way has left without anything to say.
func (r *reader) tidy() {
	r.table.providers = slices.DeleteFunc(r.table.providers, (*Provider).empty)
	for _, p := range r.table.providers {
		p.Unverified = slices.DeleteFunc(p.Unverified, func(f Field) bool { return !p.fills(f) })
	}
}

func (r *row) layers(p *Provider) {
	if _, ok := r.fields["layers"]; !ok {
		return
	}
	p.Layers = nil
	var known []string
	for _, l := range Layers() {
		known = append(known, string(l))
	}
	list := strings.Join(known, ", ")
	for _, text := range r.texts("layers") {
		if !slices.Contains(known, text) {
			r.fail("layers", unexpected("provider-layer", text, "one of "+list).with("list", list))
		}
		p.Layers = append(p.Layers, Layer(text))
	}
	if len(p.Layers) == 0 {
		r.fail("layers", unexpected("provider-layer", "[]", "one of "+list).with("list", list))
	}
}

// patterns reads a field of names.
func (r *row) patterns(p *Provider, f Field) {
	key := string(f)
	if _, ok := r.fields[key]; !ok {
		return
	}
	r.own[given{p, key}] = true
	list := p.patterns(f)
	*list = nil
	for _, text := range r.texts(key) {
		pattern, err := ParsePattern(text)
		r.fault(key, err)
		*list = append(*list, pattern)
		claim(r, p, key, text, func(other *Provider) *[]Pattern { return other.patterns(f) }, func(q Pattern) bool { return q.text == text })
	}
}

func (r *row) networks(p *Provider, f Field) {
	key := string(f)
	if _, ok := r.fields[key]; !ok {
		return
	}
	r.own[given{p, key}] = true
	list := p.networks(f)
	*list = nil
	for _, text := range r.texts(key) {
		network, err := netip.ParsePrefix(text)
		if err != nil || network != network.Masked() || network.Addr().Is4In6() {
			r.fail(key, unexpected("provider-network", text, "a network such as 192.0.2.0/24, without bits beyond its length"))
		}
		*list = append(*list, network)
		claim(r, p, key, text, func(other *Provider) *[]netip.Prefix { return other.networks(f) }, func(q netip.Prefix) bool { return q == network })
	}
}

// claim sees that what a row has is no other row's. From the row of an earlier
// file it is taken away.
func claim[T any](r *row, p *Provider, key, text string, of func(*Provider) *[]T, same func(T) bool) {
	for _, other := range r.table.providers {
		switch {
		case other == p || !slices.ContainsFunc(*of(other), same):
		case !r.own[given{other, key}]: // that row is of an earlier file, or does not give the field
			*of(other) = slices.DeleteFunc(*of(other), same)
		default:
			r.fail(key, unexpected("provider-twice", text, "what no other provider has").with("other", other.ID))
		}
	}
}

// fault puts the error of a parser where the key stands.
func (r *row) fault(key string, err error) {
	var e *Error
	if errors.As(err, &e) {
		r.fail(key, e)
	}
}

func (r *row) selectors(p *Provider) {
	key := string(Selectors)
	if _, ok := r.fields[key]; !ok {
		return
	}
	p.Selectors = nil
	for _, text := range r.texts(key) {
		s, err := ParseSelector(text)
		r.fault(key, err)
		p.Selectors = append(p.Selectors, s)
	}
}

// evidence adds to that of an earlier file: what the row does not change still
// comes from there.
func (r *row) evidence(p *Provider) {
	var known []string
	for _, e := range r.table.evidence {
		known = append(known, e.Code)
	}
	list := strings.Join(known, ", ")
	codes := r.texts("evidence")
	for _, code := range codes {
		if !slices.Contains(known, code) {
			r.fail("evidence", unexpected("provider-evidence", code, "one of "+list).with("list", list))
		}
		if !slices.Contains(p.Evidence, code) {
			p.Evidence = append(p.Evidence, code)
		}
	}
	if _, ok := r.fields["evidence"]; ok && len(codes) == 0 {
		r.fail("evidence", unexpected("provider-evidence", "[]", "one of "+list).with("list", list))
	}
}

// unverified reads which fields no source confirms. Without the key, those that
// the row gives are confirmed.
func (r *row) unverified(p *Provider) {
	var filled []string
	for _, f := range Fields() {
		if p.fills(f) {
			filled = append(filled, string(f))
		}
	}
	if _, ok := r.fields["unverified"]; !ok {
		p.Unverified = slices.DeleteFunc(p.Unverified, func(f Field) bool { _, given := r.fields[string(f)]; return given })
		return
	}
	list := strings.Join(filled, ", ")
	p.Unverified = nil
	for _, text := range r.texts("unverified") {
		if !slices.Contains(filled, text) {
			r.fail("unverified", unexpected("provider-unverified", text, "a field of the row: "+list).with("list", list))
		}
		p.Unverified = append(p.Unverified, Field(text))
	}
}
