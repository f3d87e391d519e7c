package cli

import (
	"github.com/spf13/pflag"

	"mailauth/checks"
)

// beyondFlags ask for more than the usual questions.
type beyondFlags struct {
	authoritative bool
}

func (f *beyondFlags) add(flags *pflag.FlagSet) {
	flags.BoolVar(&f.authoritative, "authoritative", false, "")
}

// apply writes what the flags say into the options of an audit.
func (f *beyondFlags) apply(a *app, s *sourceFlags, options *checks.Options) error {
	if f.authoritative && s.offline {
		return complain("flags-conflict", "flags-conflict", checks.Args{"one": "--offline", "other": "--authoritative"})
	}
	options.Authoritative, options.AuthorityPort = f.authoritative, a.authorityPort
	return nil
}
