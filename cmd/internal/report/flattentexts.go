package report

import (
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/checks/catalog"
	"mailauth/checks/spf"
	"mailauth/checks/spf/flatten"
	"mailauth/resolver"
)

// flattenBuilder says the parts of a plan.
type flattenBuilder struct {
	*flatten.Plan
	texts *catalog.Localizer
}

func (b flattenBuilder) say(id string, args checks.Args) string {
	return Clean(b.texts.Text("flatten."+id, inSentences(args)))
}

// headline is what came of it, in one sentence.
func (b flattenBuilder) headline() string {
	args := checks.Args{"domain": b.Domain, "source": b.Source.Name, "keep": b.SourceName, "before": b.Before.Lookups, "after": b.After.Lookups}
	switch {
	case b.Verdict == flatten.Fits && len(b.Edits) == 0:
		return b.say("fits-already", args)
	case b.Verdict == flatten.Broken && b.Broken[0].Term == "":
		return b.say("broken-own", args)
	case b.SelfCheck && b.Verdict != flatten.Broken && len(b.Unanswered) == 0:
		return b.say("self-"+string(b.Verdict), args)
	}
	return b.say(string(b.Verdict), args)
}

// notes are what there is to know before publishing, or about a check.
func (b flattenBuilder) notes() []string {
	notes := []string{}
	add := func(holds bool, id string, args checks.Args) {
		if holds {
			notes = append(notes, b.say("note-"+id, args))
		}
	}
	domain := checks.Args{"domain": b.Domain, "source": b.Source.Name}
	add(b.Needless && len(b.Edits) > 0, "needless", domain)
	written := len(b.Records) > 0 && b.Verdict == flatten.Fits && b.Networks != [2]int{}
	if written && b.kept() { // a command is of no use unless it is whole
		notes = append(notes, Clean(b.texts.Text("flatten.note-stale", checks.Args{"command": b.checkCommand()})))
	}
	add(written && !b.kept() && len(b.Edits) > 0, "stale-unkept", domain)
	add(len(b.DroppedBelow) > 0 && b.kept(), "dropped-below", checks.Args{"terms": b.DroppedBelow})
	add(b.Verdict == flatten.Fits && b.After.Lookups == spf.MaxLookups && b.hasVendors(), "limit", domain)
	add(len(b.Records) > 1 && b.Verdict == flatten.Fits && len(b.Edits) > 1, "order", domain)
	for _, e := range b.Edits {
		if e.Name != b.Domain && len(e.Remove) > 0 {
			add(true, "replaced", checks.Args{"name": e.Name})
		}
	}
	earlier := []string{}
	for _, t := range b.Taken {
		if t.Earlier {
			earlier = append(earlier, BareName(t.Name))
		}
	}
	short := slices.ContainsFunc(b.Over, func(o flatten.Over) bool { return o.What == "names" })
	add(short && len(earlier) > 0, "earlier", checks.Args{"names": earlier})
	add(len(b.Unused) > 0, "unused", checks.Args{"names": bareNames(b.Unused), "count": len(b.Unused)})
	add(b.Source.Err != nil, "source-unknown", checks.Args{"error": errorText(b.texts, b.Source.Err)})
	if len(b.Records) > 0 && b.Verdict == flatten.Fits {
		own := b.Records[0]
		add(len(own.Beside) > 0 && own.Answer > flatten.MaxAnswer, "beside",
			checks.Args{"domain": b.Domain, "count": len(own.Beside), "octets": own.BesideOctets, "answer": own.Answer, "limit": flatten.MaxAnswer})
	}
	least := func(c flatten.Count) bool { return c.Least && !c.Cut }
	add((least(b.Before) || least(b.After)) && len(b.Unanswered) == 0, "least", nil)
	add(b.Before.Cut || b.After.Cut, "cut", nil)
	return notes
}

// kept says that the original is kept, or may be.
func (b flattenBuilder) kept() bool { return b.Keep != nil || !b.Source.Own || b.Source.Err != nil }

// checkCommand is the check that compares with what was kept: the terms that
// were dropped from other records still stand there.
func (b flattenBuilder) checkCommand() string {
	words := []string{"mailauth spf flatten --check"}
	if b.SourceName != flatten.SourceName(b.Domain) {
		words = append(words, "--source "+BareName(b.SourceName))
	}
	for _, term := range b.DroppedBelow {
		words = append(words, "--drop "+quoteArgument(displayText(term)))
	}
	return strings.Join(append(words, BareName(b.Domain)), " ")
}

func (b flattenBuilder) hasVendors() bool {
	return slices.ContainsFunc(b.Kept, func(k flatten.Kept) bool { return k.Why == flatten.Vendor })
}

func errorText(texts *catalog.Localizer, err error) string {
	kind := string(resolver.KindOf(err))
	if id := errorID(kind); texts.Has(id) {
		return texts.Text(id, nil)
	}
	return kind
}

// terms are those that stay and those that go.
func (b flattenBuilder) terms(built *Flattened) {
	for _, k := range b.Kept {
		built.Kept = append(built.Kept, FlattenKept{b.placeOf(k.Place), displayText(k.Text), k.Why, k.Lookups, b.say("kept-"+string(k.Why), nil)})
	}
	for _, g := range b.Gone {
		built.Gone = append(built.Gone, b.placeOf(g))
	}
	for _, t := range b.Taken {
		taken := FlattenTaken{Name: BareName(t.Name), Record: t.Record, Earlier: t.Earlier}
		if t.Err != nil {
			taken.Error = string(resolver.KindOf(t.Err))
		}
		built.Taken = append(built.Taken, taken)
	}
}

func (b flattenBuilder) placeOf(p flatten.Place) FlattenPlace {
	return FlattenPlace{displayText(p.Term), BareName(b.where(p.Name))}
}

// where is the name that a record really stands at: the source is read as if it
// stood at the domain.
func (b flattenBuilder) where(name string) string {
	if name == b.Domain {
		return b.Source.Name
	}
	return name
}

// obstacles are what stands in the way.
func (b flattenBuilder) obstacles(built *Flattened) {
	for _, o := range b.Broken {
		path := slices.Clone(o.Path)
		for i, name := range path {
			path[i] = b.where(name)
		}
		args := checks.Args{"term": displayText(o.Term), "target": o.Target, "name": path[len(path)-1]}
		flaw := FlattenBroken{Flaw: o.Flaw, Term: displayText(o.Term), Path: bareNames(path), Target: BareName(o.Target), Drop: displayText(o.Drop)}
		id := "broken-" + string(o.Flaw)
		if o.Term == "" {
			id += "-own"
		}
		flaw.Message = b.say(id, args)
		built.Broken = append(built.Broken, flaw)
	}
	for _, o := range b.Over {
		args := checks.Args{"name": o.Name, "have": o.Have, "limit": o.Limit, "count": o.Have - o.Limit, "vendors": b.hasVendors()}
		built.Over = append(built.Over, FlattenOver{o.What, BareName(o.Name), o.Have, o.Limit, b.say("over-"+o.What, args)})
	}
}
