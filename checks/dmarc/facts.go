package dmarc

import (
	"slices"

	"mailauth/checks"
	"mailauth/resolver"
)

// Facts is what the DNS says about a domain's DMARC policy.
type Facts struct {
	Domain string `json:"-"`
	// Sites are the _dmarc names of the tree walk, the domain's own first.
	Sites []Site `json:"-"`
	// Exists says whether the domain is a name that exists (RFC 9989 §3.2.13).
	Exists checks.Tri `json:"exists"`

	// PolicyKnown says that Policy is decided: the record that applies to mail
	// from the domain by RFC 9989, nil if there is none.
	PolicyKnown bool          `json:"policy_known"`
	Policy      *PolicyRecord `json:"policy,omitempty"`
	// Asked is what that record asks of receivers for mail from the domain, and
	// Applied what they do of it in test mode. Empty if DMARC does not apply.
	Asked   Policy `json:"asked"`
	Applied Policy `json:"applied"`
	// Subdomains is what receivers apply to mail from an existing name below the
	// domain that has no record, NonExistent to mail from one that does not
	// exist. Empty if DMARC does not apply there, or that is not known.
	Subdomains  Policy `json:"subdomains"`
	NonExistent Policy `json:"nonexistent"`

	// Org is the organizational domain by the tree walk, if OrgKnown, and PSLOrg
	// that of RFC 7489, by the public suffix list.
	Org      string `json:"organizational_domain"`
	OrgKnown bool   `json:"organizational_domain_known"`
	PSLOrg   string `json:"organizational_domain_rfc7489"`

	// DanglingAlias is the chain of aliases that starts at the domain's own
	// _dmarc name and leads to no TXT record; its first record is the CNAME that
	// has to go before anything else can be published there (RFC 1034 §3.6.2).
	// Empty if there is no alias, or if a wildcard made it.
	DanglingAlias []resolver.Record `json:"-"`
	// Control is the TXT answer for a name below the domain that nobody has
	// published: data means that a wildcard answers, for names at _dmarc too.
	Control checks.Result `json:"-"`
	// Misplaced are DMARC records at names where nobody looks for them; asked
	// for only if the domain has none. Apex is the domain's own TXT answer.
	Misplaced     []resolver.Record `json:"-"`
	MisplacedOpen bool              `json:"-"`
	Apex          checks.Result     `json:"-"`
	// intended is the record that applies as it was meant, as far as the form of
	// the list goes; mended has all that is certain corrected.
	intended string
	mended   mending
	// Destinations are the hosts that aggregate reports go to.
	Destinations []Destination `json:"reports"`
	// Failures are those that only failure reports go to, in another organization.
	Failures []Destination `json:"-"`
	// OpenReceiver is the answer for the name by which the first external host of
	// Destinations agrees to everybody's reports; of no meaning without one.
	OpenReceiver checks.Result `json:"-"`
	openAt       string        // that name
	// Below are the _dmarc names that the source lists under the domain, as a zone
	// file does, and Signers the names there that have DKIM keys of their own.
	Below   []Site   `json:"-"`
	Signers []string `json:"-"`
	listed  []string // the domains of Below
}

// PolicyRecord is a policy record and where it stands.
type PolicyRecord struct {
	Domain string          `json:"domain"`
	Text   string          `json:"record"`
	Record *Record         `json:"-"`
	RR     resolver.Record `json:"-"`
}

// Site is what stands at the _dmarc name of one domain.
type Site struct {
	Domain, Owner string
	// Known says that the question was answered; Exists that the name exists.
	Known, Exists bool
	// Records are the TXT records that receivers take for DMARC; only one alone
	// counts. Others are the other TXT records there.
	Records, Others []resolver.Record
	// Chain are the aliases between the name and the records.
	Chain []resolver.Record
	valid *PolicyRecord
}

// Valid is the site's policy record: the only one there is (RFC 9989 §4.10).
func (s Site) Valid() *PolicyRecord { return s.valid }

// texts lists all TXT data at the site, for comparison with a control.
func (s Site) texts() []string {
	return texts(append(slices.Clone(s.Records), s.Others...))
}

func texts(records []resolver.Record) []string {
	var all []string
	for _, r := range records {
		all = append(all, r.Data.String())
	}
	slices.Sort(all)
	return all
}

// readSite sorts the TXT records of a _dmarc name.
func readSite(domain string, r checks.Result) Site {
	s := Site{Domain: domain, Owner: Owner(domain), Known: !r.Unknown()}
	if r.Unknown() {
		return s
	}
	s.Exists, s.Chain = r.Answer.OwnerExists, r.Answer.Chain
	for _, rr := range r.Answer.Records {
		if text, ok := rr.Text(); ok && IsDMARC(text) {
			s.Records = append(s.Records, rr)
		} else if ok {
			s.Others = append(s.Others, rr)
		}
	}
	if len(s.Records) == 1 {
		text, _ := s.Records[0].Text()
		s.valid = &PolicyRecord{Domain: domain, Text: text, Record: Parse(text), RR: s.Records[0]}
	}
	return s
}

