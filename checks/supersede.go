package checks

import (
	"cmp"
	"slices"
)

// supersede folds each finding that follows from another into its cause: one
// cause, one finding. The consequence becomes the cause's Related. An info
// explains nothing heavier than itself: it leaves that a finding of its own.
func supersede(findings []Finding) []Finding {
	causeOf := make([]int, len(findings))
	for i := range findings {
		causeOf[i] = findCause(findings, i)
	}
	kept := make([]Finding, 0, len(findings))
	at := map[int]int{} // index in findings → index in kept
	for i, f := range findings {
		if causeOf[i] < 0 {
			at[i] = len(kept)
			kept = append(kept, f)
		}
	}
	for i, f := range findings {
		if causeOf[i] < 0 {
			continue
		}
		root := causeOf[i]
		for hops := 0; causeOf[root] >= 0 && hops < len(findings); hops++ {
			root = causeOf[root]
		}
		if k, ok := at[root]; ok {
			kept[k].Related = append(kept[k].Related, Related{Rule: f.Rule.ID, Name: f.Name, Type: f.Type, Record: f.Record, Span: f.Span, Fingerprint: f.Fingerprint()})
		}
	}
	return kept
}

// findCause returns the index of a finding that supersedes findings[i], or -1.
func findCause(findings []Finding, i int) int {
	for j, f := range findings {
		if j != i && f.Rule != findings[i].Rule && f.covers(findings[i]) && (f.Severity > Info || findings[i].Severity == Info) &&
			slices.Contains(f.Rule.Supersedes, findings[i].Rule.ID) {
			return j
		}
	}
	return -1
}

// covers reports whether another finding's place is within the scope of f.
func (f Finding) covers(other Finding) bool {
	return f.Scope == AnyScope || f.scope() == other.scope()
}

// sortFindings orders worst first, then by owner, place and rule.
func sortFindings(findings []Finding) {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			-cmp.Compare(a.Severity, b.Severity),
			cmp.Compare(protocolOrder(a.Rule), protocolOrder(b.Rule)),
			cmp.Compare(a.Name, b.Name),
			cmp.Compare(spanStart(a), spanStart(b)),
			cmp.Compare(a.Rule.ID, b.Rule.ID),
			slices.Compare(a.Key, b.Key),
			cmp.Compare(a.Type, b.Type),
		)
	})
}

func protocolOrder(r *Rule) int {
	order := []string{"spf", "dkim", "dmarc", "mx"}
	if i := slices.Index(order, r.Protocol()); i >= 0 {
		return i
	}
	return len(order)
}

func spanStart(f Finding) int {
	if f.Span == nil {
		return 0
	}
	return f.Span.Start
}
