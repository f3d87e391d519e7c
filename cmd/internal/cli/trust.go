package cli

import (
	"github.com/spf13/pflag"

	"mailauth/checks"
	"mailauth/resolver"
)

// trustFlags say what is believed of DNSSEC.
type trustFlags struct {
	ad    bool
	bogus string
}

func (f *trustFlags) add(flags *pflag.FlagSet) {
	flags.BoolVar(&f.ad, "trust-ad", false, "")
	flags.StringVar(&f.bogus, "bogus-name", "", "")
}

// apply lets the servers' word on DNSSEC be believed over any way, if the user
// vouches for it.
func (f trustFlags) apply(servers []resolver.Server) {
	for i := range servers {
		servers[i].TrustAD = servers[i].TrustAD || f.ad
	}
}

// tell hands the name of the control question to the audit.
func (f trustFlags) tell(options *checks.Options) (err error) {
	if f.bogus != "" {
		options.BogusName, err = parseDomain(f.bogus)
	}
	return err
}
