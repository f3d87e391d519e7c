package main

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"mailauth/cmd/internal/cli"
	"mailauth/resolver"
	"mailauth/resolver/dnstest"
	"mailauth/resolver/zone"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"mailauth": func() {
			os.Exit(cli.Run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
		},
	})
}

// TestScripts runs whole command lines. Beside the usual commands there are
//
//	dns NAME FOLDER               a server with the zones of a folder; its address is in $NAME
//	fault NAME TYPE OWNER FAULT   servfail, refused, drop, truncate, garbage or slow for a question
//	status N COMMAND…             runs a command and expects its exit status
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:             filepath.Join("testdata", "script"),
		UpdateScripts:   os.Getenv("UPDATE_SCRIPTS") != "",
		ContinueOnError: true,
		Setup: func(env *testscript.Env) error {
			for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG", "MAILAUTH_LANG", "NO_COLOR"} {
				env.Setenv(name, "")
			}
			env.Values["servers"] = map[string]*dnstest.Server{}
			fixtures, err := filepath.Abs(filepath.Join("..", "..", "fixtures"))
			env.Setenv("FIXTURES", fixtures)
			return err
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"dns":    func(ts *testscript.TestScript, _ bool, args []string) { startDNS(t, ts, args) },
			"fault":  func(ts *testscript.TestScript, _ bool, args []string) { setFault(ts, args) },
			"status": expectStatus,
		},
	})
}

// serversOf are the servers of a script, by name.
func serversOf(ts *testscript.TestScript) map[string]*dnstest.Server {
	return ts.Value("servers").(map[string]*dnstest.Server)
}

func startDNS(t *testing.T, ts *testscript.TestScript, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: dns NAME FOLDER")
	}
	zones, err := zone.Read(ts.MkAbs(args[1]), nil)
	ts.Check(err)
	server := dnstest.Start(t, zones...)
	serversOf(ts)[args[0]] = server
	ts.Setenv(args[0], server.Addr())
}

func setFault(ts *testscript.TestScript, args []string) {
	if len(args) != 4 {
		ts.Fatalf("usage: fault NAME TYPE OWNER FAULT")
	}
	faults := map[string]dnstest.Fault{
		"servfail": dnstest.ServFail, "refused": dnstest.Refused, "drop": dnstest.Drop, "truncate": dnstest.Truncate, "garbage": dnstest.Garbage,
		"slow": dnstest.Delay(300 * time.Millisecond),
	}
	fault, ok := faults[args[3]]
	if !ok {
		ts.Fatalf("no fault %s", args[3])
	}
	var t resolver.Type
	if args[1] != "*" {
		var err error
		t, err = resolver.ParseType(args[1])
		ts.Check(err)
	}
	serversOf(ts)[args[0]].Fault(args[2], t, fault)
}

// expectStatus runs a command; its output can be looked at as after exec.
func expectStatus(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: status N COMMAND…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if err != nil {
		code, ok := strings.CutPrefix(err.Error(), "exit status ")
		got, err = strconv.Atoi(code)
		if !ok || err != nil {
			ts.Fatalf("%s: %v", strings.Join(args[1:], " "), err)
		}
	}
	if (got == want) == neg {
		ts.Fatalf("%s: exit status %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}
