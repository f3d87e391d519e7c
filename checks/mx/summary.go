package mx

import "mailauth/checks"

// summary is the check's line: the first host that works, its address and
// whether the reverse name matches.
func (f *Facts) summary() []checks.Text {
	switch f.Kind {
	case Undecided:
		return []checks.Text{{ID: "summary.mx-unknown"}}
	case None:
		return []checks.Text{{ID: "summary.mx-none"}}
	case Null:
		return []checks.Text{{ID: "summary.mx-null"}}
	case Implicit:
		return []checks.Text{{ID: "summary.mx-implicit"}}
	}
	for _, h := range f.Hosts {
		if h.Usability != Usable {
			continue
		}
		texts := []checks.Text{checks.T("summary.mx-host", checks.Args{"host": h.Name, "ip": h.Public()[0].IP.String(), "more": len(f.Hosts) - 1})}
		if matches, known := h.reverseMatches(); known && matches {
			texts = append(texts, checks.Text{ID: "summary.mx-reverse"})
		}
		return texts
	}
	if noneUsable(f.Hosts) {
		return []checks.Text{{ID: "summary.mx-unusable"}}
	}
	return []checks.Text{{ID: "summary.mx-unknown"}}
}

// reverseMatches reports whether every public address of the host has a
// reverse name that leads back to it.
func (h *Host) reverseMatches() (matches, known bool) {
	for _, a := range h.Public() {
		if !a.Asked || !a.Known {
			return false, false
		}
		if len(a.Confirmed) == 0 {
			return false, !a.Open
		}
	}
	return true, true
}
