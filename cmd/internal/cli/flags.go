package cli

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mailauth/checks"
)

// choice is a flag that takes one of a few words.
type choice struct {
	value   string
	allowed []string
}

// Set implements pflag.Value.
func (c *choice) Set(text string) error {
	if !slices.Contains(c.allowed, text) {
		args := checks.Args{"values": c.allowed}
		if near, ok := nearest(text, c.allowed); ok {
			args["near"] = near
			return complain("value", "value-near", args)
		}
		return complain("value", "values", args)
	}
	c.value = text
	return nil
}

func (c *choice) String() string { return c.value }

// Type is shown in the help.
func (c *choice) Type() string { return strings.Join(c.allowed, "|") }

// patience is a flag that takes a duration; a bare number is seconds.
type patience time.Duration

// Set implements pflag.Value.
func (p *patience) Set(text string) error {
	d, err := time.ParseDuration(text)
	if seconds, bad := strconv.ParseFloat(text, 64); bad == nil {
		d, err = time.Duration(seconds*float64(time.Second)), nil
	}
	if err != nil || d <= 0 || d > maxTimeout {
		return complain("value", "duration", nil)
	}
	*p = patience(d)
	return nil
}

func (p *patience) String() string { return time.Duration(*p).String() }

// Type is shown in the help.
func (p *patience) Type() string { return "TIME" }

// count is a flag that takes a number from 1 to 64.
type count int

// Set implements pflag.Value.
func (c *count) Set(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 64 {
		return complain("value", "count", nil)
	}
	*c = count(n)
	return nil
}

func (c *count) String() string { return strconv.Itoa(int(*c)) }

// Type is shown in the help.
func (c *count) Type() string { return "N" }

// flagComplaint says in the user's language what pflag found wrong.
func flagComplaint(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var missing *pflag.ValueRequiredError
	var value *pflag.InvalidValueError
	var syntax *pflag.InvalidSyntaxError
	switch {
	case errors.As(err, &unknown):
		return unknownFlag(cmd, unknown.GetSpecifiedName())
	case errors.As(err, &missing):
		return complain("flag-value", "help", checks.Args{"flag": flagName(missing.GetFlag()), "command": cmd.CommandPath()})
	case errors.As(err, &value):
		return badValue(value)
	case errors.As(err, &syntax):
		return complain("flag-syntax", "help", checks.Args{"flag": syntax.GetSpecifiedFlag(), "command": cmd.CommandPath()})
	}
	return err
}

// emptyFlag complains about a flag whose value is there but empty, as a variable
// of a script can be.
func emptyFlag(cmd *cobra.Command) (err error) {
	cmd.Flags().Visit(func(f *pflag.Flag) {
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		if err == nil && slices.Contains(values, "") {
			err = complain("flag-value", "help", checks.Args{"flag": flagName(f), "command": cmd.CommandPath()})
		}
	})
	return err
}

func badValue(e *pflag.InvalidValueError) *complaint {
	args := checks.Args{"flag": flagName(e.GetFlag()), "value": cmp.Or(e.GetValue(), `""`)}
	var reason *complaint
	if !errors.As(e.Unwrap(), &reason) {
		return complain("value", "switch", args)
	}
	for name, v := range reason.text.Args {
		args[name] = v
	}
	return &complaint{text: checks.T(reason.text.ID, args), hint: checks.T(reason.hint.ID, args)}
}

func unknownFlag(cmd *cobra.Command, given string) *complaint {
	args := checks.Args{"flag": dashes(given), "command": cmd.CommandPath()}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if near, ok := nearest(given, names); ok && len(given) > 1 {
		args["near"] = "--" + near
		return complain("flag", "flag-near", args)
	}
	return complain("flag", "help", args)
}

func flagName(f *pflag.Flag) string {
	if f.Shorthand != "" {
		return "-" + f.Shorthand + "/--" + f.Name
	}
	return "--" + f.Name
}

func dashes(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}
