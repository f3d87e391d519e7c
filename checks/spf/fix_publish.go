package spf

import (
	"mailauth/checks"
	"mailauth/resolver"
)

// ttlFor is the TTL of a record that takes the place of another: what a cache
// shows is only what is left of it.
func ttlFor(r resolver.Record) uint32 {
	if r.Origin.File == "" {
		return 3600
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
	return fix("spf-copy-type99", checks.Args{"domain": bare(f.Root.Name)}, publish(f.Root.Name, text))
}

// moveHere publishes misplaced text at the domain. Text at a name that other
// records may include stays there too.
func moveHere(f *Facts, r resolver.Record, text string) []checks.Fix {
	args := checks.Args{"domain": bare(f.Root.Name), "name": bare(r.Name)}
	if r.Name == resolver.Join(f.Root.Name, "_spf") || r.Name == resolver.Join(f.Root.Name, "spf") {
		return fix("spf-copy-here", args, publish(f.Root.Name, text))
	}
	return fix("spf-move-here", args, publish(f.Root.Name, text), drop(r))
}

func dropAlias(f *Facts) []checks.Fix {
	return fix("spf-drop-cname", checks.Args{"domain": bare(f.Root.Name)}, drop(f.Conflict...))
}

func setTTL(r resolver.Record, ttl uint32) []checks.Fix {
	data := r.Data.String()
	return fix("spf-ttl", checks.Args{"ttl": int(ttl)},
		resolver.Edit{Name: r.Name, Type: r.Type(), TTL: ttl, Remove: []string{data}, Add: []string{data}})
}
