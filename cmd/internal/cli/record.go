package cli

import (
	"io"
	"os"
	"path/filepath"
	"time"

	"mailauth/checks"
	"mailauth/cmd/internal/report"
	"mailauth/resolver"
)

// recorder keeps what a source is asked and says.
type recorder struct {
	*resolver.Recorder
	source *source
}

// record puts a recorder in front of the source: what is replayed is what the
// audit saw, zones included.
func (s *source) record() *recorder {
	r := &recorder{resolver.NewRecorder(s.Resolver, nil), s}
	s.Resolver = r
	return r
}

// write writes the recording to a file, whole or not at all; "-" is out.
func (r *recorder) write(path string, out io.Writer) error {
	rec := r.Recording()
	rec.Tool = "mailauth " + version()
	rec.RecordedAt = time.Now().UTC().Truncate(time.Second)
	rec.Resolver = r.source.describe
	rec.Seed = r.source.seed
	for _, d := range r.source.domains {
		rec.Domains = append(rec.Domains, report.BareName(d))
	}
	if path == "-" {
		return rec.Write(out)
	}
	if err := writeWhole(path, rec.Write); err != nil {
		return complain("write", "write", checks.Args{"file": path, "error": err.Error()})
	}
	return nil
}

// writeWhole writes a file beside its place and then moves it there, so that a
// run that is stopped leaves the old file.
func writeWhole(path string, write func(io.Writer) error) error {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // gone after the rename
	if err := write(file); err != nil {
		file.Close()
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	if err := os.Chmod(file.Name(), 0o644); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
