package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mailauth/cmd/internal/cli"
	"mailauth/resolver"
)

// The README's first command, taken at its word: its lines with - and + are
// applied to the zone file without thinking, and the second run is content.
func TestEditsOfTheStoryMendIt(t *testing.T) {
	for _, lang := range []string{"en", "ja"} {
		t.Run(lang, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "example.co.jp.zone")
			text, err := os.ReadFile("../../fixtures/example.co.jp.zone")
			if err != nil {
				t.Fatal(err)
			}
			writeFile(t, file, string(text))
			args := []string{"check", "--offline", "--lang", lang, "--zone", file, "example.co.jp"}
			output, code := checkText(t, args)
			if code != 1 {
				t.Fatalf("exit status %d before the edits, want 1:\n%s", code, output)
			}
			writeFile(t, file, applyPrinted(t, string(text), output))
			if output, code := checkText(t, args); code != 0 {
				t.Errorf("exit status %d after the edits, want 0:\n%s", code, output)
			}
		})
	}
}

func checkText(t *testing.T, args []string) (output string, code int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = cli.Run(context.Background(), args, strings.NewReader(""), &stdout, &stderr)
	if stderr.Len() > 0 {
		t.Fatalf("mailauth %v: %s", args, stderr.String())
	}
	return stdout.String(), code
}

// applyPrinted drops the zone's lines whose record is printed with "- " and
// appends those printed with "+ ".
func applyPrinted(t *testing.T, zone, output string) string {
	t.Helper()
	lines := strings.Split(zone, "\n")
	edits := 0
	for _, line := range strings.Split(output, "\n") {
		line = strings.TrimSpace(line)
		if removed, ok := strings.CutPrefix(line, "- "); ok {
			at := slices.IndexFunc(lines, func(have string) bool { return sameRecord(t, have, removed) })
			if at < 0 {
				t.Fatalf("the zone has no line for %q", removed)
			}
			lines = slices.Delete(lines, at, at+1)
			edits++
		} else if added, ok := strings.CutPrefix(line, "+ "); ok {
			lines = append(lines, added)
			edits++
		}
	}
	if edits == 0 {
		t.Fatal("the report prints no edit")
	}
	return strings.Join(lines, "\n") + "\n"
}

// sameRecord compares a line of the zone, with its names relative, with a
// printed record: they are the same if their quoted data are.
func sameRecord(t *testing.T, line, printed string) bool {
	t.Helper()
	record, err := resolver.ParseRecord(printed)
	if err != nil {
		t.Fatalf("the report prints %q: %v", printed, err)
	}
	_, data, ok := strings.Cut(line, "TXT")
	if !ok || record.Type() != resolver.TypeTXT || strings.Contains(line, "(") {
		return false
	}
	have, err := resolver.ParseRData(resolver.TypeTXT, strings.TrimSpace(data))
	return err == nil && have.String() == record.Data.String()
}
