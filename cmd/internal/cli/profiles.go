package cli

import (
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/checks/receivers"
)

// everyProfile stands for all of them.
const everyProfile = "all"

// profiles is a flag that names what receivers and guidelines the audit is held
// against: a list with commas, repeatable.
type profiles []string

// Set implements pflag.Value.
func (p *profiles) Set(text string) error {
	allowed := append(receivers.IDs(), everyProfile)
	for _, id := range strings.Split(text, ",") {
		id = strings.ToLower(strings.TrimSpace(id))
		if !slices.Contains(allowed, id) {
			args := checks.Args{"values": allowed}
			if near, ok := nearest(id, allowed); ok {
				args["near"] = near
				return complain("value", "value-near", args)
			}
			return complain("value", "values", args)
		}
		*p = append(*p, id)
	}
	return nil
}

func (p *profiles) String() string { return strings.Join(*p, ",") }

// Type is shown in the help.
func (p *profiles) Type() string { return "LIST" }

// chosen lists the profiles, none twice.
func (p *profiles) chosen() []string {
	if slices.Contains(*p, everyProfile) {
		return receivers.IDs()
	}
	return *p
}
