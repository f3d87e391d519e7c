package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"mailauth/cmd/internal/cli"
	"mailauth/resolver"
)

var jsonBlock = regexp.MustCompile("(?s)```json\n(.*?)```\n")

// The example of the recording format is a recording, and both guides show the
// same one.
func TestRecordingGuides(t *testing.T) {
	var first string
	for _, guide := range []string{"../../docs/recordings.md", "../../docs/ja/recordings.md"} {
		text, err := os.ReadFile(guide)
		if err != nil {
			t.Fatal(err)
		}
		block := jsonBlock.FindSubmatch(text)
		if block == nil {
			t.Fatalf("%s shows no recording", guide)
		}
		example := string(block[1])
		if _, err := resolver.ReadRecording(strings.NewReader(example), guide); err != nil {
			t.Error(err)
		}
		if first != "" && example != first {
			t.Errorf("%s shows another recording", guide)
		}
		first = example
		for _, kind := range []resolver.ErrorKind{
			resolver.Timeout, resolver.ServFail, resolver.Refused, resolver.Unreachable, resolver.BadReply, resolver.Offline,
			resolver.NotRecorded, resolver.OverBudget, resolver.Undetermined, resolver.Cancelled, resolver.BadName,
		} {
			if !bytes.Contains(text, []byte("`"+string(kind)+"`")) {
				t.Errorf("%s does not name the error %s", guide, kind)
			}
		}
	}
	file := filepath.Join(t.TempDir(), "example.json")
	writeFile(t, file, first)
	var out, errs bytes.Buffer
	status := cli.Run(context.Background(), []string{"check", "--lang", "en", "--replay", file}, strings.NewReader(""), &out, &errs)
	if status != cli.ExitUnknown || errs.Len() > 0 || !strings.Contains(out.String(), "\n     _dmarc.example.jp. TXT\n") {
		t.Errorf("replaying the example: exit status %d\n%s%s", status, &out, &errs)
	}
}
