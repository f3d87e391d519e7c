package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mailauth/cmd/internal/cli"
	"mailauth/resolver/zone"
)

var update = flag.Bool("update", false, "write the output of the commands in the READMEs anew")

// What the READMEs show is what the program prints. A console block begins with
// a command; the output below it is compared, but for times.
func TestReadmes(t *testing.T) {
	t.Setenv("LC_ALL", "C")
	t.Chdir(filepath.Join("..", ".."))
	for _, file := range []string{"README.md", "docs/ja/README.md", "docs/migration.md", "docs/ja/migration.md", "docs/flatten.md", "docs/ja/flatten.md"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		commands := 0
		got := consoleBlock.ReplaceAllStringFunc(string(text), func(block string) string {
			parts := consoleBlock.FindStringSubmatch(block)
			commands++
			return parts[1] + parts[2] + runShown(t, parts[2]) + parts[4]
		})
		if commands == 0 {
			t.Errorf("%s shows no command", file)
		}
		if *update && withoutTimes(string(text)) == withoutTimes(got) {
			continue // only the times differ
		}
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if diff := cmp.Diff(withoutTimes(string(text)), withoutTimes(got)); diff != "" {
			t.Errorf("%s is stale; run with -update (-file +program):\n%s", file, diff)
		}
	}
}

// consoleBlock is a fence, a command, its output, a fence.
var consoleBlock = regexp.MustCompile("(?s)(```console\n)(\\$ [^\n]+\n)(.*?)(```\n)")

// runShown runs a command of the README from the top folder.
func runShown(t *testing.T, command string) string {
	t.Helper()
	args := strings.Fields(strings.TrimPrefix(command, "$ "))
	i := slices.IndexFunc(args, func(arg string) bool { return strings.HasSuffix(arg, "mailauth") })
	if i < 0 {
		t.Fatalf("%q does not run mailauth", command)
	}
	var out, errs bytes.Buffer
	if status := cli.Run(context.Background(), args[i+1:], strings.NewReader(""), &out, &errs); status == cli.ExitUsage || errs.Len() > 0 {
		t.Fatalf("%q: exit status %d\n%s", command, status, &errs)
	}
	return out.String()
}

var times = regexp.MustCompile(`\d+(\.\d+)?( s|秒)\n`)

func withoutTimes(text string) string { return times.ReplaceAllString(text, "?$2\n") }

// printedEdit is a line of a fix, as it is printed for copying.
var printedEdit = regexp.MustCompile(`^     ([-+]) ((\S+) \d+ IN (\S+) (.+))$`)

// The first command of the README finds the story's mistake; with the edits
// that it has tried, applied by a machine, the second run has nothing against it.
func TestPrintedEditsMend(t *testing.T) {
	t.Setenv("LC_ALL", "C")
	story, err := os.ReadFile(filepath.Join("..", "..", "fixtures", "example.co.jp.zone"))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "example.co.jp.zone")
	writeFile(t, file, string(story))
	args := []string{"check", "--offline", "--zone", file, "example.co.jp"}
	first, status := runText(t, args...)
	if status != cli.ExitFindings {
		t.Fatalf("the story: exit status %d, want %d\n%s", status, cli.ExitFindings, first)
	}
	text := string(story)
	edits := 0
	for _, line := range strings.Split(first, "\n") {
		edit := printedEdit.FindStringSubmatch(line)
		if edit == nil || fixNeedsChoice(first, line) {
			continue
		}
		edits++
		if edit[1] == "+" {
			text += edit[2] + "\n"
		} else {
			text = withoutRecord(t, file, text, edit[3], edit[4], edit[5])
		}
		writeFile(t, file, text)
	}
	if edits == 0 {
		t.Fatalf("no edit is printed:\n%s", first)
	}
	if second, status := runText(t, args...); status != cli.ExitOK {
		t.Errorf("mended: exit status %d, want 0\n%s", status, second)
	}
}

// fixNeedsChoice reports that the edits around a printed line have a value in
// angle brackets, which only the user knows.
func fixNeedsChoice(page, line string) bool {
	lines := strings.Split(page, "\n")
	i := slices.Index(lines, line)
	for ; i < len(lines) && printedEdit.MatchString(lines[i]); i++ {
		if strings.Contains(lines[i], "<") {
			return true
		}
	}
	return false
}

// withoutRecord drops the line of a record from a zone file.
func withoutRecord(t *testing.T, file, text, owner, rrtype, rdata string) string {
	t.Helper()
	zones, err := zone.Read(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range zones[0].Records() {
		if r.Name == owner && r.Type().String() == rrtype && r.Data.String() == rdata {
			lines := strings.Split(text, "\n")
			return strings.Join(slices.Delete(lines, r.Origin.Line-1, r.Origin.Line), "\n")
		}
	}
	t.Fatalf("%s %s %s is not in the zone", owner, rrtype, rdata)
	return ""
}

func runText(t *testing.T, args ...string) (out string, status int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	status = cli.Run(context.Background(), args, strings.NewReader(""), &stdout, &stderr)
	if stderr.Len() > 0 {
		t.Fatalf("mailauth %v: %s", args, &stderr)
	}
	return stdout.String(), status
}
