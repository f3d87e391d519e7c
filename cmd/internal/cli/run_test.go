package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"mailauth/checks"
	"mailauth/checks/all"
	"mailauth/checks/catalog"
	"mailauth/cmd/internal/report"
	"mailauth/resolver"
	"mailauth/resolver/dnstest"
)

const parked = `$ORIGIN example.jp.
@ 3600 MX 0 .
@ 3600 TXT "v=spf1 -all"
_dmarc 3600 TXT "v=DMARC1; p=reject"
_dmarc 3600 TXT "v=DMARC1; p=none"
`

func zoneFile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "new.zone")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// brokenPipe is an output whose reader is gone.
type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) {
	return 0, &os.PathError{Op: "write", Err: syscall.EPIPE}
}

// fullDisk is an output that cannot be written.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestOutputThatCannotBeWritten(t *testing.T) {
	file := zoneFile(t, parked)
	for _, args := range [][]string{{"check", "--offline", "--zone", file}, {"check", "--offline", "--zone", file, "--format", "json"}} {
		var errs bytes.Buffer
		args = append(args, "--lang", "en")
		if got := Run(context.Background(), args, strings.NewReader(""), brokenPipe{}, &errs); got != ExitFindings || errs.Len() > 0 {
			t.Errorf("%v into a closed pipe: exit status %d, %q, want %d and silence", args, got, &errs, ExitFindings)
		}
		if got := Run(context.Background(), args, strings.NewReader(""), fullDisk{}, &errs); got != ExitUsage || !strings.HasPrefix(errs.String(), "error: cannot write the output: no space left on device\nhint: what was printed is not complete; ") {
			t.Errorf("%v onto a full disk: exit status %d, %q", args, got, &errs)
		}
	}
	for _, args := range [][]string{{"explain"}, {"version"}, {"help"}, {"completion", "bash"}} {
		var errs bytes.Buffer
		if got := Run(context.Background(), args, strings.NewReader(""), brokenPipe{}, &errs); got != ExitOK || errs.Len() > 0 {
			t.Errorf("%v into a closed pipe: exit status %d, %q, want 0 and silence", args, got, &errs)
		}
	}
}

