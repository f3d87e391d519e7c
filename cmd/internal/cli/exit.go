package cli

import (
	"slices"

	"mailauth/checks"
)

// The exit statuses, whatever the format. Over several domains
// ExitUsage > ExitFindings > ExitUnknown > ExitOK.
const (
	// ExitOK: nothing at or above --fail-on.
	ExitOK = 0
	// ExitFindings: findings at or above it.
	ExitFindings = 1
	// ExitUsage: usage, configuration or unreadable input, or a domain that
	// does not exist.
	ExitUsage = 2
	// ExitUnknown: a question without an answer could have raised a finding at
	// or above --fail-on, and none was raised.
	ExitUnknown = 3
)

// worseExit returns the status that decides when both hold.
func worseExit(a, b int) int {
	order := []int{ExitOK, ExitUnknown, ExitFindings, ExitUsage}
	if slices.Index(order, a) > slices.Index(order, b) {
		return a
	}
	return b
}

// gate decides the exit status of an audit.
type gate struct {
	failOn        checks.Severity // 0 never fails
	ignoreUnknown bool
	highest       map[string]checks.Severity // of each rule, by id
}

func newGate(list []*checks.Check, failOn checks.Severity, ignoreUnknown bool) gate {
	g := gate{failOn, ignoreUnknown, map[string]checks.Severity{}}
	for _, r := range checks.Rules(list) {
		g.highest[r.ID] = r.Highest()
	}
	return g
}

func (g gate) status(r *checks.Report) int {
	if g.failOn == 0 {
		return ExitOK
	}
	for _, f := range r.Findings {
		if f.Rule != checks.TempFail && f.Severity >= g.failOn {
			return ExitFindings
		}
	}
	if g.unknown(r) && !g.ignoreUnknown {
		return ExitUnknown
	}
	return ExitOK
}

// unknown reports whether a question without an answer could hide what fails.
func (g gate) unknown(r *checks.Report) bool {
	return slices.ContainsFunc(r.Findings, func(f checks.Finding) bool {
		return f.Rule == checks.TempFail && g.couldHide(f.Blocks)
	})
}

// couldHide reports whether one of the rules could have raised what fails.
func (g gate) couldHide(blocks []string) bool {
	return slices.ContainsFunc(blocks, func(id string) bool { return g.highest[id] >= g.failOn })
}
