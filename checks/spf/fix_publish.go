package spf

import (
	"mailauth/checks"
	"mailauth/resolver"
)

// lowTTL and highTTL bound the seconds that a record may live without remark.
const (
	lowTTL   = 300
	highTTL  = 86400
	soundTTL = 3600
)

// ttlFor is the TTL of a record that takes the place of another: what a cache
// shows is only what is left of it, and one out of bounds is put right.
func ttlFor(r resolver.Record) uint32 {
	if r.Origin.File == "" || r.TTL < lowTTL || r.TTL > highTTL {
		return soundTTL
	}
	return r.TTL
}

// rewrite is the edit that gives a record another text.
func rewrite(r resolver.Record, text string) resolver.Edit {
	return resolver.Edit{Name: r.Name, Type: r.Type(), TTL: ttlFor(r),
		Remove: []string{r.Data.String()}, Add: []string{resolver.NewTXT(text).String()}}
}

// drop is the edit that removes records of one set.
func drop(set ...resolver.Record) resolver.Edit {
	e := resolver.Edit{Name: set[0].Name, Type: set[0].Type(), TTL: ttlFor(set[0]), Add: []string{}}
	for _, r := range set {
		e.Remove = append(e.Remove, r.Data.String())
	}
	return e
}

func publish(name, text string) resolver.Edit {
	return resolver.Edit{Name: name, Type: resolver.TypeTXT, TTL: 3600, Remove: []string{}, Add: []string{resolver.NewTXT(text).String()}}
}

func fix(title string, args checks.Args, edits ...resolver.Edit) []checks.Fix {
	return []checks.Fix{{Title: checks.T("fix."+title, args), Edits: edits}}
}

// dropType99 removes the records of the obsolete type, unless they belong to
// the target of an alias.
func dropType99(f *Facts) []checks.Fix {
	if len(f.Type99.Answer.Chain) > 0 {
		return nil
	}
	return fix("spf-drop-type99", nil, drop(f.Type99.Answer.Records...))
}

func copyType99(f *Facts, text string) []checks.Fix {
	if len(f.Type99.Answer.Chain) > 0 {
		return nil
	}
	if texts := f.elsewhere(); len(texts) > 1 {
		return chooseHere(f, texts)
	}
	return fix("spf-copy-type99", checks.Args{"domain": bare(f.Root.Name)}, publish(f.Root.Name, text))
}

// chooseHere leaves to the user which of several texts becomes the record.
func chooseHere(f *Facts, texts []string) []checks.Fix {
	fixes := fix("spf-publish-one", checks.Args{"domain": bare(f.Root.Name)}, publish(f.Root.Name, "<record>"))
	fixes[0].Choices = []checks.Choice{{Name: "record", Text: checks.T("choice.spf-record", nil), Values: texts}}
	return fixes
}

// moveHere publishes misplaced text at the domain. Text at a name that other
// records may include stays there too.
func moveHere(f *Facts, r resolver.Record) []checks.Fix {
	if texts := f.elsewhere(); len(texts) > 1 {
		return chooseHere(f, texts)
	}
	text, _ := r.Text()
	args := checks.Args{"domain": bare(f.Root.Name), "name": bare(r.Name)}
	if r.Name == resolver.Join(f.Root.Name, "_spf") || r.Name == resolver.Join(f.Root.Name, "spf") {
		return fix("spf-copy-here", args, publish(f.Root.Name, text))
	}
	return fix("spf-move-here", args, publish(f.Root.Name, text), drop(r))
}

func dropAlias(f *Facts) []checks.Fix {
	return fix("spf-drop-cname", checks.Args{"domain": bare(f.Root.Name)}, drop(f.Conflict...))
}
