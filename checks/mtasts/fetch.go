package mtasts

import (
	"context"
	"crypto/x509"
	"errors"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"mailauth/checks"
	"mailauth/resolver"
)

// maxPolicy is the size in octets that a policy may have: RFC 8461 §3.3
// suggests 64 KiB.
const maxPolicy = 64 << 10

// fetch gets the policy as a sender would: certificate and name verified, no
// redirect followed (RFC 8461 §3.3).
func (f *Facts) fetch(ctx context.Context, p *checks.Pass) {
	response, err := p.Fetch(ctx, InPolicy, resolver.FetchRequest{URL: f.URL, Accept: "text/plain", MaxBytes: maxPolicy})
	if err != nil {
		f.refuse(err, p.Now())
		return
	}
	f.Certificates, f.Address = response.Certificates, response.Address
	f.read(response)
}

// read judges the response. RFC 8461 §3.3: only the status 200 brings a policy.
func (f *Facts) read(response resolver.FetchResponse) {
	media := response.Header.Get("Content-Type")
	switch kind, _, err := mime.ParseMediaType(media); {
	case response.Status/100 == 3:
		f.Outcome, f.Detail = Redirect, strings.TrimSpace(strconv.Itoa(response.Status)+" "+response.Header.Get("Location"))
	case response.Status != http.StatusOK:
		f.Outcome, f.Detail = Status, strconv.Itoa(response.Status)
	case err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) || !strings.EqualFold(kind, "text/plain"):
		f.Outcome, f.Detail = MediaType, media
	default:
		f.Outcome, f.Policy = Fetched, ParsePolicy(string(response.Body))
	}
}

// refuse reads the error of a fetch. What leaves the document open is kept by
// the pass as a question without an answer.
func (f *Facts) refuse(err error, now time.Time) {
	f.Outcome = Unsure
	failure, ok := errors.AsType[*resolver.FetchError](err)
	if !ok || checks.Undecided(err) {
		return
	}
	f.Address = failure.Address
	switch failure.Kind {
	case resolver.FetchNoAddress:
		f.Outcome = NoAddress
	case resolver.FetchForbidden:
		f.Outcome = Private
	case resolver.FetchTooLarge:
		f.Outcome = TooLarge
	case resolver.FetchTLS:
		f.Certificates = failure.Certificates
		f.Outcome, f.Detail = f.refusedBy(failure.Detail, now)
	}
}

// refusedBy says in which way a certificate is no good, from the certificate
// itself: the library's words differ by version and system.
func (f *Facts) refusedBy(detail string, now time.Time) (Outcome, string) {
	if len(f.Certificates) == 0 {
		return Handshake, detail
	}
	leaf := f.Certificates[0]
	switch {
	case now.After(leaf.NotAfter) || now.Before(leaf.NotBefore):
		return Expired, leaf.NotBefore.UTC().Format(time.DateOnly) + " – " + leaf.NotAfter.UTC().Format(time.DateOnly)
	case leaf.VerifyHostname(strings.TrimSuffix(f.Host, ".")) != nil:
		return WrongName, strings.Join(namesOf(leaf), ", ")
	}
	return Untrusted, leaf.Issuer.String()
}

// fewNames is how many of a certificate's names are told.
const fewNames = 5

func namesOf(leaf *x509.Certificate) []string {
	names := slices.Clone(leaf.DNSNames)
	if len(names) > fewNames {
		names = append(names[:fewNames], "…")
	}
	return names
}
