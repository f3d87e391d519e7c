package cli

import (
	"github.com/spf13/cobra"

	"mailauth/checks"
)

// checkFlags are the flags of `check`.
type checkFlags struct {
	sourceFlags
	selectors      []string
	evidence       evidenceFlags
	beyond         beyondFlags
	providers      tableFlag
	profiles       profiles
	record         string
	format         choice
	color          choice
	paste          choice
	failOn         choice
	unknown        choice
	jobs           count
	verbose, quiet bool
	trace          bool
}

// defaultJobs is how many domains are audited at a time.
const defaultJobs = 4

const checkExamples = `mailauth check example.co.jp
mailauth check --zone new.zone
mailauth check --zone new.zone --offline --lang ja example.co.jp
mailauth check --resolver tls://192.0.2.53#dns.example example.co.jp
mailauth check --selector s1 --selector s2 example.co.jp
mailauth check --message sent.eml
mailauth check --profile gmail,docomo example.co.jp
mailauth check --format json --fail-on warning example.co.jp example.jp`

func (a *app) checkCommand() *cobra.Command {
	f := &checkFlags{
		format:  choice{"text", []string{"text", "json"}},
		color:   choice{"auto", []string{"auto", "always", "never"}},
		paste:   choice{"zone", []string{"zone", "panel"}},
		failOn:  choice{"error", []string{"error", "warning", "info", "never"}},
		unknown: choice{"fail", []string{"fail", "ignore"}},
		jobs:    defaultJobs,
	}
	cmd := a.command("check [DOMAIN…]", "check", func(cmd *cobra.Command, args []string) error { return a.check(f, cmd.Flags().Changed, args) })
	cmd.Example = checkExamples
	flags := cmd.Flags()
	flags.SortFlags = false
	f.sourceFlags.add(flags)
	f.web.add(flags)
	f.trust.add(flags)
	flags.StringVar(&f.record, "record", "", "")
	flags.StringArrayVar(&f.selectors, "selector", nil, "")
	f.evidence.add(flags)
	f.beyond.add(flags)
	f.providers.add(flags)
	flags.Var(&f.profiles, "profile", "")
	flags.Var(&f.format, "format", "")
	flags.Var(&f.color, "color", "")
	flags.Var(&f.paste, "paste", "")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "")
	flags.BoolVar(&f.trace, "trace", false, "")
	flags.Var(&f.failOn, "fail-on", "")
	flags.Var(&f.unknown, "unknown", "")
	flags.VarP(&f.jobs, "jobs", "j", "")
	return cmd
}

// check audits the domains, shows the reports and decides the exit status.
func (a *app) check(f *checkFlags, changed func(flag string) bool, args []string) error {
	if f.verbose && f.quiet {
		return complain("flags-conflict", "flags-conflict", checks.Args{"one": "-v", "other": "-q"})
	}
	if err := textOnly(f.format.value, changed, "verbose", "quiet", "paste"); err != nil {
		return err
	}
	options, err := f.options()
	if err != nil {
		return err
	}
	if options.Providers, err = a.providerTable(f.providers); err != nil {
		return err
	}
	if err := f.trust.tell(&options); err != nil {
		return err
	}
	domains, err := parseDomains(args)
	if err != nil {
		return err
	}
	if err := f.beyond.apply(a, &f.sourceFlags, &options); err != nil {
		return err
	}
	sent, err := f.evidence.read(a.stdin, f.zones, &options)
	if err != nil {
		return err
	}
	if len(domains) == 0 && len(f.zones) == 0 && f.replay == "" {
		domains = sent.domains()
	}
	s, err := a.openSource(&f.sourceFlags, domains)
	if err != nil {
		return err
	}
	defer s.close()
	options.Seed = s.seed
	var tape *recorder
	if f.record != "" {
		tape = s.record()
	}
	out := a.renderer(f, s, options.Providers)
	show := a.show(f, out, f.gate(a.checks))
	var missing []string
	err = a.auditAll(int(f.jobs), s, options, func(r result) error {
		if r.missing {
			missing = append(missing, r.domain)
		}
		return show(r)
	})
	if err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	if tape != nil && len(missing) < len(s.domains) {
		return tape.write(f.record, a.stdout, missing)
	}
	return nil
}

// textFlags are flags that say how text is to look, as complaints name them.
var textFlags = map[string]string{"verbose": "-v", "quiet": "-q", "paste": "--paste"}

// textOnly refuses flags that say how text is to look where there is none: a
// document holds everything, for whoever reads it to choose from.
func textOnly(format string, changed func(flag string) bool, flags ...string) error {
	for _, flag := range flags {
		if format != "text" && changed(flag) {
			return complain("text-only", "text-only", checks.Args{"flag": textFlags[flag], "format": format})
		}
	}
	return nil
}

// gate decides about the exit status.
func (f *checkFlags) gate(list []*checks.Check) gate {
	failOn, _ := checks.ParseSeverity(f.failOn.value) // "never" is none
	return newGate(list, failOn, f.unknown.value == "ignore")
}