// A run that is stopped ends at once, with a word and a status of its own.
func TestStop(t *testing.T) {
	server := dnstest.Start(t)
	server.Fault("*", 0, dnstest.Delay(time.Hour))
	ctx, cancel := context.WithCancel(context.Background())
	var out, errs bytes.Buffer
	done := make(chan int)
	go func() {
		done <- Run(ctx, []string{"check", "--lang", "en", "--resolver", server.Addr(), "example.jp", "example.com"}, strings.NewReader(""), &out, &errs)
	}()
	for server.Count() == 0 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	select {
	case got := <-done:
		if got != ExitUsage || out.Len() > 0 || !strings.HasPrefix(errs.String(), "error: stopped before the end\n") {
			t.Errorf("exit status %d, output %q, errors %q", got, &out, &errs)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("it goes on")
	}
}

// testApp is an app with its own checks, that a broken one can be among.
func testApp(t *testing.T, list ...*checks.Check) (a *app, out, errs *bytes.Buffer) {
	t.Helper()
	texts, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	out, errs = &bytes.Buffer{}, &bytes.Buffer{}
	return &app{ctx: context.Background(), stdin: strings.NewReader(""), stdout: out, stderr: errs, catalog: texts, texts: texts.For("en"), checks: list}, out, errs
}

// A bug in a check is told in one line; it neither crashes nor passes.
func TestBrokenChecks(t *testing.T) {
	fine := func(context.Context, *checks.Pass) (any, error) { return nil, nil }
	broken := map[string]*checks.Check{
		"Lookup panics": {Name: "test", Doc: "d", Lookup: func(context.Context, *checks.Pass) (any, error) { panic("boom") }},
		"Lookup fails":  {Name: "test", Doc: "d", Lookup: func(context.Context, *checks.Pass) (any, error) { return nil, errors.New("boom") }},
		"Judge panics":  {Name: "test", Doc: "d", Lookup: fine, Judge: func(*checks.Pass) checks.Judgement { panic("boom") }},
	}
	file := zoneFile(t, parked)
	for name, c := range broken {
		a, out, errs := testApp(t, c)
		got := a.run([]string{"check", "--offline", "--zone", file})
		if got != ExitUsage || out.Len() > 0 || strings.Count(errs.String(), "\n") != 2 ||
			!strings.HasPrefix(errs.String(), "error: internal error: ") || !strings.Contains(errs.String(), "boom") {
			t.Errorf("%s: exit status %d, output %q, errors %q", name, got, out, errs)
		}
	}
}

// What complaints quote was typed or read by strangers.
func TestComplaintsAreOneCleanLine(t *testing.T) {
	for _, given := range []string{"\x1b[31mred.example", "a\nb.example", "\u202egnp.example@", "a\rb"} {
		var out, errs bytes.Buffer
		got := Run(context.Background(), []string{"check", "--lang", "en", given}, strings.NewReader(""), &out, &errs)
		if got != ExitUsage || strings.Count(errs.String(), "\n") != 2 || strings.ContainsAny(errs.String(), "\x1b\r\u202e") {
			t.Errorf("%q: exit status %d, errors %q", given, got, &errs)
		}
	}
}

// A hostile record reaches neither terminal nor trace raw.
func TestHostileAnswers(t *testing.T) {
	server := dnstest.StartFunc(t, func(q resolver.Query) resolver.Reply {
		reply := resolver.Reply{AA: true}
		if q.Type == resolver.TypeTXT {
			reply.Answer = []resolver.Record{{Name: q.Name, TTL: 60, Data: resolver.TXT{Strings: []string{"v=spf1 \x1b]0;x\x07 \u202e\u200b\r\nerror: \x9b31m -all"}}}}
		}
		return reply
	})
	for _, format := range []string{"text", "json"} {
		var out, errs bytes.Buffer
		how := map[string]string{"text": "-v", "json": "--unknown=ignore"}[format]
		Run(context.Background(), []string{"check", how, "--trace", "--format", format, "--resolver", server.Addr(), "example.jp"}, strings.NewReader(""), &out, &errs)
		if out.Len() == 0 {
			t.Fatalf("nothing was printed: %s", &errs)
		}
		for _, text := range []string{out.String(), errs.String()} {
			if strings.ContainsAny(text, "\x1b\x07\r\u202e\u200b\u009b") || strings.Contains(text, "\nerror: ") {
				t.Errorf("%s prints what a record says raw:\n%q", format, text)
			}
		}
	}
}

// No help shows the id of a text in place of the text, and all of it fits a
// terminal.
func TestEveryTextOfTheCommandLineExists(t *testing.T) {
	a, _, _ := testApp(t)
	for _, lang := range a.catalog.Languages() {
		a.texts = a.catalog.For(lang)
		var out bytes.Buffer
		a.stdout = &out
		for _, args := range [][]string{{"help"}, {"help", "check"}, {"help", "snapshot"}, {"help", "explain"}, {"help", "version"}, {"help", "completion"}, {"help", "help"}} {
			if got := a.run(args); got != ExitOK {
				t.Errorf("%v: exit status %d", args, got)
			}
		}
		if strings.Contains(out.String(), "cli.") {
			t.Errorf("%s: a text is missing:\n%s", lang, &out)
		}
		a.checks = all.Checks()
		if got := a.run([]string{"explain"}); got != ExitOK {
			t.Errorf("the list of rules: exit status %d", got)
		}
		for _, line := range strings.Split(out.String(), "\n") {
			if report.Width(line) > defaultWidth {
				t.Errorf("%s: %d columns: %s", lang, report.Width(line), line)
			}
		}
	}
}

// Standard input has the limit of a file, and is refused beyond it: a zone that
// was cut would lack records.
func TestZoneOnStandardInputThatIsTooLong(t *testing.T) {
	const limit = 64 << 20
	comment := "; a comment without any meaning for the zone that it stands in, to fill it\n"
	fill := strings.Repeat(comment, (limit-len(parked))/len(comment)+1)
	tests := []struct {
		name   string
		length int
		want   string
	}{
		{"as long as a file may be", limit, ""},
		{"longer by one", limit + 1, "error: stdin: found more than 64 MiB, "},
		{"longer by a record", limit + 4096, "error: stdin: found more than 64 MiB, "},
	}
	for _, tt := range tests {
		in := parked + fill + strings.Repeat(";", 8192)
		var out, errs bytes.Buffer
		status := Run(context.Background(), []string{"check", "--lang", "en", "--offline", "--zone", "-"}, strings.NewReader(in[:tt.length]), &out, &errs)
		if tt.want == "" && (status != ExitFindings || errs.Len() > 0) || tt.want != "" && (status != ExitUsage || !strings.HasPrefix(errs.String(), tt.want)) {
			t.Errorf("%s: exit status %d, %q, want %q", tt.name, status, &errs, tt.want)
		}
	}
}
