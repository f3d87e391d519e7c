package spf

import (
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/resolver"
)

var (
	readRecord = []checks.Input{InRecord}
	readTree   = []checks.Input{InRecord, InTree}
)

// The rules on how the record is published.
var (
	RuleType99     = &checks.Rule{ID: "spf-type99", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 7208 §3.1", Reads: []checks.Input{InType99}}
	RuleType99Only = &checks.Rule{ID: "spf-type99-only", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 7208 §3.1, §4.4",
		Reads: []checks.Input{InRecord, InType99}, Supersedes: []string{"spf-type99", "spf-missing"}}
	RuleWrongName = &checks.Rule{ID: "spf-wrong-name", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 7208 §4.4",
		Reads: []checks.Input{InRecord, InWrongName, InWildcard}, Supersedes: []string{"spf-missing"}}
	RuleConflict = &checks.Rule{ID: "spf-cname-apex-conflict", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 1034 §3.6.2",
		Reads: []checks.Input{InRecord, InConflict}}
	RuleViaCNAME = &checks.Rule{ID: "spf-txt-via-cname", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 1034 §3.6.2", Reads: readRecord}
	RuleLen450   = &checks.Rule{ID: "spf-len-450", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 7208 §3.4", Reads: readTree}
	RuleLen512   = &checks.Rule{ID: "spf-len-512", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 7208 §3.4", Reads: readTree,
		Supersedes: []string{"spf-len-450"}}
	RuleLarge = &checks.Rule{ID: "spf-txt-rrset-large", Severity: checks.Info, Source: checks.Practice, Citation: "RFC 7208 §3.4", Reads: readTree,
		Supersedes: []string{"spf-len-450", "spf-len-512"}}
	RuleWildcard  = &checks.Rule{ID: "spf-wildcard", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 7208 §3.5", Reads: []checks.Input{InWildcard}}
	RuleTTLLow    = &checks.Rule{ID: "spf-ttl-low", Severity: checks.Info, Source: checks.Practice, Citation: "RFC 1035 §3.2.1", Reads: readRecord}
	RuleTTLHigh   = &checks.Rule{ID: "spf-ttl-high", Severity: checks.Info, Source: checks.Practice, Citation: "RFC 1035 §3.2.1", Reads: readRecord}
	RuleSubdomain = &checks.Rule{ID: "spf-subdomain", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 7208 §4.4, §3.5",
		Reads: []checks.Input{InRecord, InSubdomain}}
)

var publishRules = []*checks.Rule{
	RuleType99, RuleType99Only, RuleWrongName, RuleConflict, RuleViaCNAME, RuleLen450, RuleLen512, RuleLarge, RuleWildcard,
	RuleTTLLow, RuleTTLHigh, RuleSubdomain,
}

func judgePublication(k *desk, f *Facts) []checks.Finding {
	findings := f.judgeType99()
	findings = append(findings, f.judgeStrays()...)
	if w := f.Wildcard; !w.Unknown() && len(Select(w.Answer.Records)) > 0 {
		record := Select(w.Answer.Records)[0]
		found := RuleWildcard.On(f.Root.Name, resolver.TypeTXT).With("domain", bare(f.Root.Name)).With("record", record.Display())
		findings = append(findings, found)
	}
	for _, u := range f.Uncovered {
		found := RuleSubdomain.On(u.Name, resolver.TypeTXT).With("domain", bare(u.Name)).With("parent", bare(u.Covering))
		found.Related = []checks.Related{{Name: u.MX[0].Name, Type: resolver.TypeMX, Record: &u.MX[0]}}
		findings = append(findings, found)
	}
	if len(f.Root.Selected) > 0 {
		findings = append(findings, f.judgeOwner(k)...)
	}
	for _, own := range f.Own {
		if own.Own {
			findings = append(findings, judgeSize(own.Domain)...)
		}
	}
	return findings
}

// bare is a name as people write it.
func bare(name string) string {
	if name == "." {
		return name
	}
	return strings.TrimSuffix(name, ".")
}

// judgeType99: receivers ask for TXT only since RFC 7208 §3.1.
func (f *Facts) judgeType99() []checks.Finding {
	if !f.Type99.Is(resolver.Data) {
		return nil
	}
	record := f.Type99.Answer.Records[0]
	found := RuleType99.At(record).With("domain", bare(f.Root.Name))
	found.Fixes = dropType99(f)
	findings := []checks.Finding{found}
	if f.Root.Outcome != NoRecord {
		return findings
	}
	if r, text := f.obsolete(); text != "" {
		only := RuleType99Only.At(r).With("domain", bare(f.Root.Name))
		only.Fixes = copyType99(f, text)
		findings = append(findings, only)
	}
	return findings
}

// obsolete returns the SPF text that is published under the obsolete type.
func (f *Facts) obsolete() (resolver.Record, string) {
	if f.Type99.Is(resolver.Data) {
		for _, r := range f.Type99.Answer.Records {
			data, ok := r.Data.(resolver.SPF)
			if text := strings.Join(data.Strings, ""); ok && IsSPF(text) {
				return r, text
			}
		}
	}
	return resolver.Record{}, ""
}

// judgeStrays: SPF text beside a domain that has none.
func (f *Facts) judgeStrays() []checks.Finding {
	var findings []checks.Finding
	for _, record := range f.meantHere() {
		reason := ""
		if record.Name == doubled(f.Root.Name) {
			reason = reasonDoubled
		}
		found := RuleWrongName.At(record).With("domain", bare(f.Root.Name)).With("name", bare(record.Name)).With("reason", reason)
		found.Scope = f.Root.Name
		found.Fixes = moveHere(f, record)
		findings = append(findings, found)
	}
	return findings
}

// reasonDoubled is the reason of spf-wrong-name for a name in a zone file to
// which the origin was added, since its last dot is missing. RFC 1035 §5.1.
const reasonDoubled = "doubled"

func doubled(domain string) string { return bare(domain) + "." + domain }

// meantHere lists the records beside a domain that were meant for it. What a
// wildcard answers for every name, what an alias leads to, and a web host that
// says that it sends nothing were not.
func (f *Facts) meantHere() []resolver.Record {
	if f.Wildcard.Unknown() {
		return nil
	}
	wild := map[string]bool{}
	for _, r := range f.Wildcard.Answer.Records {
		wild[r.Display()] = true
	}
	var meant []resolver.Record
	for _, s := range f.Strays {
		record := Select(s.TXT.Answer.Records)[0]
		text, _ := record.Text()
		silent := s.Name == resolver.Join(f.Root.Name, "www") && !Parse(text).wantsToPass()
		if !wild[record.Display()] && len(s.TXT.Answer.Chain) == 0 && !silent {
			meant = append(meant, record)
		}
	}
	return meant
}

// elsewhere lists the different texts that were meant for a domain without a
// record: only one of them can become it.
func (f *Facts) elsewhere() []string {
	var found []string
	if _, text := f.obsolete(); text != "" {
		found = append(found, text)
	}
	for _, r := range f.meantHere() {
		if text, _ := r.Text(); !slices.Contains(found, text) {
			found = append(found, text)
		}
	}
	return found
}

// judgeOwner looks at how the domain's own answer came about.
func (f *Facts) judgeOwner(k *desk) []checks.Finding {
	var findings []checks.Finding
	record, answer := f.Root.At(), f.Root.TXT.Answer
	if len(f.Conflict) > 0 {
		found := RuleConflict.At(f.Conflict[0]).With("domain", bare(f.Root.Name)).With("target", bare(f.Conflict[0].Data.String()))
		found.Related = []checks.Related{{Name: record.Name, Type: resolver.TypeTXT, Record: &record}}
		found.Fixes = dropAlias(f)
		findings = append(findings, found)
	}
	if len(answer.Chain) > 0 {
		found := RuleViaCNAME.At(record).With("domain", bare(f.Root.Name)).With("target", bare(answer.Canonical()))
		found.Related = []checks.Related{{Name: answer.Chain[0].Name, Type: answer.Chain[0].Type(), Record: &answer.Chain[0]}}
		findings = append(findings, found)
	}
	// A cache shows what is left of a TTL: too high stays certain, too low does not.
	switch {
	case record.TTL > highTTL:
		findings = append(findings, f.judgeTTL(k, RuleTTLHigh))
	case record.TTL < lowTTL && record.Origin.File != "":
		findings = append(findings, f.judgeTTL(k, RuleTTLLow))
	}
	return findings
}

// judgeTTL: whatever else is put right in the record brings a sound TTL along.
// Of several records, one takes the place.
func (f *Facts) judgeTTL(k *desk, r *checks.Rule) checks.Finding {
	found := r.At(f.Root.At()).With("domain", bare(f.Root.Name)).With("ttl", int(f.Root.At().TTL))
	if len(f.Root.Selected) == 1 {
		found.Fixes = k.correct(f.Root, "spf-ttl", checks.Args{"ttl": soundTTL}, nil)
	}
	return found
}

// judgeSize weighs the answer that carries a record.
func judgeSize(d *Domain) []checks.Finding {
	text, wire := sizes(d)
	raise := func(r *checks.Rule, size, limit int) []checks.Finding {
		return []checks.Finding{r.At(d.At()).With("domain", bare(d.Name)).With("size", size).With("limit", limit)}
	}
	var findings []checks.Finding
	if text > 450 { // RFC 7208 §3.4
		findings = append(findings, raise(RuleLen450, text, 450)...)
	}
	if wire > 512 {
		findings = append(findings, raise(RuleLen512, wire, 512)...)
	}
	if wire > 1232 {
		findings = append(findings, raise(RuleLarge, wire, 1232)...)
	}
	return findings
}

// sizes returns the octets of the name and of the text of all TXT records of a
// domain, and those of the DNS message that answers for them.
func sizes(d *Domain) (text, wire int) {
	text = len(bare(d.Name))
	wire = 12 + nameSize(d.Name) + 4 // RFC 1035 §4.1: header and question
	const fixed = 2 + 10             // a pointer to the name; type, class, TTL, length
	for _, r := range d.TXT.Answer.Chain {
		wire += fixed + nameSize(r.Data.String())
	}
	for _, r := range d.TXT.Answer.Records {
		wire += fixed
		if txt, ok := r.Data.(resolver.TXT); ok {
			text += len(txt.Joined())
			wire += len(txt.Joined()) + len(txt.Strings)
		}
	}
	return text, wire
}

// nameSize is the octets of a name on the wire. RFC 1035 §3.1.
func nameSize(name string) int {
	size := 1
	for _, label := range resolver.Labels(name) {
		size++
		for i := 0; i < len(label); i++ {
			if label[i] == '\\' && isDigit(label[i+1]) {
				i += 3
			} else if label[i] == '\\' {
				i++
			}
			size++
		}
	}
	return size
}
