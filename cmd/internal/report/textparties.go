package report

import (
	"encoding/json"

	"mailauth/checks"
	"mailauth/checks/role"
)

// parties prints for each provider of the domain's mail from what that was
// concluded.
func (p *page) parties(c Check) {
	facts := roleFacts(c)
	if facts == nil {
		return
	}
	for _, group := range []struct {
		id   string
		list []*role.Party
	}{{"in", facts.Inbound}, {"out", facts.Outbound}, {"policy", facts.PolicyHosts}} {
		for _, party := range group.list {
			p.sentence(deep, p.other("party."+group.id, checks.Args{"name": party.Name, "clues": p.clues(party.Because)}))
		}
	}
}

func (p *page) clues(list []role.Clue) (said []string) {
	for _, c := range list {
		text := p.other("clue."+string(c.From), checks.Args{"name": c.Name, "selector": c.Selector})
		if n := len(c.Path); n > 1 {
			text = p.other("clue.in", checks.Args{"clue": text, "record": c.Path[n-1]})
		}
		said = append(said, text)
	}
	return said
}

// other is a text that is not of the report alone, clean.
func (p *page) other(id string, args checks.Args) string { return Clean(p.Texts.Text(id, args)) }

// roleFacts are the facts of the check that knows the providers, also of a
// report that was read from JSON.
func roleFacts(c Check) *role.Facts {
	if c.Name != role.Check.Name {
		return nil
	}
	if facts, ok := c.Facts.(*role.Facts); ok {
		return facts
	}
	var facts role.Facts
	data, err := json.Marshal(c.Facts)
	if err != nil || json.Unmarshal(data, &facts) != nil {
		return nil
	}
	return &facts
}

// ownerOf is the name of the provider that a term of an SPF record names; ""
// for nobody's.
func (p *page) ownerOf(term string) string {
	if p.Providers == nil {
		return ""
	}
	if owner := p.Providers.ByTerm(term); owner != nil {
		return Clean(owner.Name.In(p.Texts.Lang()))
	}
	return ""
}
