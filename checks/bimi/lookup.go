package bimi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"

	"mailauth/checks"
	"mailauth/resolver"
)

const (
	// maxRedirects are followed: nothing in the drafts forbids them, and logos
	// often lie behind one.
	maxRedirects = 3
	// maxDocument is what is read at most, in octets. A logo has 32 KiB, a
	// certificate holds it once more, packed and encoded.
	maxDocument = 512 << 10
)

// Owner is the name where the record of a domain belongs.
func Owner(domain string) string { return resolver.Join(domain, "default", "_bimi") }

func lookup(ctx context.Context, p *checks.Pass) (any, error) {
	f := &Facts{Found: checks.Open}
	f.find(ctx, p)
	if f.Record == nil {
		return f, nil
	}
	var fetching sync.WaitGroup
	if u := f.Record.Logo.URL; u != "" {
		fetching.Go(func() { f.Logo = readLogo(fetch(ctx, p, InLogo, u, "image/svg+xml")) })
	}
	if u := f.Record.Evidence.URL; u != "" {
		fetching.Go(func() {
			f.Evidence = readEvidence(fetch(ctx, p, InCertificate, u, ""), p.Now(), f.names(p.Domain))
			if err := f.Evidence.unread; err != nil {
				p.MissDocument(InCertificate, u, &resolver.FetchError{Kind: resolver.FetchHTTP, URL: u, Detail: err.Error(), Err: err})
			}
		})
	}
	fetching.Wait()
	if f.Logo != nil && f.Evidence != nil {
		f.Evidence.compare(f.Logo)
	}
	return f, nil
}

// find asks for the domain's record and, if it has none, for that of its
// organizational domain (draft, Assertion Record Discovery).
func (f *Facts) find(ctx context.Context, p *checks.Pass) {
	if f.at(ask(ctx, p, InRecord, p.Domain), p.Domain) {
		return
	}
	org := checks.OrganizationalDomain(p.Domain)
	if org == p.Domain {
		f.Found = checks.No
		return
	}
	if !f.at(ask(ctx, p, InOrg, org), org) {
		f.Found = checks.No
	}
}

// ask asks for the record of a domain. At a name that is too long to be asked
// nothing can stand.
func ask(ctx context.Context, p *checks.Pass, in checks.Input, domain string) checks.Result {
	q := resolver.Question{Name: Owner(domain), Type: resolver.TypeTXT}
	if _, err := resolver.CanonicalName(q.Name); err != nil {
		return checks.Result{Answer: resolver.Answer{Question: q, Status: resolver.NXDomain}}
	}
	return p.Ask(ctx, in, q)
}

// at reads the answer at a domain's name, and reports whether discovery ends
// there: with a record, with several, or because nobody answered.
func (f *Facts) at(r checks.Result, domain string) (ends bool) {
	if r.Unknown() {
		return true
	}
	var records []resolver.Record
	for _, rr := range r.Answer.Records {
		text, _ := rr.Text()
		if IsBIMI(text) {
			records = append(records, rr)
		} else if _, meant := Meant(text); meant {
			f.Meant = append(f.Meant, rr)
		}
	}
	switch {
	case len(records) == 0:
		return false
	case len(records) > 1: // the draft: then BIMI processing must not be performed
		f.Found, f.Several = checks.No, records
		return true
	}
	f.Found, f.Domain, f.Owner, f.RR = checks.Yes, domain, records[0].Name, records[0]
	f.Text, _ = records[0].Text()
	f.Record = Parse(f.Text)
	return true
}

// names are the host names, without final dots, that a certificate for mail
// from the domain can be issued to.
func (f *Facts) names(author string) []string {
	var names []string
	for _, domain := range []string{author, f.Domain, checks.OrganizationalDomain(author)} {
		for _, name := range []string{domain, Owner(domain)} {
			names = append(names, name[:len(name)-1])
		}
	}
	return names
}

// fetch gets a document, over as many redirects as are followed. What says
// nothing about the document is kept as a failure of the input.
func fetch(ctx context.Context, p *checks.Pass, in checks.Input, from, accept string) Document {
	d := Document{URL: from}
	at := from
	for range maxRedirects + 1 {
		response, err := p.Fetch(ctx, in, resolver.FetchRequest{URL: at, Accept: accept, MaxBytes: maxDocument})
		if err != nil {
			d.Problem = problemOf(err)
			d.Known = d.Problem != ""
			return d
		}
		d.Status = response.Status
		switch {
		case response.Status == http.StatusOK:
			d.Known, d.body = true, response.Body
			return d
		case response.Status == http.StatusNotFound, response.Status == http.StatusGone:
			d.Known, d.Problem = true, Missing
			return d
		case response.Status >= 300 && response.Status < 400 && response.Header.Get("Location") != "":
			if at = next(at, response.Header.Get("Location")); at == "" {
				d.Known, d.Problem = true, PlainText
				return d
			}
		default:
			p.MissDocument(in, from, &resolver.FetchError{Kind: resolver.FetchHTTP, URL: from, Address: response.Address,
				Detail: fmt.Sprintf("the server answered %d %s", response.Status, http.StatusText(response.Status))})
			return d
		}
	}
	d.Known, d.Problem = true, RedirectLoop
	return d
}

// next resolves a redirect; empty if it leaves https.
func next(from, location string) string {
	base, err := url.Parse(from)
	if err != nil {
		return ""
	}
	to, err := base.Parse(location)
	if err != nil || to.Scheme != "https" {
		return ""
	}
	return to.String()
}

func problemOf(err error) Problem {
	if checks.Undecided(err) {
		return ""
	}
	fetch, _ := errors.AsType[*resolver.FetchError](err)
	switch fetch.Kind {
	case resolver.FetchForbidden:
		return PrivateHost
	case resolver.FetchTLS:
		return BadTLS
	case resolver.FetchTooLarge:
		return TooLarge
	}
	return NoHost
}
