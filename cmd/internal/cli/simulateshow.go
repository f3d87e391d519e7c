package cli

import (
	"bufio"
	"io"
	"os"
	"slices"

	"mailauth/cmd/internal/report"
)

// buffered is a renderer whose output is written in large pieces.
type buffered struct {
	report.Simulator
	out *bufio.Writer
}

// Close ends the output and writes what is left of it.
func (b buffered) Close(end report.SimulationEnd) error {
	if err := b.Simulator.Close(end); err != nil {
		return err
	}
	return b.out.Flush()
}

// simulator makes the renderer of the format.
func (a *app) simulator(f *simulateFlags, m mail, list *targetList, s *source, head report.SimulationHead) report.Simulator {
	out := bufio.NewWriterSize(a.stdout, 64<<10)
	return buffered{a.simulatorTo(out, f, m, list, s, head), out}
}

func (a *app) simulatorTo(out io.Writer, f *simulateFlags, m mail, list *targetList, s *source, head report.SimulationHead) report.Simulator {
	if f.format.value == "json" {
		head.Tool, head.Lang, head.Require = report.Tool{Name: "mailauth", Version: version()}, a.texts.Lang(), f.require.value
		return report.NewSimulationJSON(out, head)
	}
	width, terminal := columns(a.stdout)
	o := report.SimulationOptions{
		TextOptions: report.TextOptions{
			Texts: a.texts, Width: width, Terminal: terminal, Color: colored(f.color.value, terminal, os.Getenv),
			Verbose: f.verbose, Quiet: f.quiet, Lines: s.lines,
		},
		Require: f.require.value, Targets: len(list.targets),
		Sender: f.sender, HELO: m.HELO, From: report.BareName(m.HeaderFrom), Other: m.other, Recorded: s.recorded,
	}
	for _, t := range list.targets {
		o.AddressWidth = max(o.AddressWidth, report.AddressWidth(t.Prefix))
	}
	return report.NewSimulationText(out, o)
}

// badLines are those of lists that hold no address, in the user's language.
func (a *app) badLines(list *targetList) []report.BadLine {
	var bad []report.BadLine
	for _, b := range list.bad {
		text, _ := a.say(b.problem)
		bad = append(bad, report.BadLine{File: b.File, Line: b.Line, Given: b.Text, Message: report.Clean(text), Hint: report.Clean(a.texts.Say(b.problem.hint))})
	}
	return bad
}

// readsStdinTwice reports that two flags name the standard input.
func (f *simulateFlags) readsStdinTwice() bool {
	named := append(slices.Concat(f.zones, f.files), f.before, f.after)
	return len(slices.DeleteFunc(named, func(path string) bool { return path != "-" })) > 1
}
