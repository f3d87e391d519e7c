package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"mailauth/checks"
	"mailauth/cmd/internal/report"
	"mailauth/resolver"
)

const snapshotExamples = `mailauth snapshot example.co.jp -o example.co.jp.json
mailauth check --replay example.co.jp.json`

func (a *app) snapshotCommand() *cobra.Command {
	var f sourceFlags
	var selectors []string
	var sent evidenceFlags
	var beyond beyondFlags
	var providers tableFlag
	var output string
	cmd := a.command("snapshot DOMAIN… -o FILE", "snapshot", func(_ *cobra.Command, args []string) error {
		return a.snapshot(&f, selectors, &sent, &beyond, providers, output, args)
	})
	cmd.Example = snapshotExamples
	flags := cmd.Flags()
	flags.SortFlags = false
	f.add(flags)
	f.web.add(flags)
	f.trust.add(flags)
	flags.StringArrayVar(&selectors, "selector", nil, "")
	sent.add(flags)
	beyond.add(flags)
	providers.add(flags)
	flags.StringVarP(&output, "output", "o", "", "")
	return cmd
}

// snapshot runs the audit for what it asks, and writes that down. What the
// audit finds does not matter here; what it could not tell does, since a replay
// cannot tell either.
func (a *app) snapshot(f *sourceFlags, selectors []string, sent *evidenceFlags, beyond *beyondFlags, providers tableFlag, output string, args []string) error {
	if output == "" {
		return complain("no-output", "no-output", nil)
	}
	selectors, err := parseSelectors(selectors)
	if err != nil {
		return err
	}
	table, err := a.providerTable(providers)
	if err != nil {
		return err
	}
	options := checks.Options{Selectors: selectors, Providers: table}
	if err := f.trust.tell(&options); err != nil {
		return err
	}
	domains, err := parseDomains(args)
	if err != nil {
		return err
	}
	if err := beyond.apply(a, f, &options); err != nil {
		return err
	}
	if _, err := sent.read(a.stdin, f.zones, &options); err != nil {
		return err
	}
	s, err := a.openSource(f, domains)
	if err != nil {
		return err
	}
	defer s.close()
	options.Seed = s.seed
	tape := s.record()
	var missing []string
	open := false
	g := newGate(a.checks, checks.Error, false) // that of check
	err = a.auditAll(defaultJobs, s, options, func(r result) error {
		switch {
		case r.problem != nil:
			a.status = worseExit(a.status, a.tell(r.problem))
		case g.unknown(r.audit):
			open = true
			a.status = worseExit(a.status, ExitUnknown)
		}
		if r.missing {
			missing = append(missing, r.domain)
		}
		return nil
	})
	if err != nil || len(missing) == len(s.domains) {
		return err
	}
	if err := tape.write(output, a.stdout, missing); err != nil {
		return err
	}
	a.sayRecorded(output, tape.Recording(), open)
	return nil
}

// sayRecorded says on the error stream what was written, and whether a replay
// leaves something open. Of the standard output only the latter needs words.
func (a *app) sayRecorded(output string, rec *resolver.Recording, open bool) {
	failed := 0
	for _, answer := range rec.Answers {
		if answer.Err != nil {
			failed++
		}
	}
	for _, fetch := range rec.Fetches {
		if fetch.Err != nil && checks.Undecided(fetch.Err) {
			failed++
		}
	}
	if !isOutput(output, a.stdout) {
		line := a.text("snapshot-done", checks.Args{"file": output, "count": len(rec.Answers) + len(rec.Fetches), "failed": failed})
		fmt.Fprintln(a.stderr, report.Clean(line))
	}
	if open {
		fmt.Fprintln(a.stderr, a.text("snapshot-open", checks.Args{"count": failed}))
	}
}
