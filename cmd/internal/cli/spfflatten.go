package cli

import (
	"context"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mailauth/checks"
	"mailauth/checks/spf/flatten"
	"mailauth/cmd/internal/report"
	"mailauth/resolver"
)

// flattenFlags are the flags of `spf flatten`.
type flattenFlags struct {
	sourceFlags
	all, check    bool
	drop, names   []string
	source        string
	record        string
	format, color choice
	paste         choice
	verbose       bool
}

const flattenExamples = `mailauth spf flatten example.co.jp
mailauth spf flatten --zone new.zone --all example.co.jp
mailauth spf flatten --drop include:gone.example --name '_spf%d' example.jp
mailauth spf flatten --paste panel --lang ja example.co.jp
mailauth spf flatten --check example.co.jp
mailauth spf flatten --check --source _source.example.co.jp example.co.jp`

func (a *app) spfFlattenCommand() *cobra.Command {
	f := &flattenFlags{
		format: choice{"text", []string{"text", "json"}},
		color:  choice{"auto", []string{"auto", "always", "never"}},
		paste:  choice{"zone", []string{"zone", "panel"}},
	}
	cmd := a.command("flatten [DOMAIN]", "flatten", func(cmd *cobra.Command, args []string) error {
		return a.spfFlatten(f, cmd.Flags().Changed, args)
	})
	cmd.Example = flattenExamples
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.BoolVar(&f.all, "all", false, "")
	flags.StringArrayVar(&f.drop, "drop", nil, "")
	flags.StringArrayVar(&f.names, "name", nil, "")
	flags.StringVar(&f.source, "source", "", "")
	flags.BoolVar(&f.check, "check", false, "")
	f.sourceFlags.add(flags)
	flags.StringVar(&f.record, "record", "", "")
	flags.Var(&f.format, "format", "")
	flags.Var(&f.color, "color", "")
	flags.Var(&f.paste, "paste", "")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "")
	return cmd
}

// spfFlatten makes the plan for a domain, or checks what was published by one.
func (a *app) spfFlatten(f *flattenFlags, changed func(flag string) bool, args []string) error {
	if err := textOnly(f.format.value, changed, "verbose", "paste"); err != nil {
		return err
	}
	if len(args) > 1 {
		return complain("arguments", "help", checks.Args{"given": args[1], "command": "mailauth spf flatten"})
	}
	domains, err := parseDomains(args)
	if err != nil {
		return err
	}
	s, err := a.openSource(&f.sourceFlags, domains)
	if err != nil {
		return err
	}
	defer s.close()
	if len(s.domains) > 1 {
		return complain("flatten-domains", "flatten-domains", checks.Args{"domains": domainNames(s.domains)})
	}
	options, err := f.options(s.domains[0])
	if err != nil {
		return err
	}
	var tape *recorder
	if f.record != "" {
		tape = s.record()
	}
	plan, cost, err := a.flattenWithin(s.domains[0], s, options)
	if err != nil {
		return err
	}
	if err := a.showPlan(f, s, options, plan, cost); err != nil || tape == nil || plan == nil {
		return err
	}
	return tape.write(f.record, a.stdout, nil)
}

func domainNames(domains []string) []string {
	var names []string
	for _, d := range domains {
		names = append(names, report.BareName(d))
	}
	return names
}

// flattenWithin makes a plan within the time of a domain; nil if there is no
// such domain.
func (a *app) flattenWithin(domain string, s *source, o flatten.Options) (*flatten.Plan, report.DNS, error) {
	ctx, cancel := context.WithTimeout(a.ctx, domainTimeout)
	defer cancel()
	start := time.Now()
	cache := resolver.NewCache(s.Resolver, resolver.Within(ctx))
	defer cache.Close()
	if a.missing(ctx, domain, cache) {
		return nil, report.DNS{}, nil
	}
	plan, err := flatten.Flatten(ctx, cache, domain, o)
	ledger := cache.Ledger()
	cost := report.DNS{Questions: ledger.Questions(), ElapsedMS: time.Since(start).Milliseconds(), Silent: silent(ledger, domain)}
	switch {
	case ctx.Err() != nil:
		return nil, cost, complain("stopped", "stopped", nil)
	case err != nil:
		return nil, cost, internalError(err)
	}
	return plan, cost, nil
}

