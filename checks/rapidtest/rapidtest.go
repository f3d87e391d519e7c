// Package rapidtest makes property tests say the same of the same tree each time.
//
// The library for them draws new examples in every run unless it is given a seed.
// A gate that fails now and then, for reasons that lie in the draw, teaches people
// to run it again. So packages with property tests begin with a fixed seed; who
// looks for new examples gives another, or 0 for a random one: -rapid.seed, or
// RAPID_SEED in the environment.
package rapidtest

import (
	"flag"
	"os"
	"testing"

	_ "pgregory.net/rapid" // declares the flag
)

const (
	name   = "rapid.seed"
	envVar = "RAPID_SEED"
	fixed  = "1"
)

// Main is what TestMain of a package with property tests calls.
func Main(m *testing.M) {
	flag.Parse()
	_, asked := os.LookupEnv(envVar)
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == name })
	if !asked {
		if err := flag.Set(name, fixed); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
