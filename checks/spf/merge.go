package spf

import (
	"slices"
	"strings"
)

// Merged is what several records make together.
type Merged struct {
	// Texts is the merged record; several, differing in the qualifier of all,
	// where the records disagree on it and only their owner can decide.
	Texts []string
	// Lookups counts the terms that cost one of the ten DNS lookups, without
	// those inside includes.
	Lookups int
}

// Merge makes one record of several: every mechanism once, in order, and one
// all at the end. Records with mistakes are mended first; where that is not
// certain there is no merged record. A redirect, which an all would silence,
// becomes an include.
func Merge(records []*Record) (Merged, bool) {
	var parts []*Record
	for _, r := range records {
		mended := Mend(r)
		if !mended.OK {
			return Merged{}, false
		}
		parts = append(parts, Parse(mended.Text))
	}
	return merge(parts), true
}

func merge(parts []*Record) Merged {
	var m Merged
	var words, modifiers, redirects, alls []string
	add := func(list *[]string, text string) {
		same := func(s string) bool { return strings.EqualFold(s, text) }
		if !slices.ContainsFunc(*list, same) {
			*list = append(*list, text)
		}
	}
	for _, r := range parts {
		for i := range r.Terms {
			switch t := &r.Terms[i]; {
			case t.Kind == All:
				add(&alls, t.Canonical())
			case t.Kind == Redirect:
				add(&redirects, t.Canonical())
			case t.Kind == Exp && !slices.ContainsFunc(modifiers, isExp):
				add(&modifiers, t.Canonical())
			case t.Kind.Mechanism():
				add(&words, t.Canonical())
			case t.Kind == Modifier && slices.Contains(registered, strings.ToLower(t.Name)):
				add(&modifiers, t.Canonical())
			}
		}
	}
	if len(redirects) > 1 || len(alls) > 0 {
		for _, r := range redirects {
			add(&words, "include:"+r[len("redirect="):])
		}
		redirects = nil
	}
	tail := append(redirects, modifiers...)
	if len(alls) == 0 {
		alls = []string{""}
	}
	for _, all := range alls {
		m.Texts = append(m.Texts, strings.Join(slices.DeleteFunc(slices.Concat([]string{version}, words, []string{all}, tail), isEmpty), " "))
	}
	for _, t := range Parse(m.Texts[0]).Terms {
		if t.Kind.Counted() {
			m.Lookups++
		}
	}
	return m
}

func isExp(s string) bool   { return strings.HasPrefix(s, "exp=") }
func isEmpty(s string) bool { return s == "" }

// segments takes a record apart at a repeated v=spf1: the records that were
// pasted into one.
func (r *Record) segments() []*Record {
	parts := []*Record{{Text: r.Text, Version: r.Version}}
	for _, t := range r.Terms {
		if t.Problem == VersionRepeated {
			parts = append(parts, &Record{Text: r.Text, Version: r.Version})
			continue
		}
		last := parts[len(parts)-1]
		last.Terms = append(last.Terms, t)
	}
	return parts
}