// showPlan prints the plan, and lets it count for the exit status.
func (a *app) showPlan(f *flattenFlags, s *source, o flatten.Options, plan *flatten.Plan, cost report.DNS) error {
	doc := report.FlattenDocument{Header: a.header(s), Plans: []report.Flattened{}, Problems: []report.Problem{}}
	if plan == nil {
		r := result{domain: s.domains[0], problem: noSuchDomain(s.domains[0], s.zones)}
		a.status = worseExit(a.status, a.tell(r.problem))
		doc.Problems = append(doc.Problems, a.problem(r))
	} else if err := refused(plan, o); err != nil {
		return err
	} else {
		a.status = worseExit(a.status, flattenExit(plan.Verdict))
		doc.Plans = append(doc.Plans, report.BuildFlattened(plan, cost, a.texts))
	}
	if f.format.value == "json" {
		return report.WriteJSON(a.stdout, doc)
	}
	width, terminal := columns(a.stdout)
	text := report.NewText(a.stdout, report.TextOptions{
		Texts: a.texts, Width: width, Terminal: terminal, Color: colored(f.color.value, terminal, os.Getenv),
		Panel: f.paste.value == "panel", Zones: zoneNames(s.zones), Verbose: f.verbose,
	})
	for _, plan := range doc.Plans {
		if err := text.Flattened(plan); err != nil {
			return err
		}
	}
	return nil
}

// refused complains about what the user asked for and the DNS does not have.
func refused(p *flatten.Plan, o flatten.Options) error {
	switch {
	case len(p.NotFound) > 0:
		return complain("flatten-drop", "flatten-drop", checks.Args{"given": p.NotFound[0], "domain": report.BareName(p.Domain)})
	case o.Check && o.SourceGiven && p.SelfCheck:
		return complain("flatten-source", "flatten-source", checks.Args{"given": report.BareName(o.Source)})
	case p.SourceAlias != "" && !o.Check:
		return complain("flatten-source-alias", "flatten-source-alias", checks.Args{"given": report.BareName(p.SourceName), "target": report.BareName(p.SourceAlias)})
	}
	return nil
}

// flattenExit is the exit status of a verdict.
func flattenExit(v flatten.Verdict) int {
	switch v {
	case flatten.Fits, flatten.Current:
		return ExitOK
	case flatten.Unknown:
		return ExitUnknown
	}
	return ExitFindings
}

// noSource is the value of --source by which no original is kept.
const noSource = "none"

// options are what the flags ask for.
func (f *flattenFlags) options(domain string) (flatten.Options, error) {
	o := flatten.Options{All: f.all, Drop: f.drop, Check: f.check, SourceGiven: f.source != ""}
	for _, given := range f.names {
		name, ok := nameFor(domain, given)
		if !ok || strings.Count(name, "%d") > 1 || !publishable(strings.Replace(name, "%d", "100", 1)) {
			return o, complain("flatten-name", "flatten-name", checks.Args{"given": given, "domain": report.BareName(domain)})
		}
		o.Names = append(o.Names, name)
	}
	if len(o.Names) == 0 {
		o.Names = []string{flatten.NamePattern(domain)}
	}
	switch f.source {
	case "":
		o.Source = flatten.SourceName(domain)
	case noSource:
		o.SourceGiven = false
	default:
		name, ok := nameFor(domain, f.source)
		if !ok || !publishable(name) {
			return o, complain("flatten-name", "flatten-source-name", checks.Args{"given": f.source, "domain": report.BareName(domain)})
		}
		o.Source = name
	}
	return o, nil
}

// nameFor is a name of the domain's organization: one label stands below the
// domain, more are a name in full.
func nameFor(domain, given string) (name string, ok bool) {
	name, err := resolver.CanonicalName(given)
	if err != nil {
		return "", false
	}
	if resolver.CountLabels(name) == 1 {
		name, err = resolver.CanonicalName(resolver.Join(domain, strings.TrimSuffix(name, ".")))
	}
	return name, err == nil && checks.SameOrganization(name, domain)
}

// publishable reports a name that an include can lead to and every panel takes:
// letters, digits, hyphens, and underscores, in labels and names that are not
// too long.
func publishable(name string) bool {
	_, err := resolver.CanonicalName(name)
	return err == nil && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == ""
}
