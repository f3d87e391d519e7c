package report

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/net/idna"

	"mailauth/checks"
	"mailauth/checks/catalog"
	"mailauth/checks/provider"
)

// TextOptions say how text is to look.
type TextOptions struct {
	Texts *catalog.Localizer
	// Width is the number of columns for sentences; records are never broken.
	Width int
	// Terminal says that the terminal breaks lines at Width, so that nothing can
	// be underlined beyond.
	Terminal bool
	Color    bool
	// Panel prints edits as web panels take them, not as lines of a zone file.
	Panel bool
	// Zones are the apexes of the zones given, canonical; a panel's host names are
	// relative to them.
	Zones []string
	// Cached says that answers came from a cache, which keeps them for their TTL.
	Cached bool
	// Providers names who is behind a term of an SPF record; nil names nobody.
	Providers      *provider.Table
	Verbose, Quiet bool
	// Lines reads a zone file again; nil for a file that cannot be read.
	Lines func(file string) []string
}

// Text prints each report as soon as it is there.
type Text struct {
	TextOptions
	styles
	out      io.Writer
	verdicts []checks.Status
	printed  bool
}

// NewText returns a renderer that writes text.
func NewText(out io.Writer, options TextOptions) *Text {
	return &Text{TextOptions: options, styles: newStyles(options.Color), out: out}
}

// Report prints the audit of a domain.
func (t *Text) Report(r Report) error {
	t.verdicts = append(t.verdicts, r.Verdict)
	p := page{Text: t}
	if !t.Quiet {
		p.header(r)
		p.checks(r)
	}
	p.findings(r)
	p.unanswered(r)
	if !t.Quiet {
		p.receivers(r)
	}
	if p.Len() == 0 {
		return nil
	}
	return p.print()
}

// print writes the page, a line apart from the one before.
func (p *page) print() error {
	if p.printed {
		fmt.Fprintln(p.out)
	}
	p.printed = true
	_, err := p.out.Write(p.Bytes())
	return err
}

// Problem leaves it to the caller to say on the error stream what went wrong.
func (t *Text) Problem(Problem) error {
	t.verdicts = append(t.verdicts, "")
	return nil
}

// Close prints a line that counts the domains, if there are several.
func (t *Text) Close() error {
	if len(t.verdicts) < 2 || t.Quiet {
		return nil
	}
	var parts []string
	for _, status := range []checks.Status{checks.StatusFail, checks.StatusUnknown, checks.StatusWarn, checks.StatusPass, checks.StatusNone, ""} {
		n := len(slices.DeleteFunc(slices.Clone(t.verdicts), func(s checks.Status) bool { return s != status }))
		if n == 0 {
			continue
		}
		id := "report.tally-" + string(status)
		if status == "" {
			id = "report.tally-problem"
		}
		parts = append(parts, t.Texts.Text(id, checks.Args{"count": n}))
	}
	line := t.Texts.Text("report.tally", checks.Args{"count": len(t.verdicts), "parts": parts})
	_, err := fmt.Fprintf(t.out, "\n%s\n", line)
	return err
}

// page is the text of one report under way.
type page struct {
	*Text
	bytes.Buffer
}

func (p *page) line(parts ...string) {
	p.WriteString(strings.TrimRight(strings.Join(parts, ""), " "))
	p.WriteByte('\n')
}

func (p *page) text(id string, args checks.Args) string {
	return Clean(p.Texts.Text("report."+id, args))
}

// header is the domain, what was found and what it cost; two lines where the
// name is too long for one.
func (p *page) header(r Report) {
	name := DisplayName(r.Domain)
	cost := "   " + p.text("cost", checks.Args{"count": r.DNS.Questions, "seconds": seconds(r.DNS.ElapsedMS)})
	for _, right := range []string{p.counts(r, false) + cost, p.counts(r, true) + cost} {
		if line, ok := apart(name, right, p.Width); ok {
			p.line(p.strong(name), strings.TrimPrefix(line, name))
			return
		}
	}
	right := p.counts(r, false) + cost
	p.line(p.strong(name))
	p.line(spaces(p.Width-Width(right)), right)
}

// DisplayName is a name as people read it: an internationalised one in its own
// script, with the form that the DNS has.
func DisplayName(domain string) string {
	if unicode, err := idna.Display.ToUnicode(domain); err == nil && unicode != domain {
		return Clean(unicode) + " (" + Clean(domain) + ")"
	}
	return Clean(domain)
}

// counts says how many findings there are; in short without saying that infos
// are all there is.
func (p *page) counts(r Report, short bool) string {
	var parts []string
	add := func(id string, n int) {
		if n > 0 {
			parts = append(parts, p.text(id, checks.Args{"count": n}))
		}
	}
	add("errors", r.Count(checks.Error))
	add("warnings", r.Count(checks.Warning))
	add("unanswered", len(unansweredOf(r)))
	infos := r.Count(checks.Info)
	if len(parts) == 0 && (infos == 0 || !short) {
		parts = append(parts, p.text("nothing-found", nil))
	}
	if p.Verbose {
		add("infos", infos)
	} else {
		add("infos-hidden", infos)
	}
	return p.Texts.List(parts)
}

// seconds prints a duration with two figures.
func seconds(ms int64) string {
	switch {
	case ms < 10_000:
		return fmt.Sprintf("%.2f", float64(ms)/1000)
	}
	return fmt.Sprintf("%.0f", float64(ms)/1000)
}

// protocols have a line each, whatever they found.
var protocols = []string{"spf", "dkim", "dmarc", "mx"}

// summaryColumn is where the line of a check says what there is.
const summaryColumn = 11

// checks prints a line for each check that has something to say.
func (p *page) checks(r Report) {
	for _, c := range r.Checks {
		if c.Summary == "" && !slices.Contains(protocols, c.Name) {
			continue
		}
		summary := c.Summary
		if summary == "" {
			summary = p.text("status-"+string(c.Status), nil)
		}
		paint := p.status(c.Status)
		name := p.text("check-"+c.Name, nil)
		if !p.Texts.Has("report.check-" + c.Name) {
			name = c.Name
		}
		for i, text := range Wrap(summary, p.Width-summaryColumn, p.Width-summaryColumn) {
			if i == 0 {
				p.line("  ", paint(marks[c.Status]), " ", Pad(name+" ", summaryColumn-4), text)
			} else {
				p.line(spaces(summaryColumn), text)
			}
		}
		for _, detail := range c.Details {
			p.sentence(summaryColumn, detail)
		}
		if p.Verbose {
			p.ledger(c)
			p.parties(c)
		}
	}
}
