//go:build unix

package cli

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"mailauth/resolver"
)

// snapshotTo records a parked domain and returns the exit status and what was
// said on the error stream.
func snapshotTo(t *testing.T, path string, stdout io.Writer) (status int, said string) {
	t.Helper()
	var errs bytes.Buffer
	args := []string{"snapshot", "--lang", "en", "--offline", "--zone", zoneFile(t, parked), "-o", path}
	status = Run(context.Background(), args, strings.NewReader(""), stdout, &errs)
	return status, errs.String()
}

func mustRead(t *testing.T, text []byte) {
	t.Helper()
	if _, err := resolver.ReadRecording(bytes.NewReader(text), "test"); err != nil {
		t.Errorf("no recording was written: %v\n%s", err, text)
	}
}

// A file is replaced whole, behind a link and with the permissions that it has.
func TestRecordingOverAFile(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "s.json"), filepath.Join(dir, "link.json")
	if err := os.WriteFile(file, []byte("an old one"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("s.json", link); err != nil {
		t.Fatal(err)
	}
	if status, said := snapshotTo(t, link, io.Discard); status != ExitUnknown || !strings.HasPrefix(said, "wrote "+link+": ") {
		t.Errorf("exit status %d, %q", status, said)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode().Type() != fs.ModeSymlink {
		t.Errorf("the link is %v now (%v)", info, err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	mustRead(t, text)
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file's permissions are %v (%v)", info.Mode(), err)
	}
	if names, _ := filepath.Glob(filepath.Join(dir, ".*")); len(names) > 0 {
		t.Errorf("%v is left behind", names)
	}
}

// A link to nothing leads to where the file is to be.
func TestRecordingThroughALinkToNothing(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "link.json")
	if err := os.Symlink("new.json", link); err != nil {
		t.Fatal(err)
	}
	snapshotTo(t, link, io.Discard)
	text, err := os.ReadFile(filepath.Join(dir, "new.json"))
	if err != nil {
		t.Fatal(err)
	}
	mustRead(t, text)
}

// What is no file is written into and stays what it is.
func TestRecordingIntoAPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skipf("no pipe can be made here: %v", err)
	}
	read := make(chan []byte, 1)
	go func() {
		text, _ := os.ReadFile(pipe)
		read <- text
	}()
	snapshotTo(t, pipe, io.Discard)
	if info, err := os.Lstat(pipe); err != nil || info.Mode().Type() != fs.ModeNamedPipe {
		t.Fatalf("the pipe is %v now (%v)", info, err)
	}
	select {
	case text := <-read:
		mustRead(t, text)
	case <-time.After(30 * time.Second):
		t.Fatal("nobody wrote into the pipe")
	}
}

// "-" and the standard output by its name are the same, and nothing is said of
// a file.
func TestRecordingToStandardOutput(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	for i, name := range []string{"-", path} {
		if _, said := snapshotTo(t, name, out); strings.Contains(said, "wrote") {
			t.Errorf("-o %s says %q", name, said)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(text, []byte(`"recorded_at"`)); n != i+1 {
			t.Errorf("after -o %s there are %d recordings in the output, want %d", name, n, i+1)
		}
	}
}

// What cannot be written is told by the name that was given. The device is
// behind a link of our own, so that a bug cannot harm the machine's.
func TestRecordingThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	full := filepath.Join(dir, "full")
	if err := os.Symlink("/dev/full", full); err != nil {
		t.Fatal(err)
	}
	none := filepath.Join(dir, "none", "s.json")
	tests := []struct{ path, why string }{
		{full, "no space left on device"},
		{dir, "is a directory"},
		{none, "no such file or directory"},
	}
	for _, tt := range tests {
		if _, err := os.Stat("/dev/full"); err != nil && tt.path == full {
			continue // this system has no such device
		}
		status, said := snapshotTo(t, tt.path, io.Discard)
		if want := "error: cannot write " + tt.path + ": " + tt.why + "\n"; status != ExitUsage || !strings.HasPrefix(said, want) {
			t.Errorf("-o %s: exit status %d, %q, want %q", tt.path, status, said, want)
		}
	}
	if info, err := os.Lstat(full); err != nil || info.Mode().Type() != fs.ModeSymlink {
		t.Errorf("the link to the device is %v now (%v)", info, err)
	}
}
