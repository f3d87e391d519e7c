package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"mailauth/checks"
	"mailauth/checks/simulate"
)

const (
	maxTargetFile = 64 << 20 // octets of one list of addresses
	maxTargetLine = 4 << 10  // octets of one of its lines
)

// badTarget is what stands in a list of addresses and is none.
type badTarget struct {
	simulate.Target // as far as it is known: the text and where it stands
	problem         *complaint
}

// targetList is what the user asked about, in that order.
type targetList struct {
	targets []simulate.Target
	// masked are the prefixes that were written with the bits of a host.
	masked []simulate.Target
	bad    []badTarget
}

// add takes a target, or keeps why it is none.
func (l *targetList) add(text, file string, line int) {
	t, masked, err := parseTarget(text)
	t.File, t.Line = file, line
	if c, bad := errors.AsType[*complaint](err); bad {
		t.Text = text
		l.bad = append(l.bad, badTarget{t, c})
		return
	}
	l.targets = append(l.targets, t)
	if masked {
		l.masked = append(l.masked, t)
	}
}

// readTargets reads the lists of --ip and the files of --ip-file. A mistake on
// the command line is an error; those of a file are kept, and the rest counts.
func (a *app) readTargets(lists, files []string) (*targetList, error) {
	l := &targetList{}
	for _, list := range lists {
		for _, text := range strings.Split(list, ",") {
			l.add(text, "", 0)
		}
	}
	if len(l.bad) > 0 {
		return nil, l.bad[0].problem
	}
	for _, file := range files {
		if err := a.readTargetFile(l, file); err != nil {
			return nil, err
		}
	}
	if len(l.targets)+len(l.bad) == 0 {
		return nil, complain("no-target", "no-target", nil)
	}
	return l, nil
}

func (a *app) readTargetFile(l *targetList, path string) error {
	if path == "-" {
		return l.read(a.stdin, stdinName)
	}
	file, err := os.Open(path)
	if err != nil {
		return unreadable(path, err)
	}
	defer file.Close()
	return l.read(file, path)
}

// read reads addresses, one a line; what follows a "#" is a comment. A byte
// order mark says how the file is encoded, else it is UTF-8.
func (l *targetList) read(in io.Reader, file string) error {
	limited := &io.LimitedReader{R: in, N: maxTargetFile + 1}
	decoded := transform.NewReader(limited, unicode.BOMOverride(encoding.Nop.NewDecoder()))
	lines := bufio.NewReaderSize(decoded, maxTargetLine)
	for number := 1; ; number++ {
		text, err := readLine(lines)
		if limited.N <= 0 {
			return complain("targets-large", "targets-large", checks.Args{"file": file, "mib": maxTargetFile >> 20})
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return unreadable(file, err)
		}
		written, _, _ := strings.Cut(text, "#")
		if written = strings.TrimSpace(written); written != "" {
			l.add(written, file, number)
		}
	}
}

// readLine reads a line without its end; what is longer than the buffer is
// dropped, since no address is.
func readLine(in *bufio.Reader) (string, error) {
	start, more, err := in.ReadLine()
	text := string(start)
	for more && err == nil {
		_, more, err = in.ReadLine()
	}
	return text, err
}

// placeOf is where a target was read, as "file:line".
func placeOf(t simulate.Target) string { return fmt.Sprintf("%s:%d", t.File, t.Line) }

// tellTargets says on the error stream what the lists have that is no address,
// and which prefixes were taken for another. It returns the exit status.
func (a *app) tellTargets(l *targetList) int {
	for _, t := range l.masked {
		args := checks.Args{"given": t.Text, "prefix": t.Prefix.String()}
		if t.File != "" {
			args["place"] = placeOf(t)
		}
		a.tellLine("cli.note", a.text("note-masked", args))
	}
	hints := map[string]bool{}
	for _, bad := range l.bad {
		text, _ := a.say(bad.problem)
		a.tellLine("cli.error", placeOf(bad.Target)+": "+text)
		hint := a.texts.Say(bad.problem.hint)
		if !hints[hint] {
			hints[hint] = true
			a.tellLine("cli.hint", hint)
		}
	}
	if len(l.bad) > 0 {
		return ExitUsage
	}
	return ExitOK
}
