package message

import "mailauth/checks"

// judge puts the facts into sentences. A message that does not pass is no fault
// of the domain by itself: it may be a forgery. What its key lacks, the check of
// the keys finds.
func judge(p *checks.Pass) checks.Judgement {
	j := checks.Judgement{Status: checks.StatusNone}
	facts, ok := p.Own().(*Facts)
	if !ok {
		return j
	}
	all := checks.Yes
	passed, open := 0, 0
	for _, o := range facts.Messages {
		all = all.And(o.DKIM)
		switch o.DKIM {
		case checks.Yes:
			passed++
		case checks.Open:
			open++
		}
		j.Details = append(j.Details, o.sentences()...)
	}
	switch all {
	case checks.Yes:
		j.Status = checks.StatusPass
	case checks.Open:
		j.Status = checks.StatusUnknown
	}
	if passed > 0 || open < len(facts.Messages) {
		j.Summary = append(j.Summary, checks.T("summary.message-passed", checks.Args{"count": passed, "total": len(facts.Messages)}))
	}
	if open > 0 {
		j.Summary = append(j.Summary, checks.T("summary.message-open", checks.Args{"count": open, "total": len(facts.Messages)}))
	}
	return j
}

// sentences says of a message what it came to, and then of each signature.
func (o Outcome) sentences() []checks.Text {
	said := []checks.Text{checks.T("message.outcome", checks.Args{"name": o.Name, "from": o.From, "senders": len(o.From), "outcome": checks.T("message."+o.outcome(), nil)})}
	for _, s := range o.Signatures {
		said = append(said, s.sentence())
	}
	if o.More {
		said = append(said, checks.T("message.more", checks.Args{"count": MaxSignatures}))
	}
	if !o.Related {
		said = append(said, checks.T("message.unrelated", nil))
	}
	return said
}

// outcome is the word for what DMARC makes of the signatures.
func (o Outcome) outcome() string {
	switch {
	case o.fields > 1:
		return "from-fields"
	case len(o.From) == 0:
		return "from-missing"
	case len(o.From) > 1:
		return "from-several"
	case len(o.Signatures) == 0:
		return "unsigned"
	}
	return map[checks.Tri]string{checks.Yes: "passes", checks.No: "does-not-pass", checks.Open: "open"}[o.DKIM]
}

func (s SignatureFacts) sentence() checks.Text {
	result := "message.verified"
	if s.Result != Pass {
		result = "message.reason-" + string(s.Reason)
	}
	alignment := "message.aligned-" + string(s.Aligned)
	if s.Aligned == checks.Yes && s.Mode == "strict" {
		alignment = "message.aligned-yes-strict"
	}
	expires := ""
	if s.Expires != nil {
		expires = s.Expires.Format("2006-01-02 15:04 UTC")
	}
	signed := uint64(0)
	if s.Length != nil {
		signed = *s.Length
	}
	return checks.T("message.signature", checks.Args{
		"selector": s.Selector, "domain": s.Domain, "algorithm": s.Algorithm, "bits": s.Bits,
		"result":    checks.T(result, checks.Args{"expires": expires, "tag": s.Tag, "length": signed, "identity": s.Identity}),
		"alignment": checks.T(alignment, nil),
	})
}
