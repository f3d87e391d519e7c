package dmarc

import (
	"slices"
	"strconv"
	"strings"

	"mailauth/checks"
	"mailauth/checks/taglist"
	"mailauth/resolver"
)

// mending is a record with everything put right that needs no decision, all at
// once: whoever publishes the fix of one finding has published that of the
// others, and no two of them leave two records behind.
type mending struct {
	record *Record
	// conflicts are repeated tags whose values contradict each other; the record
	// has the first value of each until the owner has decided.
	conflicts []conflict
	// broken says that nobody can tell what the list was meant to be. What
	// stands apart from that is put right all the same.
	broken bool
}

// conflict is a tag that stands in the record with several values.
type conflict struct {
	tag    string
	values []string
}

// mend puts the text of a domain's record right.
func (f *Facts) mend(domain, text string) mending {
	m := mending{record: Parse(text)}
	if m.record.Malformed() || m.record.Has(Duplicate) {
		fixed, conflicts := m.record.rebuilt()
		if m.broken = !fixed.sound(); !m.broken {
			m.record, m.conflicts = fixed, conflicts
		}
	}
	for _, step := range []func(*Record) string{(*Record).knownNames, (*Record).knownPolicies, (*Record).knownValues,
		func(r *Record) string { return r.mendedURIs("rua") }, func(r *Record) string { return r.mendedURIs("ruf") },
		(*Record).unsized, (*Record).policyFirst,
	} {
		m.record = Parse(step(m.record))
	}
	if f.misusesPSD(domain, m.record) {
		m.record = Parse(m.record.Without("psd"))
	}
	if f.belowOrganization(domain) {
		m.record = Parse(m.record.Without("sp", "np"))
	}
	if _, effective := m.record.share(); !effective {
		m.record = Parse(m.record.Without("pct"))
	}
	return m
}

// mendRecord mends what stands in a TXT record, with the strings put apart that
// run into each other.
func (f *Facts) mendRecord(domain string, rr resolver.Record) mending {
	text, _ := rr.Text()
	if l, ok := JoinFault(txtStrings(rr)); ok && l.Corrected != "" {
		text = l.Corrected
	}
	return f.mend(domain, text)
}

// sound reports that receivers can read the record as a list.
func (r *Record) sound() bool { return IsDMARC(r.Text) && !r.Malformed() && !r.Has(Duplicate) }

// knownNames writes the record with slips in tag names corrected and without
// the tags that say nothing to receivers.
func (r *Record) knownNames() string {
	list := taglist.List{Closed: r.List.Closed}
	taken := map[string]bool{"": true}
	for i, tag := range r.List.Tags {
		if i > 0 && tag.Equals && isName(tag.Name) && !isKnown(tag.Name) {
			if tag.Name = r.meantTag(&r.List.Tags[i]); taken[tag.Name] {
				continue
			}
			taken[tag.Name] = true
		}
		list.Tags = append(list.Tags, tag)
	}
	return Parse(list.String()).Without("rf", "ri")
}

// knownPolicies corrects slips in p, sp and np, and puts p=none where without a
// policy the record is no DMARC at all.
func (r *Record) knownPolicies() string {
	if r.P.Tag == nil && r.Standing() == Ignored {
		r = Parse(r.Set("p", string(None)))
	}
	for _, q := range []Request{r.P, r.SP, r.NP} {
		if q.Tag == nil || q.Policy != "" {
			continue
		}
		if p, ok := nearPolicy(q.Tag.Value); ok {
			r = Parse(r.Set(q.Tag.Name, string(p)))
		}
	}
	return r.String()
}

// knownValues corrects the tags whose wrong values receivers ignore.
func (r *Record) knownValues() string {
	for _, a := range []Alignment{r.ADKIM, r.ASPF} {
		if a.Tag == nil || validAlignment(a.Tag.Value) {
			continue
		}
		switch name := strings.ToLower(a.Tag.Name); strings.ToLower(a.Tag.Value + " ")[0] {
		case 'r':
			r = Parse(r.Set(name, "r"))
		case 's': // s would be stricter than what receivers do now
		default:
			r = Parse(r.Without(name))
		}
	}
	if r.FO != nil && r.Tag("ruf") == nil {
		r = Parse(r.Without("fo"))
	} else if r.FO != nil && !validFO(r.FO.Value) {
		r = Parse(r.withFO(cleanFO(r.FO.Value)))
	}
	for _, fault := range r.Faults {
		if fault.Kind == BadValue {
			r = Parse(r.Without(strings.ToLower(r.List.Tags[fault.Tag].Name)))
			return r.knownValues()
		}
	}
	return r.String()
}

func (r *Record) withFO(value string) string {
	if value == "" {
		return r.Without("fo")
	}
	return r.Set("fo", value)
}

// share is the value of pct, and whether receivers that honour it apply less
// for it.
func (r *Record) share() (percent int, effective bool) {
	tag := r.Tag("pct")
	if tag == nil {
		return 100, false
	}
	n, err := strconv.Atoi(tag.Value)
	return n, err == nil && n >= 0 && n < 100 && strongest(r.Effective()).Rank() >= Quarantine.Rank()
}

// misusesPSD reports psd=y on a registered domain or a name below it.
func (f *Facts) misusesPSD(domain string, r *Record) bool {
	return r.PSD == 'y' && resolver.IsSubdomain(domain, f.PSLOrg) && !checks.IsPublicSuffix(domain)
}

// organizational reports that a domain is an organizational domain, for
// receivers of either standard: only there do sp and np count (RFC 9989 §4.7).
func (f *Facts) organizational(domain string) bool {
	return domain == f.PSLOrg || f.OrgKnown && domain == f.Org
}

// stronger names the policy that mending a record makes apply, in full or in
// test, where less was asked for before; empty if there is none.
func (m mending) stronger(before [3]Policy) string {
	e, r := m.record.Effective(), m.record
	for i, after := range []Policy{e.Domain, e.Sub, e.NonExist} {
		if after.Rank() < Quarantine.Rank() || !before[i].WeakerThan(after) {
			continue
		}
		tags := []string{"p", "sp", "np"}
		for ; i > 0; i-- {
			if r.Tag(tags[i]) != nil {
				break
			}
		}
		return tags[i] + "=" + string(after)
	}
	return ""
}

// unite makes one record of several texts; ok is false where they contradict
// each other, and values are then what there is to choose from.
func (f *Facts) unite(domain string, texts []string) (m mending, values []string, ok bool) {
	if len(texts) == 1 {
		m = f.mend(domain, texts[0])
		return m, nil, !m.broken
	}
	var tags []taglist.Tag
	ok = true
	for _, text := range texts {
		one := f.mend(domain, text)
		ok = ok && !one.broken && len(one.conflicts) == 0
		tags = append(tags, one.record.List.Tags...)
		if value := one.record.String(); !slices.Contains(values, value) {
			values = append(values, value)
		}
	}
	merged, conflicts := merge(slices.DeleteFunc(tags, taglist.Tag.Blank))
	m = f.mend(domain, (taglist.List{Tags: merged}).String())
	return m, values, ok && len(conflicts) == 0 && !m.broken
}
