package dmarc

import (
	"context"
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/resolver"
)

// Destination is a host that aggregate reports go to (RFC 9990 §4).
type Destination struct {
	Host string `json:"host"`
	// Addresses are the mailboxes there, as the record gives them.
	Addresses []URI `json:"-"`
	// External says that the host is in another organization than the policy, by
	// RFC 9989 and RFC 7489 both, so that it has to agree.
	External checks.Tri `json:"external"`
	// AuthName is where it agrees; TooLong says that this name cannot exist.
	AuthName string `json:"-"`
	TooLong  bool   `json:"-"`
	// Authorized says that it agrees; AuthTexts are what stands there instead.
	Authorized checks.Tri        `json:"authorized"`
	AuthTexts  []resolver.Record `json:"-"`
	// authAliased says that an alias stands at AuthName.
	authAliased bool
	// HostKnown says that the host's MX answer is there, so that it is known to
	// exist or not; Mail whether it can receive mail, and NoMail why it cannot.
	HostKnown bool       `json:"-"`
	Mail      checks.Tri `json:"receives_mail"`
	NoMail    NoMail     `json:"-"`
}

// maxHosts is the number of hosts that could at most be asked about: it is the
// number of questions that the check has.
const maxHosts = 40

// NoMail says why a host receives no mail.
type NoMail string

// The reasons.
const (
	HostMissing NoMail = "no-such-name" // NXDOMAIN
	NullMX      NoMail = "null-mx"      // RFC 7505
	NoAddress   NoMail = "no-address"   // neither MX nor address
)

// destinations lists the hosts of the policy's rua tag, in its order: of the
// addresses as they were meant, so that correcting one brings nothing new to
// light. A policy outside the organization is its owner's business.
//
// One host more than the check's budget has questions is enough to know that
// not all can be asked.
func (f *Facts) destinations() []Destination {
	if !f.ours() {
		return []Destination{}
	}
	return f.hostsOf(f.mended.record.RUA)
}

func (f *Facts) hostsOf(addresses []URI) []Destination {
	list := []Destination{}
	written := f.writtenAddresses()
	for _, uri := range addresses {
		if !uri.Mail() {
			continue
		}
		uri.Span = f.locate(uri, written)
		i := slices.IndexFunc(list, func(d Destination) bool { return d.Host == uri.Host })
		if i < 0 && len(list) > maxHosts {
			continue
		}
		if i < 0 {
			i = len(list)
			list = append(list, f.destination(uri.Host))
		}
		list[i].Addresses = append(list[i].Addresses, uri)
	}
	return list
}

// writtenAddresses tells where in the record as published each address stands
// that was meant.
func (f *Facts) writtenAddresses() map[string]checks.Span {
	written := map[string]checks.Span{}
	for _, uri := range slices.Concat(f.Policy.Record.RUA, f.Policy.Record.RUF) {
		meant, ok := uri.Corrected()
		if !ok {
			continue
		}
		for _, one := range strings.Split(meant, ",") {
			written[one] = uri.Span
		}
	}
	return written
}

// locate finds what an address of the mended record was in the one that is
// published; an empty span if it is not there in one piece.
func (f *Facts) locate(uri URI, written map[string]checks.Span) checks.Span {
	if span, ok := written[uri.Raw]; ok {
		return span
	}
	if at := strings.Index(f.Policy.Text, uri.Raw); at >= 0 {
		return checks.Span{Start: at, End: at + len(uri.Raw)}
	}
	return checks.Span{}
}

// ours reports that the policy that applies is of the audited organization.
func (f *Facts) ours() bool {
	return f.Policy != nil && checks.SameOrganization(f.Policy.Domain, f.Domain)
}

// destination decides as far as the walk's records go whether a host is
// external, and where it would agree.
func (f *Facts) destination(host string) Destination {
	policy := f.Policy.Domain
	name := resolver.Join(host, strings.TrimSuffix(policy, "."), "_report", "_dmarc")
	_, err := resolver.CanonicalName(name)
	d := Destination{Host: host, AuthName: name, TooLong: err != nil, Authorized: checks.Open, Mail: checks.Open}
	org, known := OrganizationalDomain(policy, f.Published)
	switch {
	case checks.SameOrganization(host, policy):
		d.External = checks.No
	case known && !resolver.IsSubdomain(host, org), topLevel(host) != topLevel(policy):
		d.External = checks.Yes // an organizational domain is above its names or one of them
	default:
		d.External = checks.Open
	}
	return d
}

func topLevel(name string) string {
	labels := resolver.Labels(name)
	if len(labels) == 0 {
		return ""
	}
	return labels[len(labels)-1]
}

// questions are those of the second round. The names of a host's own walk are
// asked only where it shares the policy's organizational domain by RFC 9989 and
// not by RFC 7489, below a public suffix that has a record.
func (d Destination) questions(f *Facts) []checks.Tagged {
	return append([]checks.Tagged{{Input: InReportHost, Question: resolver.Question{Name: d.Host, Type: resolver.TypeMX}}}, d.agreement(f)...)
}

