package cli

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"mailauth/checks"
	"mailauth/checks/provider"
	"mailauth/cmd/internal/report"
	"mailauth/resolver"
)

// options are what the flags tell the audit.
func (f *checkFlags) options() (checks.Options, error) {
	selectors, err := parseSelectors(f.selectors)
	return checks.Options{Selectors: selectors}, err
}

// parseSelectors checks DKIM selectors: one or more labels (RFC 6376 §3.1).
func parseSelectors(given []string) ([]string, error) {
	selectors := make([]string, 0, len(given))
	for _, text := range given {
		if before, _, found := strings.Cut(text, "._domainkey"); found {
			return nil, complain("selector", "selector-name", checks.Args{"given": text, "meant": before})
		}
		name, err := resolver.CanonicalName(text)
		if err != nil || strings.ContainsAny(text, " @/\\") {
			return nil, complain("selector", "selector", checks.Args{"given": text})
		}
		selectors = append(selectors, strings.TrimSuffix(name, "."))
	}
	return selectors, nil
}

// renderer makes the renderer of the format.
func (a *app) renderer(f *checkFlags, s *source, table *provider.Table) report.Renderer {
	if f.format.value == "json" {
		return report.NewJSON(a.stdout, report.Tool{Name: "mailauth", Version: version()}, a.texts.Lang(), s.describe)
	}
	width, terminal := columns(a.stdout)
	return report.NewText(a.stdout, report.TextOptions{
		Texts: a.texts, Width: width, Terminal: terminal,
		Color: colored(f.color.value, terminal, os.Getenv),
		Panel: f.paste.value == "panel", Zones: zoneNames(s.zones), Cached: s.cached, Providers: table,
		Verbose: f.verbose, Quiet: f.quiet, Lines: s.lines,
	})
}

// show returns what to do with each result: print it, and let it count for the
// exit status. The renderer is to be closed at the end.
func (a *app) show(f *checkFlags, out report.Renderer, g gate) func(result) error {
	return func(r result) error {
		if f.trace {
			a.trace(r.ledger)
		}
		if r.problem != nil {
			a.status = worseExit(a.status, a.tell(r.problem))
			return out.Problem(a.problem(r))
		}
		a.status = worseExit(a.status, g.status(r.audit))
		built := report.Build(r.audit, r.cost, a.texts)
		built.Receivers = report.Receivers(r.audit, f.profiles.chosen(), a.texts)
		return out.Report(built)
	}
}

func (a *app) problem(r result) report.Problem {
	c := a.asComplaint(r.problem)
	text, _ := a.say(c)
	return report.Problem{Domain: report.BareName(r.domain), Message: report.Clean(text), Hint: report.Clean(a.texts.Say(c.hint))}
}

// trace prints what was asked, in the order of asking, on the error stream.
func (a *app) trace(ledger resolver.Ledger) {
	byStart := slices.SortedStableFunc(slices.Values(ledger), func(x, y resolver.LedgerEntry) int { return cmp.Compare(x.Start, y.Start) })
	for _, e := range byStart {
		line := fmt.Sprintf("%7.1f ms %+8.1f ms  %s", milliseconds(e.Start), milliseconds(e.Elapsed), traced(e))
		if e.Source != "" {
			line += "  " + e.Source
		}
		fmt.Fprintln(a.stderr, report.Clean(line))
	}
}

// traced says what was asked and what came of it.
func traced(e resolver.LedgerEntry) string {
	if e.Fetch.URL != "" {
		if fetch, ok := errors.AsType[*resolver.FetchError](e.Err); ok {
			return fmt.Sprintf("%s  %s", e.Fetch.URL, fetch.Kind)
		}
		return fmt.Sprintf("%s  %d", e.Fetch.URL, e.Code)
	}
	outcome := e.Status.String()
	switch {
	case e.Err != nil:
		outcome = string(resolver.KindOf(e.Err))
	case e.Status == resolver.Data:
		outcome = fmt.Sprintf("%d × %s", e.Records, e.Question.Type)
	}
	return fmt.Sprintf("%s  %s", e.Question, outcome)
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
