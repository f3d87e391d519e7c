package spf

import "slices"

// loss is what a change takes from the addresses of a cell.
type loss struct {
	sure  bool        // they passed for certain
	terms []*Expanded // of the domain's own record, by which they passed or may have
}

// lossOf compares what becomes of the same addresses in two policies. Nobody
// loses pass if every message that passed still does. What a term with macros
// or a missing answer decides is the same only where that term still decides.
func lossOf(before, after Cell) loss {
	switch {
	case after.only(passed), !before.some(Ending.mayPass):
		return loss{}
	case before.only(passed), before.passesAnyway() && !after.passesAnyway():
		return loss{sure: true, terms: before.ways(func(o Ending) bool { return passed(o) && !o.Dynamic && !o.Open })}
	case before.refuses() || after.refuses():
		if before.likely(after) && after.likely(before) {
			return loss{}
		}
		return loss{terms: before.ways(Ending.mayPass)}
	}
	gone := func(o Ending) bool { return o.mayPass() && o.conditional() && !after.some(o.like) }
	// A limit may now stop those on the way whom a term without match has cost.
	stopped := func(o Ending) bool { return o.Result == ResultPermError }
	if after.some(stopped) && !before.some(stopped) {
		gone = func(o Ending) bool { return o.mayPass() && o.conditional() }
	}
	return loss{terms: before.ways(gone)}
}

func (c Cell) some(wanted func(Ending) bool) bool { return slices.ContainsFunc(c.Endings(), wanted) }
func (c Cell) only(wanted func(Ending) bool) bool {
	return !c.some(func(o Ending) bool { return !wanted(o) })
}

func passed(o Ending) bool { return o.Result == ResultPass }

// conditional reports an ending that the message or a missing answer decides
// about.
func (o Ending) conditional() bool { return o.Dynamic || o.Open || o.unknown() }

// refuses reports that a message or a missing answer can keep senders from
// passing: a match then does not only add to those who pass.
func (c Cell) refuses() bool {
	return c.some(func(o Ending) bool { return (o.Dynamic || o.Open) && !(o.mayPass() && o.own()) })
}

// own reports that the deciding term is itself one that the message or a missing
// answer decides about, not one behind it.
func (o Ending) own() bool {
	if e := o.Term(); e != nil {
		return e.Dynamic || e.Kind == PTR || e.unknown()
	}
	cause := o.table.places[o.table.leaf(o.why)].cause
	return cause == CauseDNS || cause == CauseTooLarge
}

// like reports an ending of the other policy by the same term. Which static
// term refuses makes no difference.
func (o Ending) like(other Ending) bool {
	if o.Dynamic != other.Dynamic || o.Open != other.Open || o.mayPass() != other.mayPass() {
		return false
	}
	static := !o.mayPass() && !o.own() && !other.own()
	return static || o.Result == other.Result && o.key() == other.key()
}

// likely reports that every ending has its like in another cell.
func (c Cell) likely(other Cell) bool {
	return c.only(func(o Ending) bool { return other.some(o.like) })
}

// ways lists the terms of the checked domain's own record that lead to the
// endings that are wanted.
func (c Cell) ways(wanted func(Ending) bool) []*Expanded {
	var ways []*Expanded
	for _, o := range c.Endings() {
		if e := o.entry(); e != nil && wanted(o) {
			ways = append(ways, e)
		}
	}
	return ways
}

// entry is the term of the checked domain's own record that leads to the ending;
// nil where the record as a whole decides.
func (o Ending) entry() *Expanded {
	if through := o.Through(); len(through) > 0 {
		return through[0]
	}
	return o.Term()
}
