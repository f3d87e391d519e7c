package flatten

import (
	"slices"

	"mailauth/checks/spf"
)

// include puts the include of a record in front of steps. Who passes in the
// record gets the result of the term, everybody else goes on. RFC 7208 §5.2.
func (r *reader) include(e *spf.Expanded, rest reading) reading {
	inner, why := r.follow(e)
	result := e.Qualifier.Result()
	if why == "" {
		if head, ok := inline(inner, result, rest); ok {
			if len(head) == 0 {
				r.gone = append(r.gone, e)
			}
			rest.items = prepend(rest.items, head...)
			return rest
		}
		rest.items = prepend(rest.items, split(inner, result)...)
		return rest
	}
	rest.items = prepend(rest.items, item{term: r.keep(e, why), result: result})
	return rest
}

// redirect reads what a redirect leads to as the end of its record. RFC 7208
// §6.1.
func (r *reader) redirect(e *spf.Expanded) reading {
	inner, why := r.follow(e)
	if why != "" {
		return reading{end: end{redirect: r.keep(e, why)}}
	}
	return reading{items: inner.items, end: inner.end}
}

// follow reads the record that a term leads to, or says why the term stays.
func (r *reader) follow(e *spf.Expanded) (inner reading, why Reason) {
	switch {
	case e.Dynamic:
		return inner, Message
	case !r.ownRecord(e.Target) || e.Target6 != nil && !r.ownRecord(e.Target6):
		return inner, Vendor
	}
	inner = r.record(e.Target)
	if e.Target6 == nil {
		if inner.fixed {
			return inner, Placed
		}
		return inner, ""
	}
	inner6 := r.record(e.Target6)
	if !static(inner.items, inner.end) || !static(inner6.items, inner6.end) {
		return inner, Family
	}
	return byFamily(inner, inner6), ""
}

// ownRecord reports that nobody else can change which record stands there.
func (r *reader) ownRecord(d *spf.Domain) bool { return r.own(d.Name, d.TXT.Answer.Canonical()) }

// byFamily reads one record for IPv4 clients and another for IPv6 clients.
func byFamily(four, six reading) reading {
	joined := reading{end: end{result: spf.ResultNeutral}}
	for family, inner := range []reading{four, six} {
		for result, set := range decide(inner.items, inner.end) {
			joined.items = append(joined.items, item{set: common(set, setOf(families[family])), result: result})
		}
	}
	tidy := normal(joined.items, joined.end)
	joined.items = tidy.items()
	return joined
}

// matching is a record as an include sees it: who passes, who does not, for
// certain or by terms, in normal form with the results pass and neutral.
func matching(inner reading) *body {
	items := make([]item, 0, len(inner.items)+1)
	e := inner.end
	for _, it := range inner.items {
		it.result = matches(it.result)
		items = append(items, it)
	}
	if t := e.redirect; t != nil { // to whom includes it, it is an include itself
		included := *t
		included.kind = spf.Include
		items = append(items, item{term: &included, result: spf.ResultPass})
		e = end{result: spf.ResultNeutral}
	}
	e.result = matches(e.result)
	return normal(items, e)
}

func matches(r spf.Result) spf.Result {
	if r == spf.ResultPass {
		return r
	}
	return spf.ResultNeutral
}

// inline writes the include of a record as steps, if there is a way. Those whom
// a term must not reach, since the inner record stops them before it, get at
// once what the rest gives them; that is known only if the rest has no terms.
func inline(inner reading, result spf.Result, rest reading) (head []item, ok bool) {
	b := matching(inner)
	known := static(rest.items, rest.end)
	if len(b.runs) == 0 && !known {
		if passing := decide(b.items(), b.end)[spf.ResultPass]; !empty(passing) {
			head = append(head, item{set: passing, result: result})
		}
		return head, true
	}
	var later block
	for i, block := range b.blocks {
		if set := block[spf.ResultPass]; !empty(set) {
			head = append(head, item{set: set, result: result})
		}
		if stopped := block[spf.ResultNeutral]; !empty(stopped) && (known || i < len(b.runs) || b.end.result == spf.ResultPass) {
			if !known {
				return nil, false
			}
			if later == nil {
				later = decide(rest.items, rest.end)
			}
			for _, q := range qualifiers {
				if set := common(stopped, later[q.result]); !empty(set) {
					head = append(head, item{set: set, result: q.result})
				}
			}
		}
		if i == len(b.runs) {
			break
		}
		if b.runs[i].result != spf.ResultPass {
			return nil, false
		}
		for _, t := range b.runs[i].terms {
			head = append(head, item{term: t, result: result})
		}
	}
	if b.end.result == spf.ResultPass {
		head = append(head, item{set: everybody(), result: result})
	}
	return head, true
}

// split writes the include of a record that nothing else comes to: the networks
// that pass before anything else, and the include of a new record with the rest.
func split(inner reading, result spf.Result) []item {
	b := matching(inner)
	b = ahead(b.items(), b.end)
	var head []item
	if set := b.blocks[0][spf.ResultPass]; !empty(set) {
		head = append(head, item{set: set, result: result})
		delete(b.blocks[0], spf.ResultPass)
	}
	if b.end.result != spf.ResultPass {
		b.end = end{result: spf.ResultFail, written: true}
		for i := range b.blocks {
			b.blocks[i] = b.blocks[i].denying()
		}
		for i := range b.runs {
			if b.runs[i].result == spf.ResultNeutral {
				b.runs[i].result = spf.ResultFail
			}
		}
	}
	return append(head, item{term: &term{kind: spf.Include, body: b, fails: slices.ContainsFunc(b.runs, run.fails)}, result: result})
}

// denying writes "no match" as fail, as the end of the record does: what both
// have in common needs no term.
func (b block) denying() block {
	denying := block{}
	for result, set := range b {
		if result == spf.ResultNeutral {
			result = spf.ResultFail
		}
		denying[result] = set
	}
	return denying
}
