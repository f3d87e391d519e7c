package cli

import (
	"io"
	"slices"
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
	if below := s.web; below != nil {
		s.web = func(over resolver.Resolver) resolver.Fetcher { return r.Fetching(below(over)) }
	}
	return r
}

// write writes the recording where the user wants it; "-" is out. Domains that
// do not exist are not what it is of.
func (r *recorder) write(path string, out io.Writer, without []string) error {
	rec := r.Recording()
	rec.Tool = "mailauth " + version()
	rec.RecordedAt = time.Now().UTC().Truncate(time.Second)
	rec.Resolver = r.source.describe
	rec.Seed = r.source.seed
	for _, d := range r.source.domains {
		if !slices.Contains(without, d) {
			rec.Domains = append(rec.Domains, report.BareName(d))
		}
	}
	if err := writeTo(path, out, rec.Write); err != nil {
		return complain("write", "write", checks.Args{"file": path}).because(err)
	}
	return nil
}
