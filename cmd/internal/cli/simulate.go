package cli

import (
	"github.com/spf13/cobra"

	"mailauth/checks"
	"mailauth/checks/simulate"
	"mailauth/cmd/internal/report"
	"mailauth/resolver"
)

// simulateFlags are the flags of `simulate`.
type simulateFlags struct {
	sourceFlags
	mailFlags
	ips, files     []string
	before, after  string
	record         string
	require        choice
	format         choice
	color          choice
	unknown        choice
	verbose, quiet bool
}

const simulateExamples = `mailauth simulate example.co.jp --ip 203.0.113.7
mailauth simulate example.co.jp --ip 203.0.113.0/24 --zone new.zone
mailauth simulate a.example --ip 192.0.2.7 --require dmarc --dkim d=a.example
mailauth simulate --sender info@example.jp --helo example.jp --ip 2001:db8::25
mailauth simulate --sender '<>' --helo example.jp --ip 192.0.2.7 --format json
mailauth simulate example.jp --ip-file list.txt --before live --after new.zone`

func (a *app) simulateCommand() *cobra.Command {
	f := &simulateFlags{
		require: choice{"spf", []string{"spf", "dmarc"}},
		format:  choice{"text", []string{"text", "json"}},
		color:   choice{"auto", []string{"auto", "always", "never"}},
		unknown: choice{"fail", []string{"fail", "ignore"}},
	}
	cmd := a.command("simulate [DOMAIN] --ip LIST", "simulate", func(cmd *cobra.Command, args []string) error {
		return a.simulate(f, cmd.Flags().Changed, args)
	})
	cmd.Example = simulateExamples
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringArrayVar(&f.ips, "ip", nil, "")
	flags.StringArrayVar(&f.files, "ip-file", nil, "")
	f.mailFlags.add(flags)
	flags.Var(&f.require, "require", "")
	flags.StringVar(&f.before, "before", "", "")
	flags.StringVar(&f.after, "after", "", "")
	f.sourceFlags.add(flags)
	flags.StringVar(&f.record, "record", "", "")
	flags.Var(&f.format, "format", "")
	flags.Var(&f.color, "color", "")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "")
	flags.Var(&f.unknown, "unknown", "")
	return cmd
}

// check refuses flags that contradict each other.
func (f *simulateFlags) check(changed func(flag string) bool) error {
	if f.verbose && f.quiet {
		return complain("flags-conflict", "flags-conflict", checks.Args{"one": "-v", "other": "-q"})
	}
	if err := textOnly(f.format.value, changed, "verbose", "quiet"); err != nil {
		return err
	}
	return f.sides()
}

// simulate answers for every target, and decides the exit status.
func (a *app) simulate(f *simulateFlags, changed func(flag string) bool, args []string) error {
	if err := f.check(changed); err != nil {
		return err
	}
	m, err := f.mail(args)
	if err != nil {
		return err
	}
	if f.readsStdinTwice() {
		return complain("stdin-twice", "stdin-twice", nil)
	}
	list, err := a.readTargets(f.ips, f.files)
	if err != nil {
		return err
	}
	a.status = worseExit(a.status, a.tellTargets(list))
	if len(list.targets) == 0 && f.format.value != "json" {
		return nil
	}
	if f.before != "" {
		return a.simulateChange(f, m, list)
	}
	return a.simulateNow(f, m, list)
}

// simulateNow answers from one source.
func (a *app) simulateNow(f *simulateFlags, m mail, list *targetList) error {
	s, err := a.openNames(&f.sourceFlags, m.names())
	if err != nil {
		return err
	}
	defer s.close()
	s.domains = m.checked()
	var tape *recorder
	if f.record != "" {
		tape = s.record()
	}
	cache := resolver.NewCache(s.Resolver, resolver.Within(a.ctx))
	defer cache.Close()
	answer, err := simulate.Run(a.ctx, cache, m.Mail, list.targets, simulate.Options{Second: true, Fix: true, DMARC: f.require.value == "dmarc", Now: s.now})
	if err != nil {
		return err
	}
	out := a.simulator(f, m, list, s, report.SimulationHead{Source: s.describe})
	built := report.NewSimulationBuilder(a.texts, m.Mail, f.require.value, answer.Worst.Lookups)
	for _, simulation := range answer.Simulations {
		shown := built.Simulation(simulation)
		a.status = worseExit(a.status, f.statusOf(shown.Passes))
		if err := out.Simulation(shown); err != nil {
			return err
		}
	}
	end := built.End(answer)
	end.Bad = a.badLines(list)
	if err := out.Close(end); err != nil || tape == nil {
		return err
	}
	return tape.write(f.record, a.stdout, nil)
}

// statusOf is the exit status of one target, by whether all of it passes.
func (f *simulateFlags) statusOf(passes checks.Tri) int {
	switch {
	case passes == checks.No:
		return ExitFindings
	case passes == checks.Open && f.unknown.value != "ignore":
		return ExitUnknown
	}
	return ExitOK
}
