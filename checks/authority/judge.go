package authority

import (
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/resolver"
)

func judge(p *checks.Pass) checks.Judgement {
	f := p.Own().(*Facts)
	j := checks.Judgement{Status: checks.StatusNone, Findings: f.single()}
	if !p.Options.Authoritative { // no answer could raise them
		j.Settled = []*checks.Rule{Lame, Inconsistent, Disagrees}
	}
	if !f.asked {
		if len(j.Findings) > 0 {
			j.Status, j.Summary = "", []checks.Text{checks.T("summary.ns-single", checks.Args{"host": f.Hosts[0]})}
		}
		return j
	}
	j.Status = ""
	j.Findings = append(j.Findings, f.lame()...)
	differ := f.differences()
	j.Findings = append(j.Findings, differ...)
	j.Findings = append(j.Findings, f.disagreements(p.Domain)...)
	j.Summary = []checks.Text{f.summary(len(differ) > 0)}
	return j
}

func (f *Facts) summary(differ bool) checks.Text {
	answering := 0
	for _, s := range f.Servers {
		if s.State == Answers || s.State == NoTCP {
			answering++
		}
	}
	args := checks.Args{"count": len(f.Servers), "answering": answering, "silent": f.silent()}
	switch {
	case differ:
		return checks.T("summary.ns-differ", args)
	case answering < len(f.Servers):
		return checks.T("summary.ns-some", args)
	}
	return checks.T("summary.ns-agree", args)
}

// silent lists the hosts of which no reply came.
func (f *Facts) silent() []string {
	hosts := []string{}
	for _, s := range f.Servers {
		if s.State == Silent && !slices.Contains(hosts, s.Host) {
			hosts = append(hosts, s.Host)
		}
	}
	return hosts
}

// single finds a zone that is held by one name with one address: when that is
// away, so is all mail authentication. Several addresses are taken for several
// machines, and a host without any for a mistake of another kind.
func (f *Facts) single() []checks.Finding {
	if len(f.Hosts) != 1 || f.open {
		return nil
	}
	v4, v6 := 0, 0
	for _, s := range f.Servers {
		if s.Address.Is4() {
			v4++
		} else {
			v6++
		}
	}
	if v4+v6 == 0 || v4 > 1 || v6 > 1 {
		return nil
	}
	return []checks.Finding{Single.On(f.Zone, resolver.TypeNS).With("zone", f.Zone).With("host", f.Hosts[0])}
}

// lame names the servers that do not answer for the zone, or not over TCP.
func (f *Facts) lame() (findings []checks.Finding) {
	for _, s := range f.Servers {
		if !s.State.lame() && s.State != NoTCP {
			continue
		}
		finding := Lame.On(f.Zone, resolver.TypeNS).With("zone", f.Zone).With("server", s.Host).
			With("address", s.Address.String()).With("state", string(s.State)).With("cut", f.truncated(s))
		finding.Key = []string{s.Host, s.Address.String()}
		findings = append(findings, finding)
	}
	return findings
}

// truncated lists the records that a server cuts off over UDP, so that nobody
// can read them from it without TCP.
func (f *Facts) truncated(s *Server) []string {
	names := []string{}
	for i, q := range f.questions {
		if len(s.udp) > 0 && s.udp[i].truncated {
			names = append(names, q.Name)
		}
	}
	return names
}

// view is what some servers say.
type view struct {
	text    string
	answer  said
	servers []string
	serials []uint32
}

// views groups the servers by what they say to a question. Complete says that
// every server said something.
func (f *Facts) views(i int) (views []*view, complete bool) {
	complete = !f.open
	for _, s := range f.Servers {
		a := s.answer(i)
		if !a.known || a.truncated {
			complete = false
			continue
		}
		if a.away { // whoever it is delegated to is not asked
			return nil, false
		}
		key := text(a.records)
		at := slices.IndexFunc(views, func(v *view) bool { return v.text == key })
		if at < 0 {
			at, views = len(views), append(views, &view{text: key, answer: a})
		}
		views[at].servers = append(views[at].servers, s.name())
		views[at].serials = append(views[at].serials, s.serial)
	}
	return views, complete
}

// differences finds the records that the servers do not have alike.
func (f *Facts) differences() (findings []checks.Finding) {
	for i, q := range f.questions {
		views, _ := f.views(i)
		if len(views) < 2 {
			continue
		}
		finding := Inconsistent.On(q.Name, q.Type).With("name", q.Name).With("type", q.Type.String()).
			With("without", without(views)).With("copies", f.copies())
		for _, v := range views {
			for _, r := range v.answer.records {
				finding.Related = append(finding.Related, checks.Related{Name: q.Name, Type: r.Type(), Record: &r,
					Note: &checks.Text{ID: "note.ns-said-by", Args: checks.Args{"servers": v.servers}}})
			}
		}
		findings = append(findings, finding)
	}
	return findings
}

// without lists the servers that have no such record; what the others have is
// related.
func without(views []*view) []string {
	for _, v := range views {
		if v.text == "" {
			return v.servers
		}
	}
	return []string{}
}

// copies is how many different serial numbers the servers' copies of the zone
// have; more than one is a transfer under way, or one that fails.
func (f *Facts) copies() int {
	var serials []uint32
	for _, s := range f.Servers {
		if (s.State == Answers || s.State == NoTCP) && !slices.Contains(serials, s.serial) {
			serials = append(serials, s.serial)
		}
	}
	return len(serials)
}

// disagreements finds records that all servers have alike and the resolver
// otherwise, and addresses that it made up.
func (f *Facts) disagreements(domain string) (findings []checks.Finding) {
	if len(f.Translated) > 0 {
		findings = append(findings, Disagrees.On(domain, resolver.TypeAAAA).With("name", domain).With("type", "AAAA").
			With("kind", "dns64").With("resolver", f.Translated).With("servers", []string{}))
	}
	for i, q := range f.questions {
		views, complete := f.views(i)
		r := f.cache[i]
		if !complete || len(views) != 1 || r.Unknown() {
			continue
		}
		records := r.Answer.Records
		if len(r.Answer.Chain) > 0 {
			records = slices.DeleteFunc(slices.Clone(r.Answer.Chain), func(link resolver.Record) bool { return link.Name != q.Name })
		}
		if got := text(records); got != views[0].text {
			findings = append(findings, Disagrees.On(q.Name, q.Type).With("name", q.Name).With("type", q.Type.String()).With("kind", "differs").
				With("resolver", listed(got)).With("servers", listed(views[0].text)))
		}
	}
	return findings
}

func listed(text string) []string {
	if text == "" {
		return []string{"-"}
	}
	return strings.Split(text, "\n")
}
