package cli

import (
	"os"

	"github.com/spf13/pflag"

	"mailauth/checks"
	"mailauth/checks/blocklist"
)

// beyondFlags ask for more than the usual questions.
type beyondFlags struct {
	authoritative bool
	dnsbl         bool
	lists         string
}

func (f *beyondFlags) add(flags *pflag.FlagSet) {
	flags.BoolVar(&f.authoritative, "authoritative", false, "")
	flags.BoolVar(&f.dnsbl, "dnsbl", false, "")
	flags.StringVar(&f.lists, "dnsbl-lists", "", "")
}

// apply writes what the flags say into the options of an audit.
func (f *beyondFlags) apply(a *app, s *sourceFlags, options *checks.Options) error {
	if f.authoritative && s.offline {
		return complain("flags-conflict", "flags-conflict", checks.Args{"one": "--offline", "other": "--authoritative"})
	}
	options.Authoritative, options.AuthorityPort = f.authoritative, a.authorityPort
	return f.blocklists(options)
}

// blocklists are the built-in ones, or those of a file, which needs no other
// flag.
func (f *beyondFlags) blocklists(options *checks.Options) error {
	if f.lists == "" {
		if f.dnsbl {
			options.Blocklists = blocklist.Builtin()
		}
		return nil
	}
	file, err := os.Open(f.lists)
	if err != nil {
		return unreadable(f.lists, err)
	}
	defer file.Close()
	if options.Blocklists, err = blocklist.Read(file); err != nil {
		return complain("blocklists", "blocklists", checks.Args{"file": f.lists}).because(err)
	}
	return nil
}
