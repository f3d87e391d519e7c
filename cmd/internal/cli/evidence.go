package cli

import (
	"errors"
	"io"
	"os"
	"slices"

	"github.com/spf13/pflag"

	"mailauth/checks"
	"mailauth/checks/message"
)

// evidenceFlags say where DKIM selectors are to be learnt from, beside those
// that are named.
type evidenceFlags struct {
	messages []string
	walk     bool
}

func (f *evidenceFlags) add(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.messages, "message", nil, "")
	flags.BoolVar(&f.walk, "walk", false, "")
}

// evidence are the messages as they were read.
type evidence []*message.Message

// read reads the messages for the options of an audit. Standard input can be one
// of them, if no zone is read from it.
func (f *evidenceFlags) read(in io.Reader, zones []string, options *checks.Options) (evidence, error) {
	options.Walk = f.walk
	stdin := slices.DeleteFunc(slices.Concat(f.messages, zones), func(path string) bool { return path != "-" })
	if len(stdin) > 1 {
		return nil, complain("stdin-twice", "stdin-twice", nil)
	}
	var all evidence
	for _, path := range f.messages {
		m, err := readMessage(path, in)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
		options.Messages = append(options.Messages, m.ForOptions())
	}
	return all, nil
}

func readMessage(path string, stdin io.Reader) (*message.Message, error) {
	name := path
	if path == "-" {
		name = stdinName
	} else {
		file, err := os.Open(path)
		if err != nil {
			return nil, unreadable(path, err)
		}
		defer file.Close()
		stdin = file
	}
	m, err := message.Read(name, stdin)
	switch {
	case errors.Is(err, message.ErrTooLong), errors.Is(err, message.ErrHeader):
		return nil, complain("message-long", "message", checks.Args{"file": path, "size": message.MaxBytes >> 20})
	case errors.Is(err, message.ErrNoHeader):
		return nil, complain("message", "message", checks.Args{"file": path})
	case err != nil:
		return nil, unreadable(path, err)
	}
	return m, nil
}

// domains are those that the messages are from, for a run that names none.
func (e evidence) domains() (names []string) {
	for _, m := range e {
		for _, domain := range m.From {
			if !slices.Contains(names, domain) {
				names = append(names, domain)
			}
		}
	}
	return names
}
