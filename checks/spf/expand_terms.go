package spf

import (
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/resolver"
)

// maxMX is how many hosts an mx may have, and how many reverse names a ptr may
// use. RFC 7208 §4.6.4.
const maxMX = 10

// resolve asks what the term needs.
func (x *expansion) resolve(e *Expanded) {
	if len(e.Names) == 0 {
		return
	}
	switch e.Kind {
	case Include, Redirect:
		e.Target = x.target(e.Names[0])
		if len(e.Names) > 1 {
			e.Target6 = x.target(e.Names[1])
		}
	case A:
		for _, name := range e.Names {
			e.Hosts = append(e.Hosts, x.host(InAddress, name))
		}
	case MX:
		e.MX = make([]checks.Result, len(e.Names))
		for i, name := range e.Names {
			x.ask(InMX, name, resolver.TypeMX, func(r checks.Result) { x.takeMX(e, i, r) })
		}
	case Exists:
		e.Exists = make([]checks.Result, len(e.Names))
		for i, name := range e.Names {
			// RFC 7208 §5.7: type A even for IPv6 clients.
			x.ask(InExists, name, resolver.TypeA, func(r checks.Result) { e.Exists[i] = r })
		}
	case Exp:
		x.ask(InExp, e.Names[0], resolver.TypeTXT, func(r checks.Result) { e.Exp = r })
	}
}

// tooManyMX reports more exchanges than a receiver follows: permerror.
func (e *Expanded) tooManyMX() bool {
	for _, r := range e.MX {
		if !r.Unknown() && len(r.Answer.Records) > maxMX {
			return true
		}
	}
	return false
}

func (x *expansion) host(in checks.Input, name string) *Host {
	h := &Host{Name: name}
	x.ask(in, name, resolver.TypeA, func(r checks.Result) { h.A = r })
	x.ask(in, name, resolver.TypeAAAA, func(r checks.Result) { h.AAAA = r })
	return h
}

// takeMX asks for the addresses of the exchanges. More than ten make the
// record permerror, so that none of them matters.
func (x *expansion) takeMX(e *Expanded, i int, r checks.Result) {
	e.MX[i] = r
	if r.Unknown() || len(r.Answer.Records) > maxMX {
		return
	}
	for _, record := range r.Answer.Records {
		mx, ok := record.Data.(resolver.MX)
		known := slices.ContainsFunc(e.Hosts, func(h *Host) bool { return h.Name == mx.Host })
		if ok && mx.Host != "." && !known { // RFC 7505 §3: the null MX names no host
			e.Hosts = append(e.Hosts, x.host(InMXHost, mx.Host))
		}
	}
}

// searchElsewhere looks where records are put by mistake, and at the domain
// above, if the domain has no record.
func (x *expansion) searchElsewhere(f *Facts) {
	domain := x.root
	if f.Root.Outcome != NoRecord && f.Root.Outcome != NoName {
		return
	}
	candidates := []string{resolver.Join(domain, "_spf"), resolver.Join(domain, "spf"),
		resolver.Join(domain, "_dmarc"), resolver.Join(domain, "www"), doubled(domain)}
	for _, name := range candidates {
		if _, err := resolver.CanonicalName(name); err == nil {
			x.ask(InWrongName, name, resolver.TypeTXT, func(r checks.Result) {
				f.straysOpen = f.straysOpen || r.Unknown()
				if !r.Unknown() && len(Select(r.Answer.Records)) > 0 {
					f.Strays = append(f.Strays, Stray{name, r})
				}
			})
		}
	}
	if org := checks.OrganizationalDomain(domain); org != domain && f.Root.Outcome == NoRecord {
		x.searchUncovered(f, domain, org)
	}
}

// searchConflict asks for a CNAME beside the record where a zone file shows
// both; a server shows one of them only.
func (x *expansion) searchConflict(f *Facts) {
	if r := f.Root.TXT; len(f.Root.Selected) == 0 || len(r.Answer.Chain) > 0 || f.Root.At().Origin.File == "" {
		return
	}
	x.ask(InConflict, f.Root.Name, resolver.TypeCNAME, func(r checks.Result) {
		if r.Is(resolver.Data) {
			f.Conflict = r.Answer.Records
		}
	})
}

// maxBelow bounds how many names below the domain are asked for.
const maxBelow = 20

// searchBelow looks at the mail domains below, where the source lists names.
func (x *expansion) searchBelow(f *Facts) {
	names, _ := x.pass.Names(x.root)
	asked := 0
	for _, name := range names {
		hidden := name == x.root || strings.Contains("."+name, "._") || name[0] == '*'
		if !hidden && asked < maxBelow {
			asked++
			x.searchUncovered(f, name, x.root)
		}
	}
}

// searchUncovered notes a name that has mail exchanges and no SPF, if the name
// above it has SPF.
func (x *expansion) searchUncovered(f *Facts, name, above string) {
	var mx, own checks.Result
	x.ask(InSubdomain, name, resolver.TypeMX, func(r checks.Result) { mx = r })
	x.ask(InSubdomain, name, resolver.TypeTXT, func(r checks.Result) { own = r })
	x.ask(InSubdomain, above, resolver.TypeTXT, func(r checks.Result) {
		if mx.Unknown() || own.Unknown() || r.Unknown() || len(Select(own.Answer.Records)) > 0 || len(Select(r.Answer.Records)) == 0 {
			return
		}
		if hosts := exchanges(mx.Answer.Records); len(hosts) > 0 {
			f.Uncovered = append(f.Uncovered, Uncovered{Name: name, Covering: above, MX: hosts})
		}
	})
}

// exchanges leaves the null MX out.
func exchanges(records []resolver.Record) []resolver.Record {
	return slices.DeleteFunc(slices.Clone(records), func(r resolver.Record) bool {
		mx, ok := r.Data.(resolver.MX)
		return !ok || mx.Host == "."
	})
}

// askReverse asks for the reverse names of the first addresses that send, if
// the domain's record uses ptr: more than ten of one address are too many.
func (x *expansion) askReverse(f *Facts) {
	if !f.usesPTR() {
		return
	}
	for _, sender := range f.Static.Senders[:min(len(f.Static.Senders), maxMX)] {
		x.ask(InPTR, resolver.ReverseName(sender.Addr), resolver.TypePTR, func(r checks.Result) {
			f.Reverse = append(f.Reverse, Reverse{sender.Addr, r})
		})
	}
}
