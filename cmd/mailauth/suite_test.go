package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"mailauth/checks/spf/spftest"
	"mailauth/cmd/internal/cli"
	"mailauth/resolver/dnstest"
)

// wireTimeout is how long the program waits for hosts that do not answer: long
// enough for a busy machine to answer for all others.
const wireTimeout = "5s"

// The suite of RFC 7208 passes through the program as users have it: a process
// for each test, which asks a name server over UDP, and over TCP where that cuts
// every reply short. There is no test that a command line cannot express.
func TestSuiteThroughProgram(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: this runs 406 processes, none of which the race detector sees into")
	}
	scenarios := spftest.RFC7208().AtHand(t)
	program := buildProgram(t)
	for _, way := range []struct {
		name   string
		faults []dnstest.Fault
		net    string
	}{{"UDP", nil, "udp"}, {"truncated to TCP", []dnstest.Fault{dnstest.Truncate}, "tcp"}} {
		t.Run(way.name, func(t *testing.T) {
			var calls []programCall
			var servers []*dnstest.Server
			for _, s := range scenarios {
				server := serveScenario(t, s, way.faults...)
				servers = append(servers, server)
				for _, test := range s.Tests {
					calls = append(calls, programCall{test, server.Addr()})
				}
			}
			if len(calls) != 203 {
				t.Errorf("%d tests, expected 203", len(calls))
			}
			judgeAll(t, program, calls)
			answered := 0
			for _, server := range servers {
				answered += server.CountNet(way.net)
			}
			if answered < len(calls) {
				t.Errorf("%d questions came over %s in %d tests", answered, way.net, len(calls))
			}
		})
	}
}

// buildProgram builds mailauth and returns where it is.
func buildProgram(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "mailauth")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return program
}

// serveScenario runs a server with the world of a scenario, and with faults of
// every reply that it gives.
func serveScenario(t *testing.T, s spftest.Scenario, faults ...dnstest.Fault) *dnstest.Server {
	t.Helper()
	zone, silent := s.World(t)
	server := dnstest.Start(t, zone)
	server.Fault("*", 0, faults...)
	for _, q := range silent {
		server.Fault(q.Name, q.Type, dnstest.Drop)
	}
	return server
}

// programCall is a test of the suite and the server that has its world.
type programCall struct {
	spftest.Test
	server string
}

// judgeAll makes all calls, several at a time: some only wait.
func judgeAll(t *testing.T, program string, calls []programCall) {
	t.Helper()
	const atOnce = 8
	turn := make(chan struct{}, atOnce)
	var all sync.WaitGroup
	for _, call := range calls {
		all.Go(func() {
			turn <- struct{}{}
			defer func() { <-turn }()
			if err := call.judge(program); err != nil {
				t.Errorf("%s: %v", call.Name, err)
			}
		})
	}
	all.Wait()
}

// args is the command line. The suite leaves the null sender empty, SMTP writes
// it <>; the domain is that of the sender or HELO.
func (c programCall) args() []string {
	sender := c.Mailfrom
	if sender == "" {
		sender = "<>"
	}
	return []string{"simulate", "--format", "json", "--resolver", c.server, "--timeout", wireTimeout, "--lang", "en",
		"--ip", c.Host, "--sender", sender, "--helo", c.Helo}
}

// judge runs the program and compares result, explanation and exit status.
func (c programCall) judge(program string) error {
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(program, c.args()...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		return err
	}
	var document struct {
		Simulations []struct {
			Domain, HELO string
			SPF          struct {
				Result, Cause, Term, Explanation string
				Possible                         []string
			}
		}
	}
	if err := json.Unmarshal(stdout.Bytes(), &document); err != nil || len(document.Simulations) != 1 {
		return fmt.Errorf("mailauth %s: printed %q, %q", strings.Join(c.args(), " "), &stdout, &stderr)
	}
	answer := document.Simulations[0]
	spf := answer.SPF
	switch status := cmd.ProcessState.ExitCode(); {
	case !strings.EqualFold(answer.Domain, c.Domain()) || !strings.EqualFold(answer.HELO, c.Helo):
		return fmt.Errorf("check_host() is asked about %q, HELO %q; expected %q, %q", answer.Domain, answer.HELO, c.Domain(), c.Helo)
	case spf.Result != c.Want || len(spf.Possible) != 1 || spf.Possible[0] != c.Want:
		return fmt.Errorf("%s of %s (%s, %q), expected %s; the suite says %q", spf.Result, spf.Possible, spf.Cause, spf.Term, c.Want, c.Result)
	case !c.Explains(spf.Explanation):
		return fmt.Errorf("explanation %q, the suite says %q", spf.Explanation, c.Explanation)
	case stderr.Len() > 0 || status != statusOf(c.Want):
		return fmt.Errorf("exit status %d with %s, expected %d\n%s", status, spf.Result, statusOf(c.Want), &stderr)
	}
	return nil
}

// statusOf is the exit status where SPF gives one result.
func statusOf(result string) int {
	switch result {
	case "pass":
		return cli.ExitOK
	case "temperror":
		return cli.ExitUnknown
	}
	return cli.ExitFindings
}
