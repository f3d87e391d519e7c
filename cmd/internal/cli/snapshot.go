package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"mailauth/checks"
	"mailauth/cmd/internal/report"
)

const snapshotExamples = `mailauth snapshot example.co.jp -o example.co.jp.json
mailauth check --replay example.co.jp.json`

func (a *app) snapshotCommand() *cobra.Command {
	var f sourceFlags
	var selectors []string
	var output string
	cmd := a.command("snapshot DOMAIN… -o FILE", "snapshot", func(_ *cobra.Command, args []string) error {
		return a.snapshot(&f, selectors, output, args)
	})
	cmd.Example = snapshotExamples
	flags := cmd.Flags()
	flags.SortFlags = false
	f.add(flags)
	flags.StringArrayVar(&selectors, "selector", nil, "")
	flags.StringVarP(&output, "output", "o", "", "")
	return cmd
}

// snapshot runs the audit for what it asks, and writes that down. What the
// audit finds does not matter here.
func (a *app) snapshot(f *sourceFlags, selectors []string, output string, args []string) error {
	if output == "" {
		return complain("no-output", "no-output", nil)
	}
	selectors, err := parseSelectors(selectors)
	if err != nil {
		return err
	}
	domains, err := parseDomains(args)
	if err != nil {
		return err
	}
	s, err := a.openSource(f, domains)
	if err != nil {
		return err
	}
	defer s.close()
	tape := s.record()
	err = a.auditAll(defaultJobs, s, checks.Options{Selectors: selectors, Seed: s.seed}, func(r result) error {
		if r.problem != nil {
			a.status = worseExit(a.status, a.tell(r.problem))
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := tape.write(output, a.stdout); err != nil {
		return err
	}
	rec := tape.Recording()
	failed := 0
	for _, answer := range rec.Answers {
		if answer.Err != nil {
			failed++
		}
	}
	line := a.text("snapshot-done", checks.Args{"file": output, "count": len(rec.Answers), "failed": failed})
	fmt.Fprintln(a.stderr, report.Clean(line))
	return nil
}