// Site returns what stands at a domain of the walk.
func (f *Facts) Site(domain string) (Site, bool) {
	i := slices.IndexFunc(f.Sites, func(s Site) bool { return s.Domain == domain })
	if i < 0 {
		return Site{}, false
	}
	return f.Sites[i], true
}

// Own is the domain's own site.
func (f *Facts) Own() Site { return f.Sites[0] }

// Published tells what the domains of the walk publish; others are unknown.
func (f *Facts) Published(domain string) (*Record, bool) {
	s, ok := f.Site(domain)
	if !ok || !s.Known {
		return nil, false
	}
	if valid := s.Valid(); valid != nil {
		return valid.Record, true
	}
	return nil, true
}

// Inherited reports that the policy comes from another domain's record.
func (f *Facts) Inherited() bool { return f.Policy != nil && f.Policy.Domain != f.Domain }

// MeansReports reports whether the record that applies names an address for
// aggregate reports, usable or not, or would without a slip in its form that has
// a finding of its own.
func (f *Facts) MeansReports() bool {
	return f.Policy != nil && (f.Policy.Record.Tag("rua") != nil || Parse(f.intended).Tag("rua") != nil)
}

// Mended is the record that applies with everything put right in it that needs
// no decision, nil without a policy. A form for a finding of its own is to be
// built on it, so that one change mends the record.
func (f *Facts) Mended() *Record { return f.mended.record }

// MissingReads lists the inputs that decide whether a policy is missing and
// nothing else explains it.
var MissingReads = []checks.Input{InRecord, InWalk, InExists, InWrongName, InWildcard}

// Missing reports whether neither the domain nor the tree walk has a policy. It
// stays open while a question without answer could still show one, or show
// where one was put by mistake.
func (f *Facts) Missing() checks.Tri {
	switch {
	case f.Policy != nil:
		return checks.No
	case !f.PolicyKnown || f.MisplacedOpen || f.Apex.Unknown() || f.Control.Unknown():
		return checks.Open
	}
	return checks.Yes
}

// ViaWildcard reports whether the records at the domain's own site are those of
// a wildcard.
func (f *Facts) ViaWildcard() checks.Tri {
	own := f.Own()
	switch {
	case !own.Known || f.Control.Unknown():
		return checks.Open
	case !f.Control.Is(resolver.Data):
		return checks.No
	}
	return checks.TriOf(slices.Equal(own.texts(), texts(f.Control.Answer.Records)), true)
}

// ownAlias is the CNAME record at the domain's own _dmarc name. known is false
// where it may be one that a wildcard makes, which an edit cannot remove; one
// that a wildcard does make is none.
func (f *Facts) ownAlias() (alias *resolver.Record, known bool) {
	own := f.Own()
	if len(own.Chain) == 0 || own.Chain[0].Type() != resolver.TypeCNAME || own.Chain[0].Name != own.Owner {
		return nil, own.Known && len(own.Chain) == 0
	}
	if f.Control.Unknown() {
		return nil, false
	}
	same := func(rr resolver.Record) bool { return rr.Data.String() == own.Chain[0].Data.String() }
	if slices.ContainsFunc(f.Control.Answer.Chain, same) {
		return nil, true
	}
	return &own.Chain[0], true
}

// decideAlias notes an alias at the right name that leads to nothing.
func (f *Facts) decideAlias() {
	own := f.Own()
	if alias, _ := f.ownAlias(); alias != nil && len(own.Records)+len(own.Others) == 0 {
		f.DanglingAlias = own.Chain
	}
}

// decide applies policy discovery to what was found.
func (f *Facts) decide() {
	f.PSLOrg = checks.OrganizationalDomain(f.Domain)
	d, known := Discover(f.Domain, f.Published)
	f.PolicyKnown = known
	f.Org, f.OrgKnown = d.Org, d.OrgKnown
	if !d.OrgKnown {
		f.Org = ""
	}
	if known && d.Record != nil {
		site, _ := f.Site(d.Domain)
		f.Policy = site.Valid()
	}
	if f.Policy != nil {
		a, _ := d.Apply(f.Domain, f.existsAsFarAsKnown)
		f.Asked, f.Applied = a.Asked, a.Applied
	}
	if f.Policy != nil {
		f.intended = intendedText(f.Policy.RR)
		f.mended = f.mendRecord(f.Policy.Domain, f.Policy.RR)
	}
	f.decideBelow()
	f.decideAlias()
}

// decideBelow applies policy discovery to a name below the domain that has no
// record.
func (f *Facts) decideBelow() {
	below := resolver.Join(f.Domain, "name")
	d, known := Discover(below, func(domain string) (*Record, bool) {
		if domain == below {
			return nil, true
		}
		return f.Published(domain)
	})
	if known && d.Record != nil {
		e := d.Record.Effective().Applied(d.Record)
		f.Subdomains, f.NonExistent = e.Sub, e.NonExist
	}
}

// existsAsFarAsKnown takes the domain for one that exists where nobody could
// tell: most that mail is asked about do.
func (f *Facts) existsAsFarAsKnown() checks.Tri { return checks.TriOf(f.Exists != checks.No, true) }
