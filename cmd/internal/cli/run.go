package cli

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"mailauth/checks"
	"mailauth/checks/all"
	"mailauth/checks/catalog"
)

// app is one run of the program.
type app struct {
	ctx            context.Context
	stdin          io.Reader
	stdout, stderr io.Writer
	catalog        *catalog.Catalog
	texts          *catalog.Localizer
	checks         []*checks.Check
	// running is the command, as it is written: "mailauth spf tree".
	running string
	// authorityPort is where name servers listen that --fresh asks; 0 is the
	// usual port. Tests have no other.
	authorityPort uint16
	// roots are the certificates that web servers are trusted by; nil is the
	// system's. Tests have others.
	roots *x509.CertPool
	// status is what the command that ran decided.
	status int
}

// Run runs a command line, without the program's name, and returns the exit
// status. It ends early when ctx does, or on an interrupt.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) (status int) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	signal.Ignore(syscall.SIGPIPE) // a write to a closed pipe fails, and the exit status stays ours
	texts, err := catalog.Load()
	if err != nil {
		io.WriteString(stderr, "error: "+err.Error()+"\n")
		return ExitUsage
	}
	a := &app{ctx: ctx, stdin: stdin, stdout: output{stdout}, stderr: stderr, catalog: texts, checks: all.Checks()}
	a.texts = texts.For(language(args, os.Getenv, texts.Languages()))
	defer func() {
		if p := recover(); p != nil {
			status = a.tell(internalError(p))
		}
	}()
	return a.run(args)
}

func (a *app) run(args []string) int {
	root := a.rootCommand()
	root.SetArgs(args)
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	err := root.ExecuteContext(a.ctx)
	if errors.Is(err, syscall.EPIPE) {
		return a.status
	}
	return worseExit(a.status, a.tell(err))
}

// internalError is the complaint about a bug. MAILAUTH_DEBUG shows where.
func internalError(p any) *complaint {
	if os.Getenv("MAILAUTH_DEBUG") != "" {
		os.Stderr.Write(debug.Stack())
	}
	return complain("internal", "internal", checks.Args{"error": p})
}
