package zone

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"mailauth/resolver"
)

// zones makes zones of the records that were read.
func (p *parser) zones() ([]*resolver.Zone, error) {
	if len(p.records) == 0 {
		return nil, &Error{Code: "no-record", File: p.name, Found: "no record", Expected: zoneFile}
	}
	apexes := p.soas
	if len(apexes) == 0 {
		apex, err := p.apex()
		if err != nil {
			return nil, err
		}
		apexes = []string{apex}
	}
	var zones []*resolver.Zone
	for _, group := range split(apexes, p.records) {
		z, err := resolver.NewZone(group.apex, group.records)
		if err != nil {
			return nil, unreadable(p.name, err)
		}
		zones = append(zones, z)
	}
	return zones, nil
}

// apex finds the name of a zone without SOA. All records must be inside it: a
// wrong guess would make records disappear.
func (p *parser) apex() (string, error) {
	apex := p.opts.Origin
	if apex == "" {
		apex = p.byName
		if len(p.origins) > 0 && (apex == "" || !resolver.IsSubdomain(p.origins[0], apex)) {
			apex = p.origins[0]
		}
	}
	if apex == "" {
		return "", (&Error{Code: "no-origin", File: p.name, Found: "no SOA record and no $ORIGIN", Expected: "one of them to name the zone"}).advise(hintOrigin)
	}
	for _, r := range p.records {
		if !resolver.IsSubdomain(r.Name, apex) {
			e := &Error{Code: "outside-zone", File: r.Origin.File, Line: r.Origin.Line, Col: r.Origin.Col,
				Found: "a record of " + r.Name, Expected: "names at or below " + apex}
			return "", e.with("name", r.Name).with("apex", apex).advise(hintOrigin)
		}
	}
	return apex, nil
}

type group struct {
	apex    string
	records []resolver.Record
}

// split gives every record to the most specific apex above it; what is below
// none goes to the first, where it is seen to be outside.
func split(apexes []string, records []resolver.Record) []group {
	var groups []group
	index := map[string]int{}
	for _, apex := range apexes {
		if _, ok := index[apex]; !ok {
			index[apex] = len(groups)
			groups = append(groups, group{apex: apex})
		}
	}
	for _, r := range records {
		at := 0
		for name := r.Name; ; name = resolver.Parent(name) {
			if i, ok := index[name]; ok {
				at = i
				break
			}
			if name == "." {
				break
			}
		}
		groups[at].records = append(groups[at].records, r)
	}
	return groups
}

// originOf returns the name that a file's name says: example.co.jp.zone,
// example.co.jp.db, db.example.co.jp and example.co.jp.txt are example.co.jp. A
// single label is no name of a zone: new.zone says nothing.
func originOf(file string) string {
	base := filepath.Base(file)
	stem := base
	for _, suffix := range []string{".zone", ".db", ".hosts", ".txt"} {
		if s, ok := strings.CutSuffix(base, suffix); ok {
			stem = s
			break
		}
	}
	if stem == base {
		var ok bool
		if stem, ok = strings.CutPrefix(base, "db."); !ok {
			return ""
		}
	}
	name, err := resolver.CanonicalName(stem)
	isHost := func(r rune) bool {
		return r == '.' || r == '-' || r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z'
	}
	if err != nil || resolver.CountLabels(name) < 2 || slices.ContainsFunc([]rune(name), func(r rune) bool { return !isHost(r) }) {
		return ""
	}
	return name
}

// duplicate reports a zone that two files hold.
func duplicate(z, other *resolver.Zone) error {
	e := &Error{Code: "zone-twice", File: z.Source(), Found: "zone " + z.Apex, Expected: fmt.Sprintf("it once: %s holds it too", other.Source())}
	return e.with("apex", z.Apex).with("other", other.Source())
}