// agreement are the questions for whether a host has to agree, and does.
func (d Destination) agreement(f *Facts) (questions []checks.Tagged) {
	if d.External == checks.No {
		return nil
	}
	if !d.TooLong {
		questions = append(questions, txt(InReport, d.AuthName))
	}
	if d.External == checks.Open {
		for _, domain := range d.ownWalk(f) {
			questions = append(questions, txt(InReport, Owner(domain)))
		}
	}
	return questions
}

// ownWalk lists the names of the host's tree walk that the domain's own walk
// did not ask; none if that is open, since then this would not help.
func (d Destination) ownWalk(f *Facts) []string {
	if _, known := OrganizationalDomain(f.Policy.Domain, f.Published); !known {
		return nil
	}
	return slices.DeleteFunc(WalkNames(d.Host), func(domain string) bool {
		_, asked := f.Site(domain)
		return asked
	})
}

// readDestinations takes the answers of the second round, in the order of
// questions, and asks for the addresses of hosts without MX.
func (f *Facts) readDestinations(ctx context.Context, p *checks.Pass, results []checks.Result) {
	var questions []checks.Tagged
	var unsure []*Destination
	for i := range f.Destinations {
		d := &f.Destinations[i]
		n := len(d.questions(f))
		d.read(f, results[:n])
		results = results[n:]
		if d.Mail == checks.Open && d.NoMail == NoAddress {
			unsure = append(unsure, d)
			for _, t := range []resolver.Type{resolver.TypeA, resolver.TypeAAAA} {
				questions = append(questions, checks.Tagged{Input: InReportHost, Question: resolver.Question{Name: d.Host, Type: t}})
			}
		}
	}
	results = ask(ctx, p, questions)
	for i, d := range unsure {
		d.readAddresses(results[2*i], results[2*i+1])
	}
}

func (d *Destination) read(f *Facts, results []checks.Result) {
	d.readMX(results[0])
	d.readAgreement(f, results[1:])
}

func (d *Destination) readAgreement(f *Facts, results []checks.Result) {
	if d.External == checks.No {
		return
	}
	if !d.TooLong {
		d.readAuthorization(results[0])
		results = results[1:]
	}
	if d.External == checks.Open {
		d.readWalk(f, results)
	}
}

func (d *Destination) readMX(r checks.Result) {
	d.HostKnown = !r.Unknown()
	switch {
	case r.Unknown():
	case r.Is(resolver.NXDomain):
		d.Mail, d.NoMail = checks.No, HostMissing
	case r.Is(resolver.NoData):
		d.NoMail = NoAddress // unless it has an address
	default:
		d.Mail = checks.No
		for _, rr := range r.Answer.Records {
			if mx, ok := rr.Data.(resolver.MX); ok && mx.Host != "." {
				d.Mail = checks.Yes
			}
		}
		if d.Mail == checks.No {
			d.NoMail = NullMX
		}
	}
}

// readAddresses applies RFC 5321 §5.1: without MX a host is its own.
func (d *Destination) readAddresses(a, aaaa checks.Result) {
	switch {
	case a.Is(resolver.Data) || aaaa.Is(resolver.Data):
		d.Mail, d.NoMail = checks.Yes, ""
	case a.Unknown() || aaaa.Unknown():
		d.NoMail = ""
	default:
		d.Mail = checks.No
	}
}

// readAuthorization applies RFC 9990 §4, steps 5 to 8: one record that starts
// with the version is enough.
func (d *Destination) readAuthorization(r checks.Result) {
	if r.Unknown() {
		return
	}
	d.Authorized = checks.No
	d.AuthTexts, d.authAliased = r.Answer.Records, len(r.Answer.Chain) > 0
	for _, rr := range r.Answer.Records {
		if text, ok := rr.Text(); ok && IsDMARC(text) {
			d.Authorized = checks.Yes
		}
	}
}

// readWalk decides by the host's own tree walk whether it is external.
func (d *Destination) readWalk(f *Facts, results []checks.Result) {
	sites := map[string]Site{}
	for i, domain := range d.ownWalk(f) {
		sites[domain] = readSite(domain, results[i])
	}
	at := func(domain string) (*Record, bool) {
		s, ok := sites[domain]
		switch {
		case !ok:
			return f.Published(domain)
		case !s.Known:
			return nil, false
		case s.Valid() == nil:
			return nil, true
		}
		return s.Valid().Record, true
	}
	host, knownHost := OrganizationalDomain(d.Host, at)
	policy, knownPolicy := OrganizationalDomain(f.Policy.Domain, f.Published)
	d.External = checks.TriOf(host != policy, knownHost && knownPolicy)
}
